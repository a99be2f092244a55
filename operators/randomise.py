"""Randomise: a frame of the data set, built in the viewport as the workers build it."""

from bpy.props import EnumProperty
from bpy.types import Context, Operator

from .. import settings
from ..dataset import plan
from . import command
from .generate import sensible


class RESCUE_SYNTH_OT_randomise(Operator):
    """Build a frame of the data set in this scene: site, weather, light, people and camera, as the workers build it"""

    bl_idname = "rescue_synth.randomise"
    bl_label = "Randomise"
    bl_options = {"REGISTER", "UNDO"}

    step: EnumProperty(
        name="Which",
        items=(
            ("THIS", "This", "The frame whose number is shown"),
            ("NEXT", "Next", "The next frame"),
            ("PREVIOUS", "Previous", "The frame before"),
        ),
        default="THIS",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Building objects needs Object Mode and sensible wishes."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Switch to Object Mode first")
            return False
        return sensible(cls, context)

    def execute(self, context: Context) -> set[str]:
        """Build it."""
        # Here and not at the top: the builders are heavy and a panel never needs them.
        from ..scene import build, user_assets

        wished = context.scene.rescue_synth
        wished.shown = max(0, wished.shown + {"THIS": 0, "NEXT": 1, "PREVIOUS": -1}[self.step])
        recipe = settings.to_recipe(wished)
        if context.window is not None:
            context.window.cursor_modal_set("WAIT")
        try:
            user_assets.check(recipe.assets)
            spec = plan.frame(recipe, wished.shown)
            built = build.Builder(recipe, command.ROOT / "assets").build(spec)
        except (build.SceneError, user_assets.UserAssetError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        finally:
            if context.window is not None:
                context.window.cursor_modal_restore()
        context.scene.render.resolution_x = recipe.render.width
        context.scene.render.resolution_y = recipe.render.height
        people = len(built.about)
        self.report({"INFO"}, f"Frame {wished.shown}: {people} people, {spec.weather.kind}, {spec.camera.view}")
        return {"FINISHED"}


CLASSES = (RESCUE_SYNTH_OT_randomise,)

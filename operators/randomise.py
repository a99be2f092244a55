"""Randomise: a frame of the data set, built in the viewport as the workers build it."""

from collections.abc import Generator
from functools import partial

import bpy
from bpy.props import EnumProperty
from bpy.types import Context, Event, Operator, RegionView3D, Timer

from .. import settings
from ..dataset import holding
from ..dataset.recipe import Recipe
from ..dataset.spec import FrameSpec
from . import command, job, steps
from .generate import sensible

INTERVAL = 0.01
"""Seconds until the next stage: the window draws what is there in between."""

NO_UNDO = "Cancelled: with Global Undo off in the preferences, what was built so far stays"


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

    _timer: Timer | None = None
    _done = _expected = 0
    """Stages that are done, and about how many there are."""
    _restorable = False
    """Whether undo brings back what was there."""

    @classmethod
    def poll(cls, context: Context) -> bool:
        """Building objects needs Object Mode and sensible wishes."""
        if context.mode != "OBJECT":
            cls.poll_message_set("Switch to Object Mode first")
            return False
        return sensible(cls, context)

    def execute(self, context: Context) -> set[str]:
        """Build it in one go."""
        stages = self._stages(context)
        while True:
            try:
                next(stages)
            except StopIteration as end:
                return end.value

    def invoke(self, context: Context, _event: Event) -> set[str]:
        """Build it stage by stage, the window telling which one is at hand."""
        if bpy.app.background or context.window is None:
            return self.execute(context)
        self._restorable = context.preferences.edit.use_global_undo
        if self._restorable:
            bpy.ops.ed.undo_push(message="Before Build in Viewport")
        self._views = _through_camera(context)
        self._building = self._stages(context)
        self._drawn = False
        self._done = self._expected = 0
        context.window.cursor_modal_set("WAIT")
        self._timer = context.window_manager.event_timer_add(INTERVAL, window=context.window)
        context.window_manager.modal_handler_add(self)
        self._tell(context, "site")
        return {"RUNNING_MODAL"}

    def modal(self, context: Context, event: Event) -> set[str]:
        """One stage a tick, and the words about it drawn before it; nothing else may happen to the scene meanwhile."""
        if event.type == "ESC" and event.value == "PRESS":
            self._building.close()
            self.report({"INFO"}, "Cancelled: the scene is as it was" if self._restorable else NO_UNDO)
            return self._ended(context, {"CANCELLED"})
        if event.type != "TIMER":
            return {"RUNNING_MODAL"}
        if not self._drawn:
            self._drawn = True
            return {"RUNNING_MODAL"}
        self._drawn = False
        try:
            self._tell(context, next(self._building))
        except StopIteration as end:
            return self._ended(context, end.value)
        except BaseException:
            self._ended(context, {"CANCELLED"})
            raise
        return {"RUNNING_MODAL"}

    def cancel(self, context: Context) -> None:
        """Blender ends the operator: another file is opened, the window is closed."""
        self._release(context)

    def _ended(self, context: Context, result: set[str]) -> set[str]:
        """Every way out but Blender's own; what did not come to its end is taken back."""
        self._release(context)
        if result == {"CANCELLED"} and self._restorable:
            # Not from in here: undo exchanges all data under a running operator.
            bpy.app.timers.register(partial(_take_back, self._views), first_interval=0.0)
        return result

    def _tell(self, context: Context, words: str) -> None:
        """Say in status bar and sidebar what comes next."""
        jobs = context.window_manager.rescue_synth
        jobs.building = words
        jobs.built = min(self._done / max(self._expected, self._done + 1), 1.0)
        self._done += 1
        if context.workspace is not None:
            context.workspace.status_text_set(
                f"Building frame {context.scene.rescue_synth.shown}: {words}. Esc cancels"
            )
        job.redraw(context)

    def _release(self, context: Context) -> None:
        """Give timer, cursor and status bar back."""
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        if context.window is not None:
            context.window.cursor_modal_restore()
        if context.workspace is not None:
            context.workspace.status_text_set(None)
        context.window_manager.rescue_synth.building = ""
        job.redraw(context)
        steps.look(context)

    def _stages(self, context: Context) -> Generator[str, None, set[str]]:
        """The whole work; yields what comes next."""
        # Here and not at the top: the builders are heavy and a panel never needs them.
        from ..scene import build, user_assets

        wished = context.scene.rescue_synth
        wished.shown = max(0, wished.shown + {"THIS": 0, "NEXT": 1, "PREVIOUS": -1}[self.step])
        recipe = settings.to_recipe(wished)
        view = _view(context)
        first = build.FRAME not in context.scene.collection.children
        through = view is not None and (first or view.view_perspective == "CAMERA")
        try:
            user_assets.check(recipe.assets)
            spec = holding.frame(recipe, wished.shown, settings.to_hold(wished))
            self._expected = pieces(recipe, spec)
            built = yield from build.Builder(recipe, command.ROOT / "assets").stages(spec)
        except (build.SceneError, user_assets.UserAssetError) as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self._show(context, recipe, view if through else None)
        people = len(built.about)
        self.report({"INFO"}, f"Frame {wished.shown}: {people} people, {spec.weather.kind}, {spec.camera.view}")
        return {"FINISHED"}

    def _show(self, context: Context, recipe: Recipe, view: RegionView3D | None) -> None:
        """The camera's border in the view is the pictures' border; ``view`` looks through the camera (again)."""
        context.scene.render.resolution_x = recipe.render.width
        context.scene.render.resolution_y = recipe.render.height
        if view is not None:
            view.view_perspective = "CAMERA"


def _view(context: Context) -> RegionView3D | None:
    """The view of the 3D viewport whose button was pressed."""
    in_viewport = context.area is not None and context.area.type == "VIEW_3D"
    return context.area.spaces.active.region_3d if in_viewport else None


def pieces(recipe: Recipe, spec: FrameSpec) -> int:
    """About how many stages a frame's building has: for a bar."""
    site = spec.site
    things = (*site.buildings, *site.buildings, *site.heaps, *site.vehicles) if recipe.assets.build_site else ()
    return len(things) + len(spec.people) + 8


def _through_camera(context: Context) -> list[RegionView3D]:
    """The views of all windows that look through the camera: without one they forget it."""
    areas = [area for window in context.window_manager.windows for area in window.screen.areas]
    views = [area.spaces.active.region_3d for area in areas if area.type == "VIEW_3D"]
    return [view for view in views if view.view_perspective == "CAMERA"]


def _take_back(views: list[RegionView3D]) -> None:
    """Timer: the state before the building began. What stands half built becomes a step of its own, and is undone."""
    with bpy.context.temp_override(window=bpy.context.window_manager.windows[0]):
        bpy.ops.ed.undo_push(message="Build in Viewport, Cancelled")
        bpy.ops.ed.undo()
    for view in views:
        view.view_perspective = "CAMERA"
    job.redraw(bpy.context)


CLASSES = (RESCUE_SYNTH_OT_randomise,)

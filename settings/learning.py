"""What the artist wants done with pictures that are there: annotate masks of any origin, augment a data set."""

from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty
from bpy.types import PropertyGroup

from ..render.compat import RELATIVE_PATH


class AnnotateSettings(PropertyGroup):
    """Pictures and masks that something else made."""

    images: StringProperty(
        name="Pictures", description="Folder with the pictures", subtype="DIR_PATH", options=RELATIVE_PATH
    )
    masks: StringProperty(
        name="Masks",
        description="Folder with a mask for each picture, of the same name: 0001.jpg and 0001.png",
        subtype="DIR_PATH",
        options=RELATIVE_PATH,
    )
    category: StringProperty(name="Category", description="What the masks show", default="rescuer")
    kind: EnumProperty(
        name="Masks Hold",
        description="How a mask says where one instance ends and the next begins",
        items=(
            ("PIECES", "White Pieces", "Black and white; each connected piece of white is one instance"),
            ("ONE", "One Instance", "Black and white; all white is one instance, in however many pieces"),
            ("IDS", "Numbers", "8 or 16 bits; the value of a pixel is the number of its instance"),
        ),
        default="PIECES",
    )
    output: StringProperty(
        name="Folder",
        description="Where the data set with the annotations goes",
        subtype="DIR_PATH",
        options=RELATIVE_PATH,
    )


class AugmentSettings(PropertyGroup):
    """A data set that becomes a larger one."""

    source: StringProperty(
        name="Data Set",
        description="Folder of a data set, or a VIA or COCO file. Empty: the data set above",
        subtype="FILE_PATH",
        options=RELATIVE_PATH,
    )
    output: StringProperty(
        name="Folder",
        description="Where the augmented data set goes. Empty: beside the data set, with _augmented at its name",
        subtype="DIR_PATH",
        options=RELATIVE_PATH,
    )
    use_count: BoolProperty(
        name="Choose the Count", description="Say how many pictures to make, instead of 25 for each one", default=False
    )
    count: IntProperty(
        name="Pictures", description="Pictures that the augmented data set has", default=1000, min=1, max=1_000_000
    )


CLASSES = (AnnotateSettings, AugmentSettings)

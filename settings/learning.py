"""What the artist wants done with pictures that are there: annotate, augment, learn, look at what was learned."""

from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty
from bpy.types import PropertyGroup

from .kinds import path

BACKBONES = (
    (
        "efficientnet_lite0",
        "EfficientNet Lite0",
        "Small and quick, its ImageNet weights come along: the choice without a graphics card",
    ),
    ("mobilenet_v3", "MobileNet V3", "Small and quick"),
    ("resnet18", "ResNet-18", "In between"),
    ("resnet50", "ResNet-50", "The usual one of Mask R-CNN; wants a graphics card"),
)


class AnnotateSettings(PropertyGroup):
    """Pictures and masks that something else made."""

    images: path("Pictures", "Folder with the pictures")
    masks: path("Masks", "Folder with a mask for each picture, of the same name: 0001.jpg and 0001.png")
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
    output: path("Folder", "Where the data set with the annotations goes")


class AugmentSettings(PropertyGroup):
    """A data set that becomes a larger one."""

    source: path(
        "Data Set", "Folder of a data set, or a VIA or COCO file. Empty: the data set above", subtype="FILE_PATH"
    )
    output: path("Folder", "Where the augmented data set goes. Empty: beside the data set, with _augmented at its name")
    use_count: BoolProperty(
        name="Choose the Count", description="Say how many pictures to make, instead of 25 for each one", default=False
    )
    count: IntProperty(
        name="Pictures", description="Pictures that the augmented data set has", default=1000, min=1, max=1_000_000
    )


class TrainSettings(PropertyGroup):
    """A network that learns from a data set."""

    source: path(
        "Data Set", "What to learn from. Empty: the augmented data set if there is one, else the data set above"
    )
    output: path(
        "Run",
        "Folder for what is learned; training goes on from there. Empty: beside the data set, with _run at its name",
    )
    minutes: FloatProperty(
        name="Minutes",
        description="How long to train. A first result takes 10 minutes, a good one hours; it can be stopped any time",
        default=30.0,
        min=0.1,
        max=100_000.0,
        soft_max=1440.0,
        step=500,
        precision=0,
    )
    backbone: EnumProperty(
        name="Backbone",
        description="The part of the network that sees edges and textures: the larger, the better and the slower",
        items=BACKBONES,
        default="efficientnet_lite0",
    )
    weights: EnumProperty(
        name="Start From",
        description="What the network knows at the beginning",
        items=(
            ("imagenet", "ImageNet", "It has seen a million photos: learns far faster"),
            ("coco", "COCO", "It finds 80 kinds of things already; downloaded once, ResNet-50 only"),
            ("none", "Nothing", "From scratch: for very large data sets"),
            ("FILE", "File or Run", "Weights that you have, or what another run has learned"),
        ),
        default="imagenet",
    )
    weights_file: path(
        "Weights", "File with weights, or folder of another run that this one begins with", subtype="FILE_PATH"
    )
    image_size: IntProperty(
        name="Picture Size",
        description="Longer side of what the network sees. Half the size is four times as fast and misses small people",
        default=320,
        min=64,
        max=2048,
        step=32,
        subtype="PIXEL",
    )


class EvaluateSettings(PropertyGroup):
    """What a trained network finds, against what is there."""

    run: path("Run", "Folder of a training. Empty: the run above")
    source: path(
        "Data Set",
        "Labelled pictures that the network has never seen, best of all photos. Empty: those that the run held back",
        subtype="FILE_PATH",
    )
    output: path("Folder", "Where the results go. Empty: beside the run, with _results at its name")


class CropsSettings(PropertyGroup):
    """Labelled things cut out, and more of them made up."""

    source: path(
        "Data Set", "Folder of a data set, or a VIA or COCO file. Empty: the data set above", subtype="FILE_PATH"
    )
    output: path("Folder", "Where the crops go, a folder a class. Empty: beside the data set, with _crops at its name")
    steps: IntProperty(
        name="Steps",
        description="Steps of each training of the study. 300 is a try without a card, 4000 what the authors took",
        default=1000,
        min=10,
        max=1_000_000,
        soft_max=10_000,
    )
    count: IntProperty(
        name="New Crops", description="Crops that are made up for each class", default=1000, min=1, max=10_000_000
    )
    config: path(
        "Study",
        "TOML file with a study of your own. Empty: the crops above, with an artificial winter, in the steps below",
        subtype="FILE_PATH",
    )


CLASSES = (AnnotateSettings, AugmentSettings, TrainSettings, EvaluateSettings, CropsSettings)

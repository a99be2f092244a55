"""stub"""


def change(scene, wishes, source, seed):
    pass

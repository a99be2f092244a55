"""stub"""


def mosaic(maker, number, seed):
    raise NotImplementedError


def paste(maker, scene, number, seed):
    pass

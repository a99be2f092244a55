"""Learning from data sets: annotate, augment, train, evaluate, predict. `python -m ml --help`. Never imports bpy."""

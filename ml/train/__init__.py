"""Training: labelled pictures become a run's folder with a trained network in it."""

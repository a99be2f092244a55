"""Augmentation: a few labelled pictures become many, and every outline stays exact. Never imports torch."""

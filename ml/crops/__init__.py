"""Labelled objects cut out of pictures: small crops, a folder a class."""

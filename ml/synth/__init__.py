"""Classifier and variational autoencoders of one template: crops that were never photographed."""

"""The Mask R-CNN: its design, its parts, and how a trained one is kept and loaded."""

"""What a run finds in pictures: overlays, and labels that can be corrected and learnt from."""

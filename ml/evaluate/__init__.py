"""How well a run finds what is there: scores against labelled pictures, a page to look at."""

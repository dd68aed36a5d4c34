"""Rules that the phases before the checks apply; the others are in ``checks``."""

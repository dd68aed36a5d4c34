"""Rules that the phases before the checks apply; the rest stands in ``checks``."""

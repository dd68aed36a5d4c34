"""Rules of risk, by kind of thing."""

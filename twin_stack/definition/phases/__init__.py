"""The phases of loading: read, expand, resolve, coerce, check.

Each takes the frozen result of the phase before it and returns a frozen result of its own; mistakes go to the
list of findings that all phases share, because it limits their number.
"""

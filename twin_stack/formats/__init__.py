"""Other forms of a twin: what exists already comes in as a definition, and a definition goes out.

``kinds`` is the registry; each kind is a module or package of its own, imported when it is used.
"""

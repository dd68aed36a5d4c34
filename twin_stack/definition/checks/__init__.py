"""The rules of the check, in modules by subject; ``registry`` collects them.

A rule is a function with its documentation and examples (``twin_stack.definition.rule``). To add one, write
it in one of these modules, or in a new one: ``docs/errors/`` and tests are generated from the docstring.
"""

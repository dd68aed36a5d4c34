"""All rules of the check."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from twin_stack.definition import checks, rules
from twin_stack.definition.rule import registered_rules

if TYPE_CHECKING:
    from twin_stack.definition.rule import Rule


@cache
def all_rules() -> dict[str, Rule]:
    """Return every rule by code, in the order of codes."""
    for package in (rules, checks):
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    return registered_rules()

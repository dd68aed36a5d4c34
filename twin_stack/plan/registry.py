"""All rules of risk."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from twin_stack.plan import rules
from twin_stack.plan.rule import registered_rules

if TYPE_CHECKING:
    from twin_stack.plan.rule import RiskRule


@cache
def risk_rules() -> dict[str, RiskRule]:
    """Return every rule by code, in the order of codes."""
    for module in iter_modules(rules.__path__):
        import_module(f"{rules.__name__}.{module.name}")
    return registered_rules()

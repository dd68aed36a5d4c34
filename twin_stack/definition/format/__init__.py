"""One form for definition files: what ``twin fmt`` writes, and what generated files have."""

from __future__ import annotations

from twin_stack.definition.format.dump import dump_yaml

__all__ = ["dump_yaml"]

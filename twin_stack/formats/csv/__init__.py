"""Registers: tables of spreadsheets, building management and asset management systems."""

from __future__ import annotations

from twin_stack.formats.csv.reader import import_twin, read

__all__ = ["import_twin", "read"]

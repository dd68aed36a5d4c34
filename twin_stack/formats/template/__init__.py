"""Synthesized stacks: a cloud assembly (``cdk.out``), or one template beside its assets, as a definition.

A template has component types, entities and scenes as resources, and keeps in its metadata what the service
does not return (``twin_stack.definition.kept_members``). It is a side of ``twin plan``, not a kind of import.
"""

from __future__ import annotations

from twin_stack.formats.template.reader import find_template, is_synthesized, read_synthesized

__all__ = ["find_template", "is_synthesized", "read_synthesized"]

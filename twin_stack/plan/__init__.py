"""What a change of a definition does to the twin: by thing, with its risks, before it is deployed. Pure."""

from __future__ import annotations

from twin_stack.plan.changes import Action, Change, Detail, Kind, Level, Plan, Risk
from twin_stack.plan.planning import make_plan

__all__ = ["Action", "Change", "Detail", "Kind", "Level", "Plan", "Risk", "make_plan"]

"""Asks a connector by hand, and says which rules of the contract its answer breaks."""

from __future__ import annotations

from twin_stack.invoke.command import Outcome, invoke
from twin_stack.invoke.events import EventRequest
from twin_stack.invoke.report import as_document, summary

__all__ = ["EventRequest", "Outcome", "as_document", "invoke", "summary"]

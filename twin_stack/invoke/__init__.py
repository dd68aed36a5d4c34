"""Invocation of one connector by hand, with a check of its answer by the contract."""

from __future__ import annotations

from twin_stack.invoke.command import Outcome, invoke
from twin_stack.invoke.events import EventRequest
from twin_stack.invoke.report import as_document, summary

__all__ = ["EventRequest", "Outcome", "as_document", "invoke", "summary"]

"""Asks a connector by hand, and says which rules of the contract its answer breaks."""

from __future__ import annotations

from .command import Outcome, invoke
from .events import EventRequest
from .report import as_document, summary

__all__ = ["EventRequest", "Outcome", "as_document", "invoke", "summary"]

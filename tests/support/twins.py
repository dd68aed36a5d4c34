"""Synthesized twins of definition folders, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.templates import Synthesized, synthesize
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from pathlib import Path


def synthesize_twin(folder: Path, *, copies_files: bool = False) -> Synthesized:
    return synthesize(
        lambda stack: DigitalTwin(stack, "Twin", definition=load(folder)), copies_files=copies_files
    )

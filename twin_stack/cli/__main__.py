"""Run ``python -m twin_stack.cli``, for environments without the script ``twin``."""

from __future__ import annotations

from twin_stack.cli.start import main

main()

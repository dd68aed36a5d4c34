"""Exit codes that verbs share; 0 is success, and 1 a failure that the user can correct."""

from __future__ import annotations

from typing import Final

BUG: Final = 70
"""Exit code of a bug: ``EX_SOFTWARE`` of BSD's ``sysexits.h``."""
INTERRUPTED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""

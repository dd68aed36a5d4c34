"""The embedded AWS, which notes how long each connector took: `python timed_server.py NOTES ...`.

All further arguments are those of `twin_stack.local.server`.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from twin_stack.local import server
from twin_stack.local.ministack import lambda_functions

notes = sys.argv.pop(1)
functions: Any = lambda_functions.LambdaFunctions
invoke = functions.invoke


def timed(self: Any, *arguments: Any) -> Any:
    """Run a function, and note the seconds."""
    begun = time.perf_counter()
    try:
        return invoke(self, *arguments)
    finally:
        with open(notes, "a", encoding="utf-8") as file:  # noqa: PTH123 (the quickest way)
            file.write(f"{time.perf_counter() - begun}\n")


functions.invoke = timed
server.main()

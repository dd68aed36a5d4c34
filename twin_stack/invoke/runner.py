"""Program that runs one handler once: the event on the standard input, the answer on the standard output.

It imports the standard library only, so that a handler finds the modules that Lambda has and none of
this package: ``runner.py HANDLER KIT_FOLDER SECONDS``.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class HandlerNotFound(Exception):  # noqa: N818 (Lambda's own name)
    """Error of a module that does not have the handler function."""


class Context:
    """Substitute for Lambda's context object.

    Args:
        name: Name of the function.
        seconds: Time limit in seconds.
    """

    memory_limit_in_mb = "1024"
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    function_version = "$LATEST"

    def __init__(self, name: str, seconds: float) -> None:
        self.function_name = name
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the invocation times out."""
        return max(int((self._end - time.monotonic()) * 1000), 0)


def import_handler(handler: str) -> Callable[[Any, Any], Any]:
    """Import a handler.

    Args:
        handler: ``path/to/file.py:name`` or ``package.module:name``.
    """
    place, _, name = handler.rpartition(":")
    if place.endswith(".py"):
        file = Path(place).resolve()
        sys.path.insert(0, str(file.parent))
        spec = importlib.util.spec_from_file_location(file.stem, file)
        if spec is None or spec.loader is None:
            raise ImportError(f"{place} cannot be imported")
        module = importlib.util.module_from_spec(spec)
        sys.modules[file.stem] = module
        spec.loader.exec_module(module)
    else:
        sys.path.insert(0, str(Path.cwd()))
        module = importlib.import_module(place)
    function: Callable[[Any, Any], Any] | None = getattr(module, name, None)
    if function is None:
        raise HandlerNotFound(f"{place} has no function {name}")
    return function


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return an error as Lambda reports it, with the stack frames of the handler only.

    Args:
        error: The error that the handler raised.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and "importlib" not in frame.filename]
    lines = traceback.StackSummary.from_list(own).format()
    return {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": lines}


def main() -> None:
    """Run the handler that the command line names."""
    # Output of the handler, also that of C libraries, must not mix with the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    handler, kit, seconds = sys.argv[1:]
    # Behind the handler's own folder on the path, as a layer is.
    sys.path.append(kit)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    event = json.load(sys.stdin)
    try:
        answer = import_handler(handler)(event, Context(handler.rpartition(":")[2], float(seconds)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 (a handler may raise anything)
        result = json.dumps(describe_error(error))
    else:
        try:
            result = json.dumps({"answer": answer})
        except (TypeError, ValueError, RecursionError) as error:
            reason = f"Unable to marshal response: {error}"
            result = json.dumps({"errorType": "Runtime.MarshalError", "errorMessage": reason})
    answers.write(result)
    answers.close()


if __name__ == "__main__":
    main()

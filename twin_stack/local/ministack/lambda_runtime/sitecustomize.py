"""Logging as AWS Lambda's Python runtime sets it up, for functions of the embedded AWS.

This folder is on the functions' ``PYTHONPATH``, and Python imports a module of this name when it starts.
Format and level come from the variables that AWS sets from a function's ``LoggingConfig``. Log lines have no
request id; the lines of an invocation are those between its START and its END.
"""

from __future__ import annotations

import json
import logging
import os
import sys

_RESERVED = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        line.update({key: value for key, value in record.__dict__.items() if key not in _RESERVED})
        if record.exc_info:
            line["stackTrace"] = self.formatException(record.exc_info).splitlines()
        return json.dumps(line, default=str)


def _set_up() -> None:
    handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        handler.setFormatter(_Json())
        logging.getLogger().setLevel(os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO"))
    else:
        handler.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)sZ\t%(message)s"))
    logging.getLogger().addHandler(handler)


_set_up()

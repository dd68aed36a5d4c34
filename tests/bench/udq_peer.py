"""The peer of the connectors: `udq_utils` and its Timestream reader, run as they come from a checkout.

Both are of github.com/aws-samples/aws-iot-twinmaker-samples; nothing of them is copied here. The checkout is
named by an environment variable. The reader's Timestream client is replaced by one that holds rows in memory.
"""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench.connector_rows import DEVICES, Row

VARIABLE = "TWIN_BENCH_UDQ_SAMPLES"
_COLUMNS = {
    "TelemetryAssetId": "VARCHAR",
    "measure_name": "VARCHAR",
    "time": "TIMESTAMP",
    "measure_value::double": "DOUBLE",
    "measure_value::varchar": "VARCHAR",
}


def checkout() -> Path | None:
    """Return the folder of the samples, or None after saying how to get it."""
    folder = Path(os.environ.get(VARIABLE, ""))
    if os.environ.get(VARIABLE) and (folder / "src/libs/udq_helper_utils/udq_utils").is_dir():
        return folder
    print(
        f"the connectors' peer is left out: {VARIABLE} does not name a checkout of "
        "https://github.com/aws-samples/aws-iot-twinmaker-samples"
    )
    return None


def install(samples: Path, target: Path) -> None:
    """Put the one third-party package that the peer needs into a folder, pinned as the peer pins it."""
    pins = (samples / "src/libs/udq_helper_utils/requirements.txt").read_text(encoding="utf-8").split()
    (pin,) = (pin for pin in pins if pin.startswith("sqlparse"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), pin],
        check=True,
    )


def load_reader(samples: Path, packages: Path) -> type[Any]:
    """Import the reader from its folder; the loggers' levels stay as they are without it."""
    level = logging.getLogger().level
    for folder in (
        packages,
        samples / "src/libs/udq_helper_utils",
        samples / "src/modules/timestream_telemetry/lambda_function",
    ):
        sys.path.insert(0, str(folder))
    # The module makes a client at its import, which asks for a region.
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    module = importlib.import_module("udq_data_reader")
    logging.getLogger().setLevel(level)
    reader: type[Any] = module.TimestreamReader
    return reader


class StandInTimestream:
    """Answers every query with the same rows, in pages if configured."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = [
            {
                "Data": [
                    {"ScalarValue": DEVICES[row.device]},
                    {"ScalarValue": "temperature"},
                    {"ScalarValue": row.time.replace("T", " ").removesuffix("Z") + "000000"},
                    {"ScalarValue": row.value},
                    {"NullValue": True},
                ]
            }
            for row in rows
        ]
        self._columns = [{"Name": name, "Type": {"ScalarType": kind}} for name, kind in _COLUMNS.items()]

    def query(self, *, QueryString: str, MaxRows: int = 0, NextToken: str = "0") -> dict[str, Any]:  # noqa: ARG002, N803 - the client's
        """Return a page as `timestream-query`'s client does."""
        start = int(NextToken)
        end = start + MaxRows if MaxRows else len(self._rows)
        page = {"QueryId": "Q", "Rows": self._rows[start:end], "ColumnInfo": self._columns}
        return page | ({"NextToken": str(end)} if end < len(self._rows) else {})

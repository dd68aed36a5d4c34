"""How much a definition folder may hold in all: files one by one are limited, their number is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.document_builder import MAX_VALUES
from twin_stack.definition.files import MAX_BYTES
from twin_stack.definition.findings import Location
from twin_stack.definition.rules.reading import MODEL_TOO_LARGE

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding

MAX_MODEL_BYTES: Final = 2 * MAX_BYTES
"""Most bytes of all files of a definition, without ``assets``. Ten thousand devices with a scene are 8 MB."""

MAX_MODEL_VALUES: Final = 2 * MAX_VALUES
"""Most values of all files, rows and layouts. Ten thousand devices with a scene are 370,000."""

BULK_FACTOR: Final = 4
"""How much larger a definition with ``engine: bulk`` may be. A workspace holds 50,000 entities at most, which
are 2,000,000 values where each has 40. ``cloudformation`` deploys 400 entities, and needs no more room."""

_FILE_VALUES = 20  # what opening a file costs, in values


class ModelTooLargeError(Exception):
    """A definition is larger than allowed.

    Attributes:
        finding: The finding that ends the check.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Budget:
    """What is left of the size that a definition may have.

    Args:
        folder: The twin's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._factor = 1
        self._bytes = 0
        self._values = 0

    def fit_engine(self, twin: Any) -> None:
        """Allow a definition the size that its engine deploys.

        Args:
            twin: The content of ``twin.yaml``, of any form.
        """
        if isinstance(twin, dict) and twin.get("engine") == "bulk":
            self._factor = BULK_FACTOR

    def spend_file(self, path: Path) -> None:
        """Count a file that is going to be read.

        Args:
            path: The file; one that cannot be read counts as empty.

        Raises:
            ModelTooLargeError: The files are too large together.
        """
        try:
            # A larger one is refused when it is read.
            self._bytes += min(path.stat().st_size, MAX_BYTES)
        except (OSError, ValueError):
            return
        max_bytes = MAX_MODEL_BYTES * self._factor
        if self._bytes > max_bytes:
            raise self._refuse(f"the files hold more than {max_bytes:,} bytes together")
        self.spend_values(_FILE_VALUES)

    def spend_values(self, count: int) -> None:
        """Count values that were read or made.

        Args:
            count: How many: keys, values, containers, and what ``forEach`` and layouts make of them.

        Raises:
            ModelTooLargeError: There are too many values.
        """
        self._values += count
        max_values = MAX_MODEL_VALUES * self._factor
        if self._values > max_values:
            raise self._refuse(f"the files, rows and layouts hold more than {max_values:,} values together")

    def _refuse(self, message: str) -> ModelTooLargeError:
        remedy = "split the definition into several twins, or make it smaller"
        return ModelTooLargeError(MODEL_TOO_LARGE.finding(Location(self._folder, 1, 1), message, remedy))

"""The budget of one evaluation, so that the history of one device does not delay the alarms of others."""

import time
from collections.abc import Callable

MAX_ROWS = 100_000
"""Rows that one evaluation reads at most."""

MAX_LOOKBACK_ROWS = 200_000
"""Rows before the change that one evaluation reads at most, to find when a limit was exceeded first."""

MAX_SECONDS = 5.0
"""Seconds after which one evaluation stops reading."""

MAX_CHANGES = 1_000
"""Changes of state that one evaluation writes at most."""


class Budget:
    """Counts the rows, the changes and the time of one evaluation.

    Args:
        rows: The rows that it may read.
        seconds: The seconds that it may take.
        changes: The changes that it may write.
        now: Returns the seconds of a monotonic clock.
    """

    def __init__(
        self,
        rows: int = MAX_ROWS,
        seconds: float = MAX_SECONDS,
        changes: int = MAX_CHANGES,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rows = rows
        self._changes = changes
        self._now = now
        self._end = now() + seconds

    def spend(self, changes: int) -> bool:
        """Count one row and its changes, and return whether the budget is used up.

        Args:
            changes: The number of changes of state at the time of the row.
        """
        self._rows -= 1
        self._changes -= changes
        return self._rows <= 0 or self._changes <= 0 or self._now() >= self._end

"""The pace of calls: so many a second, and fewer after the service has throttled one."""

_MIN_RATE = 0.5
_RECOVERY = 1.02
"""By how much each call that succeeds raises a pace that was slowed down."""


class Pace:
    """Gives each call the time at which it may begin.

    All model calls of an account share ten a second, so calls are spread evenly: a burst of one stack would
    throttle the others.

    Args:
        rate: Calls a second.
    """

    def __init__(self, rate: float) -> None:
        self._limit = rate
        self._rate = rate
        self._next = 0.0

    def delay(self, now: float) -> float:
        """Return the seconds until the next call may begin.

        Args:
            now: The time in seconds.
        """
        return max(0.0, self._next - now)

    def take(self, now: float) -> None:
        """Count a call that begins now.

        Args:
            now: The time in seconds.
        """
        self._next = max(now, self._next) + 1 / self._rate

    def speed_up(self) -> None:
        """Approach the limit again after a call that succeeded."""
        self._rate = min(self._limit, self._rate * _RECOVERY)

    def slow_down(self) -> None:
        """Halve the pace after a call that was throttled: others use the account's share too."""
        self._rate = max(min(_MIN_RATE, self._limit), self._rate / 2)

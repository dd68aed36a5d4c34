"""The window of times that are plausible for a measurement. Pure."""

from typing import NamedTuple


class Window(NamedTuple):
    """The times of measurements that count, in milliseconds since 1970, both inclusive.

    Attributes:
        first: The oldest time.
        last: The newest time; after the present, because clocks differ.
        now: The present.
    """

    first: int
    last: int
    now: int

    @classmethod
    def around(cls, now: int, *, max_age: int, max_ahead: int) -> "Window":
        """Return the window around the present.

        Args:
            now: The present in milliseconds since 1970.
            max_age: Milliseconds before the present.
            max_ahead: Milliseconds after the present.
        """
        return cls(now - max_age, now + max_ahead, now)

    def contains(self, time: float) -> bool:
        """Return whether a time is in the window; False for one that is no number.

        Args:
            time: Milliseconds since 1970.
        """
        return self.first <= time <= self.last

"""Connections of the embedded AWS: how many can be open, and when one is closed."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.events import Updated

if TYPE_CHECKING:
    from hypercorn.events import Event

# macOS refuses more, whatever its hard limit says.
_MAX_OPEN_FILES = 10_240


class _Connection(TCPServer):
    """A connection that is closed as soon as its client closes it.

    Hypercorn closes it when its timer for idle connections ends, which is more than a minute here. Until then
    each short request keeps a file open.
    """

    async def protocol_send(self, event: Event) -> None:
        """Send data, or note that a request begins or ends; a client that is gone gets no timer."""
        if not (isinstance(event, Updated) and self.reader.at_eof()):
            await super().protocol_send(event)

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


def close_connections_at_once() -> None:
    """Make hypercorn close each connection as soon as its client has closed it."""
    run.TCPServer = _Connection  # type: ignore[attr-defined]


def raise_open_file_limit() -> None:
    """Allow this process as many open files as the system allows it, but not more than 10,240.

    Each connection is an open file, and the usual limit is 256 (macOS) or 1,024 (Linux). Functions inherit
    the limit, and some programs close every file number up to it, so "unlimited" would slow them down.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

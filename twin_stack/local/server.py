"""The process of the embedded AWS: ``python -m twin_stack.local.server``, started by the launcher."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

from twin_stack.local.state import LocalError
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES, MAX_WORKSPACES

# A thousand clients can connect at once.
_BACKLOG = 1024


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="twin_stack.local.server")
    parser.add_argument("--state", type=Path, required=True, help="folder of the state")
    parser.add_argument("--socket", type=int, required=True, help="descriptor of a listening socket")
    parser.add_argument("--port", type=int, required=True, help="its port, for programs")
    parser.add_argument("--page-socket", type=int, required=True, help="descriptor of another one")
    parser.add_argument("--page-port", type=int, required=True, help="its port, for the page")
    parser.add_argument("--secret", type=Path, required=True, help="file with the secret access key")
    parser.add_argument("--slow", type=float, default=0.0)
    parser.add_argument("--throttle", type=int, default=None)
    parser.add_argument("--allow-origin", action="append", default=[], help="origin of a web app")
    parser.add_argument("--like-aws", action="store_true")
    parser.add_argument("--max-workspaces", type=int, default=MAX_WORKSPACES)
    parser.add_argument("--max-entities", type=int, default=MAX_WORKSPACE_ENTITIES)
    parser.add_argument("--transfer-speed", type=float, default=None)
    parser.add_argument("--save-on-request", action="store_true", help="do not save the state otherwise")
    options = parser.parse_args()
    # Almost all objects of the start stay, so collections would only take time.
    gc.disable()
    logging.basicConfig(format="%(asctime)s %(levelname)s [%(name)s] %(message)s", level=logging.WARNING)
    code = 0
    try:
        asyncio.run(_serve(options))
    except LocalError as error:
        logging.getLogger(__name__).error("the embedded AWS stopped: %s", error)
        code = 1
    except Exception:
        logging.getLogger(__name__).exception("the embedded AWS stopped")
        code = 1
    sys.stderr.flush()
    # The interpreter would wait for a Lambda function that still runs; the launcher ends that process.
    os._exit(code)


async def _serve(options: argparse.Namespace) -> None:
    from hypercorn.asyncio import serve  # noqa: PLC0415 (after the logging is set up)
    from hypercorn.config import Config  # noqa: PLC0415
    from hypercorn.utils import LifespanFailureError  # noqa: PLC0415

    from twin_stack.local.body_limit import BodyLimit  # noqa: PLC0415
    from twin_stack.local.connections import close_connections_at_once, raise_open_file_limit  # noqa: PLC0415
    from twin_stack.local.embedded_aws import EmbeddedAws  # noqa: PLC0415
    from twin_stack.local.private_files import read_private  # noqa: PLC0415

    raise_open_file_limit()
    close_connections_at_once()
    aws = EmbeddedAws(
        options.state,
        port=options.port,
        page_port=options.page_port,
        secret=read_private(options.secret),
        slow=options.slow,
        throttle=options.throttle,
        allowed_origins=frozenset(options.allow_origin),
        like_aws=options.like_aws,
        max_workspaces=options.max_workspaces,
        max_entities=options.max_entities,
        transfer_speed=options.transfer_speed,
        saves=not options.save_on_request,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    config = Config()
    config.bind = [f"fd://{options.socket}", f"fd://{options.page_socket}"]
    # Longer than the minute for which clients of AWS keep an idle connection.
    config.keep_alive_timeout = 75
    config.backlog = _BACKLOG
    config.startup_timeout = 300
    config.graceful_timeout = 1
    config.shutdown_timeout = 60
    config.loglevel = "WARNING"
    gc.freeze()
    gc.enable()
    try:
        await serve(BodyLimit(aws), config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    except LifespanFailureError as error:
        raise LocalError(str(error)) from None


if __name__ == "__main__":
    main()

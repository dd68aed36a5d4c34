"""The environment that ministack reads when it is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from pathlib import Path


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return the environment that the process of the embedded AWS needs.

    Args:
        folder: Folder of its state.
        port: Port that it is served on.
    """
    return {
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        # These two listeners would open ports on all interfaces.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        # Keeps ministack away from the containers of this machine.
        "DOCKER_HOST": "unix:///nonexistent",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder / "ministack"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "WARNING",
        "TZ": "UTC",
    }

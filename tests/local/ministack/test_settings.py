"""The environment of the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.ministack.settings import environment

if TYPE_CHECKING:
    from pathlib import Path


def test_state_is_in_the_folder_and_no_other_listener_is_opened(tmp_path: Path) -> None:
    settings = environment(tmp_path, 14566)

    assert (settings["STATE_DIR"], settings["S3_DATA_DIR"]) == (f"{tmp_path}/ministack", f"{tmp_path}/s3")
    assert settings["GATEWAY_PORT"] == "14566"
    assert (settings["IOT_MTLS_ENABLED"], settings["SFTP_ENABLED"]) == ("0", "0")
    assert settings["DOCKER_HOST"] == "unix:///nonexistent"

"""A pytest fixture for teams with their own CDK app: an AWS with TwinMaker in it, for the session.

    def test_press_is_in_zone_a(local_twin):
        local_twin.deploy(build_app())

        entity = local_twin.client("iottwinmaker").get_entity(workspaceId="Factory", entityId="press-1")

        assert entity["parentEntityId"] == "zone-a"

Installed with the extra `local`; pytest finds it by itself. Nothing listens but one free port of the
loopback interface, and nothing is left behind when the session ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class LocalTwin:
    """An embedded AWS that runs.

    Attributes:
        endpoint: Its URL.
    """

    endpoint: str

    def deploy(self, app: Any) -> dict[str, dict[str, str]]:
        """Deploy a CDK app as it is, or as it has become: what is there is updated in place.

        Takes a second or two beside the synthesis, for it needs no CDK CLI.

        Args:
            app: An `aws_cdk.App`, which is synthesized, or the path of a cloud assembly (`cdk.out`).

        Returns:
            Outputs by stack and name.

        Raises:
            twin_stack.local.deployer.DeployError: A stack failed and was rolled back; the text says
                which resources failed and why.
        """
        from twin_stack.local.assembly import deploy_assembly  # noqa: PLC0415

        folder = app if isinstance(app, str | Path) else app.synth().directory
        return deploy_assembly(self.endpoint, Path(folder))

    def client(self, service: str) -> Any:
        """Return a boto3 client.

        Args:
            service: boto3's name of the service, such as `iottwinmaker`, `iotsitewise`, `dynamodb`.
        """
        from twin_stack.local.clients import make_client  # noqa: PLC0415

        return make_client(self.endpoint, service)

    def environment(self) -> dict[str, str]:
        """Return an environment for programs under test: AWS clients in them reach this AWS alone."""
        import os  # noqa: PLC0415

        from twin_stack.local.profile import client_environment  # noqa: PLC0415

        return client_environment(self.endpoint, os.environ)


@pytest.fixture(scope="session")
def local_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTwin]:
    """An embedded AWS for the session, empty at first; one for each worker of pytest-xdist."""
    # The plugin is loaded in every run of pytest, also in those that do not use it.
    from twin_stack.local import launcher  # noqa: PLC0415
    from twin_stack.local.state import StateFolder  # noqa: PLC0415

    folder = StateFolder(tmp_path_factory.mktemp("local-twin"))
    with folder.locked():
        server = launcher.start(folder, port=0)
        try:
            yield LocalTwin(server.endpoint)
        finally:
            launcher.stop(folder, grace=5)

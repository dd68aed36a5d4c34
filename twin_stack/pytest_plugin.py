"""A pytest fixture for teams with their own CDK app: an AWS with TwinMaker in it, for the session.

    def test_press_is_in_zone_a(local_twin):
        local_twin.deploy(build_app())

        entity = local_twin.client("iottwinmaker").get_entity(workspaceId="Factory", entityId="press-1")

        assert entity["parentEntityId"] == "zone-a"

The extra ``local`` installs it, and pytest finds it as an entry point. It listens on one free port of the
loopback interface, and leaves nothing behind when the session ends.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.local.state import Access, Server

_MAX_WORKSPACES = 1_000
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class LocalTwin:
    """An embedded AWS that runs.

    Attributes:
        server: Its process and ports.
        work: Folder for what the CDK CLI writes.
    """

    server: Server
    work: Path

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return self.server.endpoint

    def up(
        self, app: str | Path, *, model: str | Path | None = None, telemetry: timedelta = timedelta(days=1)
    ) -> dict[str, dict[str, str]]:
        """Deploy the CDK app of a folder as ``twin up`` does: by its own CDK CLI, and with telemetry.

        The CLI takes several seconds to start and to synthesize; ``deploy`` is faster. A second call deploys
        what has changed.

        Args:
            app: Folder of the CDK app, the one with ``cdk.json`` and ``node_modules``.
            model: Folder of the definition to deploy. Default: that of the app's stage.
            telemetry: Length of the time until now to write telemetry of, at most seven days;
                ``timedelta(0)`` for none.

        Returns:
            Outputs by stack and name.

        Raises:
            twin_stack.local.state.LocalError: There is no such app, its CLI is not installed, or a
                deployment failed; the text ends with what the CLI printed.
        """
        from twin_stack.local.assembly import stack_names  # noqa: PLC0415
        from twin_stack.local.deployer import ASSEMBLY  # noqa: PLC0415
        from twin_stack.local.deployment import deploy_app, require_app  # noqa: PLC0415
        from twin_stack.local.telemetry import write_history  # noqa: PLC0415

        definition = None if model is None else Path(model)
        require_app(Path(app), definition)
        outputs = deploy_app(Path(app), self.server.access, self.work, model=definition, report=_LOG.info)
        # Other tests of the session may have deployed other apps.
        own = stack_names(self.work / ASSEMBLY)
        outputs = {name: outputs[name] for name in own}
        if telemetry:
            workspace_ids = [named["WorkspaceId"] for named in outputs.values() if "WorkspaceId" in named]
            write_history(
                self.server.access, workspace_ids, last=telemetry, report=_LOG.info, warn=_LOG.warning
            )
        return outputs

    def deploy(self, app: Any) -> dict[str, dict[str, str]]:
        """Deploy a CDK app, or update it in place if it was deployed before.

        It takes a second or two beside the synthesis, because it needs no CDK CLI.

        Args:
            app: An ``aws_cdk.App``, which is synthesized, or the path of a cloud assembly (``cdk.out``).

        Returns:
            Outputs by stack and name.

        Raises:
            twin_stack.local.deployer.DeployError: A stack failed and was rolled back; the message
                names the failed resources with their reasons.
        """
        from twin_stack.local.assembly import deploy_assembly  # noqa: PLC0415

        folder = app if isinstance(app, str | Path) else app.synth().directory
        return deploy_assembly(self.server.access, Path(folder))

    def client(self, service: str) -> Any:
        """Return a boto3 client, the same one each time.

        Args:
            service: Boto3's name of the service, such as ``iottwinmaker``, ``iotsitewise``, ``dynamodb``.
        """
        return _client(self.server.access, service)

    def environment(self) -> dict[str, str]:
        """Return an environment for programs under test, in which AWS clients reach this AWS only."""
        import os  # noqa: PLC0415

        from twin_stack.local.profile import client_environment  # noqa: PLC0415

        return client_environment(self.server.access, os.environ)


@cache
def _client(access: Access, service: str) -> Any:
    from twin_stack.local.clients import make_client  # noqa: PLC0415

    return make_client(access, service)


@pytest.fixture(scope="session")
def local_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalTwin]:
    """Start an embedded AWS for the session, empty at first; each worker of pytest-xdist has its own."""
    # The plugin is loaded in every run of pytest, also in those that do not use it.
    from twin_stack.local import launcher  # noqa: PLC0415
    from twin_stack.local.state import StateFolder  # noqa: PLC0415

    folder = StateFolder(tmp_path_factory.mktemp("local-twin"))
    with folder.locked():
        # Tests of a session deploy more twins than an account may hold before AWS raises the quota.
        # Its state ends with the session; saving it would take a third of the time of deployments.
        server = launcher.start(folder, port=0, max_workspaces=_MAX_WORKSPACES, saves=False)
        try:
            yield LocalTwin(server, folder.path)
        finally:
            launcher.stop(folder, grace=5)

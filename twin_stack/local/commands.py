"""The commands ``up``, ``down`` and ``status`` without their command line.

All of them raise ``LocalError`` with a message for the user.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from twin_stack.errors import translate_os_errors
from twin_stack.local import devices, launcher, telemetry
from twin_stack.local.clients import make_client
from twin_stack.local.deployer import DeployError
from twin_stack.local.deployment import DELETED_STATUSES, deploy_app, require_app
from twin_stack.local.entity_operations import (
    EntityOperation,
    count_entities,
    list_workspace_ids,
    read_operations,
)
from twin_stack.local.placeholder_functions import create_functions, read_option
from twin_stack.local.profile import export_lines, write_profile
from twin_stack.local.start_options import check_start_options
from twin_stack.local.state import LocalError, Server, StateFolder
from twin_stack.local.state_check import saved_generation, use_previous_state
from twin_stack.package_data import built_page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twin_stack.simulate.plan import Plan

    Report = Callable[[str], None]


@dataclass(frozen=True)
class DeployedTwin:
    """A deployed twin.

    Attributes:
        server: The embedded AWS.
        outputs: Outputs of the deployed stacks by stack and name.
        exports: Shell commands after which boto3 and the AWS CLI use the embedded AWS.
        seconds: How long starting and deploying took.
        plans: Where telemetry of each workspace goes, by workspace id; empty after ``deploy`` alone.
    """

    server: Server
    outputs: dict[str, dict[str, str]]
    exports: list[str]
    seconds: float
    plans: dict[str, Plan] = field(default_factory=dict)

    @property
    def workspace_ids(self) -> list[str]:
        """Ids of the workspaces that were deployed."""
        return [out["WorkspaceId"] for out in self.outputs.values() if "WorkspaceId" in out]


@dataclass(frozen=True)
class Status:
    """The state of a local twin.

    Attributes:
        running: Whether the embedded AWS answers.
        endpoint: Its URL, when it runs.
        page: Link to the page that shows the twin, with its key, when it runs and the page is built.
        pid: Id of its process, when it runs.
        since: Time of its start in ISO 8601, when it runs.
        stacks: Status of each stack by name.
        workspaces: Number of entities of each workspace; None while the engine ``bulk`` deploys to it.
        operations: How far deployments by the engine ``bulk`` are, by workspace; those that run.
        folder: The state folder.
    """

    running: bool
    folder: str
    endpoint: str | None = None
    page: str | None = None
    pid: int | None = None
    since: str | None = None
    stacks: dict[str, str] = field(default_factory=dict)
    workspaces: dict[str, int | None] = field(default_factory=dict)
    operations: dict[str, list[EntityOperation]] = field(default_factory=dict)


@translate_os_errors("make room, or correct the permissions of the state folder", LocalError)
def up(
    app: Path,
    *,
    report: Report,
    warn: Report,
    model: Path | None = None,
    plan: Path | None = None,
    port: int | None = None,
    slow: float = 0.0,
    throttle: int | None = None,
    like_aws: bool = False,
    transfer_speed: float | None = None,
    max_entities: int | None = None,
    allowed_origins: Sequence[str] = (),
    placeholder_functions: Sequence[str] = (),
    with_devices: bool = True,
    previous_state: bool = False,
) -> DeployedTwin:
    """Deploy the app to the embedded AWS and give its twins a day of telemetry and live devices.

    Args:
        app: Folder of the CDK app.
        report: Receives each step as one line.
        warn: Receives what could not be simulated, a line each.
        model: Folder of the definition to deploy. Default: that of the app's stage.
        plan: File of a plan; a definition that differs from it is not deployed. Default: none.
        port: As for ``deploy``.
        slow: As for ``deploy``.
        throttle: As for ``deploy``.
        like_aws: As for ``deploy``.
        transfer_speed: As for ``deploy``.
        max_entities: As for ``deploy``.
        allowed_origins: As for ``deploy``.
        placeholder_functions: Functions in place of ones that are only in AWS, as ``NAME=FILE:HANDLER``.
        with_devices: Whether devices publish until ``down``, where a topic rule takes their messages.
        previous_state: As for ``deploy``.

    Returns:
        The deployed twin, with the plan of its telemetry.

    Raises:
        LocalError: The twin could not be started or deployed; the message says why and what to do.
    """
    # One save holds stacks and telemetry; before it, the embedded AWS saves the settled stacks by itself.
    deployed = _deploy(
        app,
        report=report,
        model=model,
        plan=plan,
        port=port,
        slow=slow,
        throttle=throttle,
        like_aws=like_aws,
        transfer_speed=transfer_speed,
        max_entities=max_entities,
        allowed_origins=allowed_origins,
        placeholder_functions=placeholder_functions,
        with_save=False,
        previous_state=previous_state,
    )
    access = deployed.server.access
    plans = telemetry.write_history(access, deployed.workspace_ids, report=report, warn=warn)
    launcher.save(deployed.server)
    for workspace_id, telemetry_plan in plans.items() if with_devices else ():
        if telemetry.is_ingested(access, telemetry_plan):
            report(f"{workspace_id}: devices publish to AWS IoT Core every 10 s, until `twin down`")
            devices.start(StateFolder.of_app(app), deployed.server, workspace_id)
    return replace(deployed, plans=plans)


@translate_os_errors("make room, or correct the permissions of the state folder", LocalError)
def deploy(
    app: Path,
    *,
    report: Report,
    model: Path | None = None,
    plan: Path | None = None,
    port: int | None = None,
    slow: float = 0.0,
    throttle: int | None = None,
    like_aws: bool = False,
    transfer_speed: float | None = None,
    max_entities: int | None = None,
    allowed_origins: Sequence[str] = (),
    previous_state: bool = False,
) -> DeployedTwin:
    """Start the embedded AWS unless it runs, and deploy the app to it.

    A second call deploys what has changed. After a crash it goes on from what was saved.

    Args:
        app: Folder of the CDK app.
        report: Receives each step as one line.
        model: Folder of the definition to deploy. Default: that of the app's stage.
        plan: File of a plan; a definition that differs from it is not deployed. Default: none.
        port: Port of the embedded AWS. Default: the one it had, or 14566, or any free one.
        slow: Seconds for which TwinMaker's states CREATING, UPDATING and DELETING last.
        throttle: Requests per second before TwinMaker and SiteWise answer ThrottlingException.
        like_aws: Whether TwinMaker and SiteWise throttle at the rates that AWS documents.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can.
        max_entities: Quota of entities in a workspace; None for that of AWS.
        allowed_origins: Origins of web apps that may call the embedded AWS, such as
            ``http://localhost:3000``. Default: none.
        previous_state: Set the damaged state aside that was saved last, and go on from the one before it.

    Returns:
        The deployed twin, without telemetry.

    Raises:
        LocalError: The embedded AWS did not start, or the deployment failed; the message says why and
            what to do.
    """
    return _deploy(
        app,
        report=report,
        model=model,
        plan=plan,
        port=port,
        slow=slow,
        throttle=throttle,
        like_aws=like_aws,
        transfer_speed=transfer_speed,
        max_entities=max_entities,
        allowed_origins=allowed_origins,
        with_save=True,
        previous_state=previous_state,
    )


def _deploy(
    app: Path,
    *,
    report: Report,
    model: Path | None,
    plan: Path | None,
    port: int | None,
    slow: float,
    throttle: int | None,
    like_aws: bool,
    transfer_speed: float | None,
    max_entities: int | None,
    allowed_origins: Sequence[str],
    with_save: bool,
    previous_state: bool,
    placeholder_functions: Sequence[str] = (),
) -> DeployedTwin:
    begun = time.monotonic()
    check_start_options(
        port=port,
        slow=slow,
        throttle=throttle,
        like_aws=like_aws,
        transfer_speed=transfer_speed,
        max_entities=max_entities,
        allowed_origins=allowed_origins,
    )
    require_app(app, model)
    placeholders = [read_option(text) for text in placeholder_functions]
    folder = StateFolder.of_app(app)
    with folder.locked() as lock:
        is_running = launcher.running(folder) is not None
        if previous_state:
            if is_running:
                raise LocalError(
                    "the embedded AWS runs, from a state that is complete; leave --previous-state out"
                )
            use_previous_state(folder.state)
            report("the damaged state is set aside; going on from the state saved before it")
        report("the embedded AWS runs" if is_running else "starting the embedded AWS")
        server = launcher.start(
            folder,
            port=port,
            slow=slow,
            throttle=throttle,
            like_aws=like_aws,
            transfer_speed=transfer_speed,
            max_entities=max_entities,
            allowed_origins=allowed_origins,
        )
        write_profile(folder, server)
        report(f"endpoint {server.endpoint}, log {folder.log}")
        try:
            create_functions(server.access, placeholders)
            outputs = deploy_app(
                app, server.access, folder.path, model=model, plan=plan, lock=lock, report=report
            )
        except DeployError as error:
            if launcher.running(folder) is None:
                raise LocalError(
                    f"the embedded AWS ended while the app was deployed, see {folder.log}; run `twin up` "
                    "again: it starts it from the state saved last and goes on"
                ) from error
            raise
        except KeyboardInterrupt:
            report(
                f"interrupted; the embedded AWS runs on at {server.endpoint}: `twin up` goes on, "
                "`twin down` stops it"
            )
            raise
        if with_save:
            launcher.save(server)
        return DeployedTwin(server, outputs, export_lines(folder), time.monotonic() - begun)


@translate_os_errors("make room, or correct the permissions of the state folder", LocalError)
def down(app: Path, *, report: Report, discard: bool = False) -> None:
    """Stop the embedded AWS; its state is saved and kept for the next ``up``.

    Args:
        app: Folder of the CDK app.
        report: Receives each step as one line.
        discard: Stop also when the state cannot be saved. What changed since the last save is lost then.

    Raises:
        LocalError: An ``up`` is at work, or the state was not saved; the message says whether it still runs.
    """
    folder = StateFolder.of_app(app)
    if not folder.path.exists():
        report("nothing runs")
        return
    with folder.locked():
        server = launcher.running(folder)
        if server is not None and not discard:
            try:
                launcher.save(server)
            except LocalError as error:
                raise LocalError(
                    f"the embedded AWS still runs, because {error}; then run `twin down` again, or "
                    "`twin down --discard` to lose what changed since the last save"
                ) from error
        before = saved_generation(folder.state)
        was_alive = launcher.is_alive(folder)
        has_stopped = launcher.stop(folder)
        is_saved = not was_alive or saved_generation(folder.state) != before
        if not is_saved and not discard:
            raise LocalError(
                "the embedded AWS was stopped, but what changed since the last save is lost: it did not save "
                f"its state at its end; {folder.log} says why, and the next `twin up` goes on from that save"
            )
        if not has_stopped:
            report("nothing runs")
        elif is_saved:
            report("stopped, the state is kept")
        else:
            report("stopped without a save: the next `twin up` goes on from the one before")


@translate_os_errors("make room, or correct the permissions of the state folder", LocalError)
def status(app: Path) -> Status:
    """Return whether the embedded AWS runs, and what is deployed to it."""
    folder = StateFolder.of_app(app)
    server = launcher.running(folder)
    if server is None:
        return Status(running=False, folder=str(folder.path))
    stacks = make_client(server.access, "cloudformation").get_paginator("describe_stacks").paginate()
    statuses = {stack["StackName"]: stack["StackStatus"] for page in stacks for stack in page["Stacks"]}
    twinmaker = make_client(server.access, "iottwinmaker")
    s3 = make_client(server.access, "s3")
    workspace_ids = list_workspace_ids(twinmaker)
    operations = {name: read_operations(twinmaker, s3, name) for name in workspace_ids}
    # The calls that count entities would be missing from those of a deployment that runs.
    counts = {name: None if operations[name] else count_entities(twinmaker, name) for name in workspace_ids}
    return Status(
        running=True,
        folder=str(folder.path),
        endpoint=server.endpoint,
        page=page_of(server),
        pid=server.pid,
        since=datetime.fromtimestamp(server.started, UTC).isoformat(timespec="seconds"),
        stacks={name: state for name, state in statuses.items() if state not in DELETED_STATUSES},
        workspaces=counts,
        operations={name: running for name, running in operations.items() if running},
    )


def page_of(server: Server) -> str | None:
    """Return the link that opens the page with its key, or None where the page is not built."""
    return server.page_link() if built_page() else None

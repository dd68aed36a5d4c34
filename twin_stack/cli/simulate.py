"""The verb that writes invented telemetry, here or in AWS: simulate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from twin_stack.cli.options import AwsAccount, Last
from twin_stack.cli.output import echo, print_warning
from twin_stack.cli.target import prefer_local_twin
from twin_stack.errors import TwinError
from twin_stack.simulate.limits import MAX_ENTITIES, MAX_VALUES

app = typer.Typer()

_EVERY: Final = "1m"


@app.command(epilog="Example: twin simulate --last 1d")
def simulate(  # noqa: PLR0917
    last: Last = "1d",
    every: Annotated[
        str | None,
        typer.Option(help="From one value to the next, such as 10s. Default: 1m, or more for a large twin."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Number that determines the values.")] = 0,
    live: Annotated[bool, typer.Option("--live", help="Continue with live values, until Ctrl-C.")] = False,
    max_entities: Annotated[
        int, typer.Option(min=1, help="Entities that get telemetry at most, some of each component type.")
    ] = MAX_ENTITIES,
    aws: AwsAccount = None,
    workspace: Annotated[
        str | None,
        typer.Option(
            "--workspace",
            "-w",
            help="Workspace id. Default: TWIN_WORKSPACE, else the only one; mandatory with --aws.",
        ),
    ] = None,
) -> None:
    """Write plausible telemetry to the deployed twin's DynamoDB tables and SiteWise assets.

    A twin of more than 500 entities gets telemetry in 500 of them; --max-entities changes that. Prints
    where it writes. Writes to an AWS account only with its id in --aws, and with --workspace. With
    --live, values that a topic rule takes are published to AWS IoT Core instead.
    """
    from twin_stack.client.times import parse_duration
    from twin_stack.client.write_target import check_write_target
    from twin_stack.simulate.clients import Clients
    from twin_stack.simulate.publishing import publish_live

    if aws is None:
        prefer_local_twin()
    elif workspace is None:
        raise TwinError("--aws needs the workspace by name: give --workspace")
    clients = Clients.configured()
    target = check_write_target(clients.all(), account=aws)
    workspace_id = write_past(
        workspace, target=target, last=last, every=every, seed=seed, max_entities=max_entities
    )
    if live:
        interval = parse_duration(every or _EVERY, "--every")
        for step in publish_live(
            clients, workspace_id, interval=interval, seed=seed, max_entities=max_entities
        ):
            counts = f"{step.messages} messages, {step.rows} rows, {step.values} values"
            echo(f"{datetime.now(UTC):%H:%M:%S}: {counts}")


def write_past(
    workspace: str | None,
    *,
    target: str,
    last: str,
    every: str | None,
    seed: int,
    max_entities: int,
) -> str:
    """Write telemetry up to the present, and print where and what was written.

    Args:
        workspace: Its id. Default: ``TWIN_WORKSPACE``, else the only one.
        target: The AWS that is written to, for a message.
        last: Duration to write, such as ``1d``.
        every: Duration from one value to the next. Default: a minute, or the least multiple of it that writes
            at most 25,000 values.
        seed: Another number gives other values.
        max_entities: Entities that get telemetry at most.

    Returns:
        The workspace id.
    """
    from twin_stack.client import resolve_workspace
    from twin_stack.client.times import parse_duration
    from twin_stack.simulate.clients import Clients
    from twin_stack.simulate.writing import write_telemetry

    clients, end = Clients.configured(), datetime.now(UTC)
    workspace_id = resolve_workspace(clients.twinmaker, workspace)
    interval = parse_duration(every or _EVERY, "--every")
    echo(f"writing to workspace {workspace_id} of {target}")
    start = end - parse_duration(last)
    written = write_telemetry(
        clients,
        workspace_id,
        start=start,
        end=end,
        interval=interval,
        seed=seed,
        max_values=MAX_VALUES if every is None else None,
        max_entities=max_entities,
    )
    for problem in written.problems:
        print_warning(problem)
    echo(f"{workspace_id}: {written.describe()}")
    return workspace_id

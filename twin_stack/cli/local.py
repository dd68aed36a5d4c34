"""Verbs that run a twin on this machine: up, down, status, logs."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from twin_stack.cli.options import CURRENT_FOLDER, AppFolder, AsJson, Last
from twin_stack.cli.output import echo, print_json, print_warning

if TYPE_CHECKING:
    from twin_stack.simulate.plan import Plan

app = typer.Typer()


@app.command(epilog="Example: twin up --model models/factory")
def up(  # noqa: PLR0917
    model: Annotated[Path | None, typer.Option(help="Definition to deploy. Default: the stage's.")] = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Deploy only what `twin plan --out FILE` reviewed."),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 for any. Default: 14566, or any.")] = None,
    slow: Annotated[float, typer.Option(help="Seconds (0 to 3600) that CREATING and so on last.")] = 0.0,
    throttle: Annotated[int | None, typer.Option(help="Requests per second before throttling.")] = None,
    like_aws: Annotated[
        bool, typer.Option("--like-aws", help="Throttle TwinMaker and SiteWise at AWS's rates.")
    ] = False,
    transfer_speed: Annotated[
        float | None, typer.Option(help="Items a second of a metadata transfer job. Default: no limit.")
    ] = None,
    max_entities: Annotated[
        int | None, typer.Option(help="Quota of entities of a workspace. Default: the 50,000 of AWS.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(help="Origin of a web app that may call the AWS, such as http://localhost:3000."),
    ] = None,
    placeholder_function: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE:HANDLER",
            help="Handler in place of a function that is only in AWS, such as weather=handler.py:handler.",
        ),
    ] = None,
    devices: Annotated[bool, typer.Option(help="Publish live telemetry by way of AWS IoT Core.")] = True,
    previous_state: Annotated[
        bool, typer.Option("--previous-state", help="Go on from the state before a damaged one.")
    ] = False,
    folder: AppFolder = CURRENT_FOLDER,
) -> None:
    """Run the twin on this machine: start an embedded AWS and deploy the app to it, unchanged."""
    from twin_stack.local import commands
    from twin_stack.package_data import PAGE_NOT_BUILT

    deployed = commands.up(
        folder,
        report=echo,
        warn=print_warning,
        model=model,
        plan=plan,
        port=port,
        slow=slow,
        throttle=throttle,
        like_aws=like_aws,
        transfer_speed=transfer_speed,
        max_entities=max_entities,
        allowed_origins=allow_origin or (),
        placeholder_functions=placeholder_function or (),
        with_devices=devices,
        previous_state=previous_state,
    )
    echo(f"\nThe twin runs at {deployed.server.endpoint} ({deployed.seconds:.0f} s to deploy).")
    has_page = commands.page_of(deployed.server) is not None
    echo("\nSee it:\n" if has_page else f"There is nothing to see: {PAGE_NOT_BUILT}.")
    for workspace in deployed.workspace_ids if has_page else ():
        echo(f"  {deployed.server.page_link(workspace=workspace)}")
    echo("\nOther programs reach it after:\n")
    for line in deployed.exports:
        echo(f"  {line}")
    echo("\nNext:\n")
    twin = "twin" if shutil.which("twin") else os.path.relpath(sys.argv[0])
    for line in ("entities", *(_history_to_show(*item) for item in deployed.plans.items()), "down"):
        echo(f"  {twin} {line}")


@app.command(epilog="Example: twin down")
def down(
    discard: Annotated[
        bool, typer.Option("--discard", help="Stop even when the state cannot be saved, and lose changes.")
    ] = False,
    folder: AppFolder = CURRENT_FOLDER,
) -> None:
    """Stop the embedded AWS; the next `twin up` starts it with what is deployed now."""
    from twin_stack.local import commands

    commands.down(folder, report=echo, discard=discard)


@app.command(epilog="Example: twin status --json")
def status(as_json: AsJson = False, folder: AppFolder = CURRENT_FOLDER) -> None:
    """Show whether the embedded AWS runs and what is deployed. Exit code 1 when it does not run."""
    from twin_stack.local import commands

    state = commands.status(folder)
    if as_json:
        print_json(asdict(state))
    elif not state.running:
        echo("the embedded AWS does not run; start it with `twin up`")
    else:
        echo(f"the embedded AWS runs at {state.endpoint} (process {state.pid}, since {state.since})")
        if state.page:
            echo(f"page {state.page}")
        for name, stack_status in state.stacks.items():
            echo(f"stack {name}: {stack_status}")
        for name, count in state.workspaces.items():
            echo(f"workspace {name}: {'entities change' if count is None else f'{count} entities'}")
            for operation in state.operations.get(name, ()):
                echo(f"  {operation.describe()}")
    raise typer.Exit(0 if state.running else 1)


@app.command(epilog="Example: twin logs --function telemetry --follow")
def logs(
    function: Annotated[str | None, typer.Option(help="Only functions with this in their name.")] = None,
    last: Last = "10m",
    follow: Annotated[bool, typer.Option(help="Print new lines until Ctrl-C.")] = False,
    folder: AppFolder = CURRENT_FOLDER,
) -> None:
    """Show the logs of the local twin's Lambda functions."""
    from twin_stack.client.times import parse_duration
    from twin_stack.local import logs

    since = parse_duration(last).total_seconds()
    for line in logs.read_logs(folder, function=function, since=since, follow=follow):
        # A further line of the same message must not look like a line of another function.
        message = line.message.replace("\n", "\n    ")
        echo(f"{line.time:%H:%M:%S} {line.function} {message}")


def _history_to_show(workspace: str, plan: Plan) -> str:
    """Return the command for a time series of a workspace that was just simulated."""
    signals = [signal for device in plan.devices for signal in device.signals]
    signals += [signal for asset in plan.assets for signal in asset.signals]
    # A curve says more than the text of an alarm.
    signal = min(signals, key=lambda item: item.property.data_type != "DOUBLE", default=None)
    if signal is None:
        return f"entities --workspace {workspace} --json"
    return f"history {signal.entity_id} {signal.component} {signal.property.name} --last 6h"

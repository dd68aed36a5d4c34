"""Verbs that read a deployed twin, here or in AWS: entities, get, history; and alarm, which writes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from twin_stack.cli.options import AsCsv, AsJson, AwsAccount, EntityId, Last, Workspace
from twin_stack.cli.output import choose_form, echo, print_json, terminal_width
from twin_stack.cli.target import prefer_local_twin

app = typer.Typer()
alarm = typer.Typer(help="Acknowledge or snooze alarms.", no_args_is_help=True)
app.add_typer(alarm, name="alarm")


@app.command(epilog="Example: twin entities --below zone-a")
def entities(  # noqa: PLR0917
    below: Annotated[
        str | None, typer.Option(metavar="ENTITY", help="Only this entity and those below it.")
    ] = None,
    component_type: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="Only with a component of this type.")
    ] = None,
    external_id: Annotated[str | None, typer.Option(help="Only with this external id.")] = None,
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only with this in their id or name.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Most entities to show. Default: 1,000; with --json or --csv, all.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show the entities of the deployed twin as a tree."""
    from twin_stack import client

    form = choose_form(as_json=as_json, as_csv=as_csv)
    prefer_local_twin()
    text = client.entities(
        workspace=workspace,
        below=below,
        component_type=component_type,
        external_id=external_id,
        search=search,
        limit=limit,
        form=form,
        width=terminal_width(),
    )
    echo(text, nl=False)


@app.command(epilog="Example: twin get machine-001 temperatureSensor")
def get(
    entity: EntityId,
    component: Annotated[
        str | None, typer.Argument(help="Only this component; a/b for component b inside a.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show an entity with its components and values."""
    from twin_stack import client

    form = choose_form(as_json=as_json, as_csv=as_csv)
    prefer_local_twin()
    text = client.get(entity, component, workspace=workspace, form=form, width=terminal_width())
    echo(text, nl=False)


@app.command(epilog="Example: twin history machine-001 temperatureSensor temperature --last 6h")
def history(  # noqa: PLR0917
    entity: EntityId,
    component: Annotated[str, typer.Argument(help="Component of the entity.")],
    properties: Annotated[list[str], typer.Argument(metavar="PROPERTY...", help="Time series properties.")],
    last: Last = "6h",
    workspace: Workspace = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Draw the history of properties."""
    from twin_stack import client

    form = choose_form(as_json=as_json, as_csv=as_csv)
    prefer_local_twin()
    text = client.history(
        entity, component, properties, last=last, workspace=workspace, form=form, width=terminal_width()
    )
    echo(text, nl=False)


@alarm.command(epilog="Example: twin alarm ack machine-001")
def ack(  # noqa: PLR0917
    entity: EntityId,
    component: Annotated[
        str | None, typer.Argument(help="Alarm component, for an entity with several.")
    ] = None,
    snooze: Annotated[bool, typer.Option(help="Snooze the alarm instead: SNOOZE_DISABLED.")] = False,
    note: Annotated[str | None, typer.Option(help="Note for others, kept in the property alarmNote.")] = None,
    aws: AwsAccount = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Acknowledge the alarm of an entity until it ends or becomes worse.

    Prints the workspace and the AWS that it writes to. Writes to an AWS account only with its id in --aws.
    """
    from twin_stack import client
    from twin_stack.client.access import make_client
    from twin_stack.client.write_target import check_write_target
    from twin_stack.twinmaker.names import ALARM_ACKNOWLEDGED, ALARM_SNOOZED

    if aws is None:
        prefer_local_twin()
    twinmaker = make_client("iottwinmaker")
    check_write_target([twinmaker], account=aws)
    status = ALARM_SNOOZED if snooze else ALARM_ACKNOWLEDGED
    acknowledgement = client.set_alarm_status(
        entity, component, status=status, note=note, workspace=workspace, client=twinmaker
    )
    if as_json:
        print_json(asdict(acknowledgement))
        return
    echo(
        f"{acknowledgement.entity_id} {acknowledgement.component}: "
        f"{acknowledgement.status} at {acknowledgement.time}, "
        f"written to workspace {acknowledgement.workspace_id} of {acknowledgement.target}"
    )

"""The command ``twin``: one function a verb, everything else elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from twin_stack.definition import DefinitionError, Finding, Severity, check
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.twinmaker.names import ALARM_ACKNOWLEDGED, ALARM_SNOOZED

# Each verb imports what it needs when it runs: boto3 alone takes half a second.
# ruff: noqa: PLC0415

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.invoke import Outcome
    from twin_stack.simulate.simulate import Plan

app = typer.Typer(
    help="Define a digital twin, run it on this machine, and look at it here or in AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

App = Annotated[Path, typer.Option("--app", help="Folder of the CDK app.")]
Workspace = Annotated[
    str | None,
    typer.Option("--workspace", "-w", help="Workspace id. Default: TWIN_WORKSPACE, else the only one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
EntityId = Annotated[str, typer.Argument(metavar="ENTITY", help="Entity id; `twin entities` lists them.")]
Last = Annotated[str, typer.Option(help="How far back, such as 30m, 6h or 2d.")]

HERE = Path()
_CHOICES_OF_THE_USER = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
)


@app.command("check", epilog="Example: twin check models/factory")
def check_(
    path: Annotated[Path, typer.Argument(help="Folder of a definition, the one with twin.yaml.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as a JSON list.")] = False,
) -> None:
    """Check a definition: every mistake at once, each with file, line and column.

    Exit code 0: no errors (warnings are printed). 1: errors.
    """
    definition, findings = check(path)
    _print_findings(findings, as_json=as_json)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if not as_json:
        if definition is None:
            print(f"{errors} mistake{'' if errors == 1 else 's'} in {path}")
        else:
            print(
                f"{path}: {len(definition.component_types)} component types, "
                f"{len(definition.entities)} entities, {len(definition.scenes)} scenes, no mistakes"
            )
    raise typer.Exit(1 if errors else 0)


@app.command(epilog="Example: twin architecture cdk.out/my-factory-twin.template.json > architecture.md")
def architecture(
    template: Annotated[Path, typer.Argument(help="CloudFormation template of a twin's stack, as JSON.")],
) -> None:
    """Draw a stack as a Mermaid picture, with what each arrow may do, and list its permissions.

    Prints Markdown, as GitHub shows it.
    """
    from twin_stack.architecture import document

    try:
        print(document(json.loads(template.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        words = error.strerror if isinstance(error, OSError) else "it is no template of a stack"
        typer.echo(f"{template} cannot be drawn: {words}; name one that `make synth` leaves", err=True)
        raise typer.Exit(1) from None


@app.command(epilog="Example: twin up --model models/factory")
def up(  # noqa: PLR0917
    model: Annotated[Path | None, typer.Option(help="Definition to deploy. Default: the stage's.")] = None,
    port: Annotated[int | None, typer.Option(help="Port. Default: 14566, or any free one.")] = None,
    slow: Annotated[float, typer.Option(help="Seconds for which states such as CREATING last.")] = 0.0,
    throttle: Annotated[int | None, typer.Option(help="Requests a second before throttling.")] = None,
    devices: Annotated[bool, typer.Option(help="Go on with live devices, by way of AWS IoT Core.")] = True,
    folder: App = HERE,
) -> None:
    """Run the twin on this machine: start an embedded AWS and deploy the app to it, unchanged."""
    from twin_stack.local import commands
    from twin_stack.package_data import PAGE_NOT_BUILT

    with _one_line_errors():
        done = commands.up(
            folder,
            report=_say,
            warn=_warn,
            model=model,
            port=port,
            slow=slow,
            throttle=throttle,
            with_devices=devices,
        )
        print(f"\nThe twin runs at {done.server.endpoint} ({done.seconds:.0f} s to deploy).")
        page = commands.page_of(done.server)
        print("\nSee it:\n" if page else f"There is nothing to see: {PAGE_NOT_BUILT}.")
        for workspace in done.workspace_ids if page else ():
            print(f"  {page}#workspace={workspace}")
        print()
        print("Other programs reach it after:\n")
        print("\n".join(f"  {line}" for line in done.exports))
        print("\nNext:\n")
        twin = "twin" if shutil.which("twin") else os.path.relpath(sys.argv[0])
        for line in ("entities", *(_history_to_show(*item) for item in done.plans.items()), "down"):
            print(f"  {twin} {line}")


@app.command(epilog="Example: twin down")
def down(folder: App = HERE) -> None:
    """Stop the embedded AWS; what is deployed is there again after the next `twin up`."""
    from twin_stack.local import commands

    with _one_line_errors():
        commands.down(folder, report=_say)


@app.command(epilog="Example: twin status --json")
def status(as_json: AsJson = False, folder: App = HERE) -> None:
    """Tell whether the embedded AWS runs and what is deployed. Exit code 1 when it does not run."""
    from twin_stack.local import commands

    with _one_line_errors():
        found = commands.status(folder)
    if as_json:
        print(json.dumps(asdict(found), indent=2))
    elif not found.running:
        print("the embedded AWS does not run; start it with `twin up`")
    else:
        print(f"the embedded AWS runs at {found.endpoint} (process {found.pid}, since {found.since})")
        if found.page:
            print(f"page {found.page}")
        for name, state in found.stacks.items():
            print(f"stack {name}: {state}")
        for name, count in found.workspaces.items():
            print(f"workspace {name}: {count} entities")
    raise typer.Exit(0 if found.running else 1)


@app.command(epilog="Example: twin logs --function telemetry --follow")
def logs(
    function: Annotated[str | None, typer.Option(help="Only functions with this in their name.")] = None,
    last: Last = "10m",
    follow: Annotated[bool, typer.Option(help="Go on until Ctrl-C.")] = False,
    folder: App = HERE,
) -> None:
    """Show what the connectors of the local twin logged."""
    from twin_stack.client.times import parse_last
    from twin_stack.local import commands

    with _one_line_errors():
        since = parse_last(last).total_seconds()
        for line in commands.logs(folder, function=function, since=since, follow=follow):
            print(f"{line.time:%H:%M:%S} {line.function} {line.message}")


@app.command(epilog="Example: twin invoke connectors/http.py:handler --event event.json")
def invoke(  # noqa: PLR0917
    connector: Annotated[
        str,
        typer.Argument(
            metavar="CONNECTOR",
            help="Name in twin.yaml, path/to/file.py:handler, package.module:handler, or a Lambda function.",
        ),
    ],
    event: Annotated[str | None, typer.Option(metavar="FILE", help="The event as JSON; - for stdin.")] = None,
    entity: Annotated[str | None, typer.Option(help="Make the event: of this entity.")] = None,
    component: Annotated[str | None, typer.Option(help="The entity's component.")] = None,
    component_type: Annotated[str | None, typer.Option(help="Make the event: of a component type.")] = None,
    properties: Annotated[list[str], typer.Option("--property", help="Property; more than once.")] = [],  # noqa: B006
    last: Last = "1h",
    order: Annotated[
        Literal["ASCENDING", "DESCENDING"] | None, typer.Option(case_sensitive=False, help="Of the points.")
    ] = None,
    max_results: Annotated[int | None, typer.Option(min=1, max=200, help="Points of a property.")] = None,
    env: Annotated[list[str], typer.Option(metavar="NAME=VALUE", help="For the handler.")] = [],  # noqa: B006
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds it may take.")] = 30.0,
    model: Annotated[Path | None, typer.Option(help="Definition. Default: the stage's.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No traceback, no logs of the handler.")
    ] = False,
    folder: App = HERE,
) -> None:
    """Ask a connector by hand, and say which rules of the contract its answer breaks.

    Exit code 0: it answered by the contract (warnings are printed). 1: it failed, or broke a rule.
    """
    from twin_stack import invoke as asking

    wanted = _event_to_make(event, entity, component, component_type, properties)
    variables = dict(_variable(one) for one in env)
    with _one_line_errors():
        _prefer_local_twin()
        outcome = asking.invoke(
            connector,
            event=event or asking.EventRequest(**wanted, last=last, order=order, limit=max_results),  # type: ignore[arg-type]
            model=model,
            workspace=workspace,
            environment=variables,
            timeout=timeout,
            quiet=quiet,
            folder=folder,
        )
    if as_json:
        print(json.dumps(asking.as_document(outcome), indent=2, ensure_ascii=False))
    else:
        _print_outcome(outcome, quiet=quiet)
    raise typer.Exit(0 if outcome.is_right else 1)


def _event_to_make(
    event: str | None,
    entity: str | None,
    component: str | None,
    component_type: str | None,
    properties: list[str],
) -> dict[str, object]:
    """Return what an event shall ask, for there is none yet."""
    given = [name for name in (entity, component, component_type) if name is not None]
    if event is not None:
        if given or properties:
            raise typer.BadParameter("give --event, or what an event shall ask, not both")
        return {}
    by_entity = entity is not None and component is not None and component_type is None
    if not properties or not (by_entity or (component_type is not None and len(given) == 1)):
        raise typer.BadParameter(
            "give --event FILE; or --entity, --component and --property; or --component-type and --property"
        )
    return {
        "entity": entity,
        "component": component,
        "component_type": component_type,
        "properties": tuple(dict.fromkeys(properties)),
    }


def _variable(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise typer.BadParameter(f'--env takes NAME=VALUE, got "{text}"')
    return name, value


def _print_outcome(outcome: Outcome, *, quiet: bool) -> None:
    from twin_stack.invoke import summary

    if outcome.failure is not None:
        if not quiet:
            for line in outcome.failure.trace:
                typer.echo(line, err=True)
        typer.echo(f"{outcome.failure.code}: {outcome.failure.message}", err=True)
        return
    print(json.dumps(outcome.answer, indent=2, ensure_ascii=False))
    print()
    for line in summary(outcome):
        print(line)


@app.command(epilog="Example: twin grafana models/factory -o grafana --region eu-west-1")
def grafana(  # noqa: PLR0917
    model: Annotated[Path, typer.Argument(help="Folder of a definition, the one with twin.yaml.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to write to.")],
    version: Annotated[
        str, typer.Option("--grafana", metavar="VERSION", help="Of Grafana; below 13.1 it shows scenes.")
    ] = "13.1",
    page: Annotated[str | None, typer.Option(metavar="URL", help="Page that shows the scenes.")] = None,
    role_arn: Annotated[
        str | None, typer.Option(help="The dashboard role. Default: TWINMAKER_ROLE_ARN, read by Grafana.")
    ] = None,
    external_id: Annotated[
        str | None, typer.Option(help="That the role asks for. Default: TWINMAKER_EXTERNAL_ID, likewise.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Of the workspace. Default: AWS_REGION, likewise.")
    ] = None,
    workspace_id: Annotated[
        str | None, typer.Option("--workspace", "-w", help="Workspace id. Default: the definition's.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were not made here.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write Grafana dashboards of a definition, and what a Grafana needs to show them.

    Exit code 0: written. 1: the definition has mistakes, or files stand there that were not made here;
    then nothing is written. `docker compose up` in the folder starts a Grafana.
    """
    definition, findings = check(model)
    if definition is None:
        _print_findings(findings, as_json=as_json)
        raise typer.Exit(1)
    try:
        from twin_stack.grafana import Settings, generate, write
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        typer.echo(f"error: {package} is not installed: pip install 'twin-stack[grafana]'", err=True)
        raise typer.Exit(1) from None
    with _one_line_errors():
        settings = Settings(
            version=version, page=page, role_arn=role_arn, external_id=external_id, region=region
        )
        workspace = workspace_id or definition.workspace_id
        files = generate(definition, settings, workspace_id=workspace)
        with translate_os_errors("name another folder with --output"):
            done = write(output, workspace, files, force=force)
    if as_json:
        print(json.dumps(asdict(done), indent=2))
        return
    for path in done.written:
        print(f"wrote {output / path}")
    for path in done.removed:
        print(f"removed {output / path}, which is of an earlier run")
    for path in done.kept:
        typer.echo(f"warning: {output / path} is of an earlier run and was changed since; it stays", err=True)
    print(f"{len(done.written)} files written, {len(done.unchanged)} as they were")


@app.command(epilog="Example: twin preview models/factory -o page.html")
def preview(
    model: Annotated[Path, typer.Argument(help="Folder of a definition, the one with twin.yaml.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.")],
    as_json: AsJson = False,
) -> None:
    """Write a page that shows a definition: scene, entities, sample values; one file, and no server.

    Exit code 0: written; what cannot be in one file is a warning. 1: the definition has mistakes, and nothing
    is written.
    """
    definition, findings = check(model)
    if definition is None:
        _print_findings(findings, as_json=as_json)
        raise typer.Exit(1)
    from twin_stack.preview import preview as make

    with _one_line_errors():
        made = make(definition)
        draft = output.with_name(f".{output.name}.new")
        with translate_os_errors("name another file with --output"):
            draft.write_text(made.html, encoding="utf-8")
            draft.replace(output)
    if as_json:
        size = output.stat().st_size
        print(json.dumps({"file": str(output), "bytes": size, "warnings": made.problems}, indent=2))
        return
    for problem in made.problems:
        typer.echo(f"warning: {problem}", err=True)
    print(f"wrote {output}, {output.stat().st_size / 1_000_000:.1f} MB; open it in a browser")


@app.command(epilog="Example: twin entities")
def entities(workspace: Workspace = None, as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """Show the entities of the deployed twin as a tree."""
    from twin_stack import client

    form = _form(as_json=as_json, as_csv=as_csv)
    with _one_line_errors():
        _prefer_local_twin()
        typer.echo(client.entities(workspace=workspace, form=form, width=_width()), nl=False)


@app.command(epilog="Example: twin get machine-001 temperatureSensor")
def get(
    entity: EntityId,
    component: Annotated[
        str | None, typer.Argument(help="Only this component; a/b for one inside a.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Show an entity with its components and values."""
    from twin_stack import client

    form = _form(as_json=as_json, as_csv=as_csv)
    with _one_line_errors():
        _prefer_local_twin()
        found = client.get(entity, component, workspace=workspace, form=form, width=_width())
        typer.echo(found, nl=False)


@app.command(epilog="Example: twin history machine-001 temperatureSensor temperature --last 6h")
def history(  # noqa: PLR0917
    entity: EntityId,
    component: Annotated[str, typer.Argument(help="Component of the entity.")],
    properties: Annotated[list[str], typer.Argument(metavar="PROPERTY...", help="Time series.")],
    last: Last = "6h",
    workspace: Workspace = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Draw the history of properties."""
    from twin_stack import client

    form = _form(as_json=as_json, as_csv=as_csv)
    with _one_line_errors():
        _prefer_local_twin()
        options = {"last": last, "workspace": workspace, "form": form, "width": _width()}
        typer.echo(client.history(entity, component, properties, **options), nl=False)  # type: ignore[arg-type]


alarm = typer.Typer(help="Answer to alarms.", no_args_is_help=True)
app.add_typer(alarm, name="alarm")


@alarm.command(epilog="Example: twin alarm ack machine-001")
def ack(
    entity: EntityId,
    component: Annotated[str | None, typer.Argument(help="Its alarm, where it has several.")] = None,
    snooze: Annotated[bool, typer.Option(help="Put it to sleep instead: SNOOZE_DISABLED.")] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Acknowledge the alarm of an entity: until it is over, or becomes worse."""
    from twin_stack import client

    with _one_line_errors():
        _prefer_local_twin()
        status = ALARM_SNOOZED if snooze else ALARM_ACKNOWLEDGED
        done = client.set_alarm_status(entity, component, status=status, workspace=workspace)
    if as_json:
        print(json.dumps(asdict(done), indent=2))
    else:
        print(f"{done.entity_id} {done.component}: {done.status} at {done.time}")


@app.command(epilog="Example: twin simulate --last 1d")
def simulate(
    last: Last = "1d",
    every: Annotated[str, typer.Option(help="From one value to the next, such as 10s or 1m.")] = "1m",
    seed: Annotated[int, typer.Option(help="Another number gives other values.")] = 0,
    go_on: Annotated[bool, typer.Option("--live", help="Go on with the present, until Ctrl-C.")] = False,
    workspace: Workspace = None,
) -> None:
    """Write plausible telemetry to the deployed twin's DynamoDB tables and SiteWise assets.

    With --live, what a topic rule takes is published to AWS IoT Core instead.
    """
    from twin_stack.client.times import parse_last
    from twin_stack.simulate.simulate import Clients, live

    with _one_line_errors():
        _prefer_local_twin()
        workspace_id = _simulate(workspace, last=last, every=every, seed=seed)
        if go_on:
            interval = parse_last(every, "--every")
            for step in live(Clients.configured(), workspace_id, interval=interval, seed=seed):
                counts = f"{step.messages} messages, {step.rows} rows, {step.values} values"
                print(f"{datetime.now(UTC):%H:%M:%S}: {counts}")


def _simulate(
    workspace: str | None,
    *,
    last: str,
    every: str,
    seed: int,
) -> str:
    from twin_stack.client import resolve_workspace
    from twin_stack.client.times import parse_last
    from twin_stack.simulate.simulate import Clients, simulate

    clients, end = Clients.configured(), datetime.now(UTC)
    workspace_id = resolve_workspace(clients.twinmaker, workspace)
    interval = parse_last(every, "--every")
    start = end - parse_last(last)
    written = simulate(clients, workspace_id, start=start, end=end, interval=interval, seed=seed)
    for problem in written.problems:
        _warn(problem)
    _say(f"{workspace_id}: {written.rows} rows in DynamoDB, {written.values} values in SiteWise")
    return workspace_id


def _history_to_show(workspace: str, plan: Plan) -> str:
    """Return the command for a time series of a workspace that was just simulated."""
    signals = [signal for device in plan.devices for signal in device.signals]
    signals += [signal for asset in plan.assets for signal in asset.signals]
    # A curve says more than the text of an alarm.
    signal = min(signals, key=lambda one: one.property.data_type != "DOUBLE", default=None)
    if signal is None:
        return f"entities --workspace {workspace} --json"
    return f"history {signal.entity_id} {signal.component} {signal.property.name} --last 6h"


def _say(line: str) -> None:
    print(line, flush=True)


def _warn(line: str) -> None:
    typer.echo(f"warning: {line}", err=True)


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Print the message of a ``TwinError`` without a traceback; Ctrl-C ends quietly."""
    try:
        yield
    except DefinitionError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except TwinError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _prefer_local_twin() -> None:
    """Read the twin that runs in this folder, unless the environment names another AWS."""
    if any(os.environ.get(name) for name in _CHOICES_OF_THE_USER):
        return
    from twin_stack.local import launcher
    from twin_stack.local.state import StateFolder

    server = launcher.running(StateFolder.of_app(HERE))
    if server is not None:
        typer.echo(f"the local twin at {server.endpoint}", err=True)
        _choose(server.endpoint)


def _choose(endpoint: str) -> None:
    from twin_stack.local.profile import client_environment

    chosen = client_environment(endpoint, os.environ)
    os.environ.clear()
    os.environ.update(chosen)


def _form(*, as_json: bool, as_csv: bool) -> Literal["text", "json", "csv"]:
    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")
    return "json" if as_json else "csv" if as_csv else "text"


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _print_findings(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_plain(finding) for finding in findings], indent=2))
        return
    for finding in findings:
        print(finding)


def _plain(finding: Finding) -> dict[str, object]:
    place = finding.location
    return {
        "file": str(place.file),
        "line": place.line,
        "column": place.column,
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def main() -> None:
    """Run the command line; a bug ends with its traceback and exit code 70."""
    try:
        app()
    except Exception:  # noqa: BLE001 (what is no TwinError is a bug)
        traceback.print_exc()
        sys.exit(70)


if __name__ == "__main__":
    main()

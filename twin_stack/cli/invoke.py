"""The verb that calls a data connector by hand: invoke."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from twin_stack.cli.options import CURRENT_FOLDER, AppFolder, AsJson, Last, Workspace
from twin_stack.cli.output import echo, print_json
from twin_stack.cli.target import prefer_local_twin

if TYPE_CHECKING:
    from twin_stack.invoke import Outcome

app = typer.Typer()


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
    entity: Annotated[str | None, typer.Option(help="Build the event for this entity.")] = None,
    component: Annotated[str | None, typer.Option(help="The entity's component.")] = None,
    component_type: Annotated[
        str | None, typer.Option(help="Build the event for this component type.")
    ] = None,
    properties: Annotated[list[str] | None, typer.Option("--property", help="Property; repeatable.")] = None,
    last: Last = "1h",
    order: Annotated[
        Literal["ASCENDING", "DESCENDING"] | None,
        typer.Option(case_sensitive=False, help="Order of the values by time."),
    ] = None,
    max_results: Annotated[int | None, typer.Option(min=1, max=200, help="Values per property.")] = None,
    env: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Variable for the handler; repeatable.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds until the call fails.")] = 30.0,
    model: Annotated[Path | None, typer.Option(help="Definition. Default: the stage's.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Hide traceback and logs of the handler.")
    ] = False,
    folder: AppFolder = CURRENT_FOLDER,
) -> None:
    """Invoke a data connector by hand, and list the rules of the contract that its response breaks.

    Exit code 0: the response follows the contract; warnings are printed. 1: the connector failed, or its
    response breaks a rule.
    """
    from twin_stack import invoke as invoker

    request = _event_request(event, entity, component, component_type, properties or [])
    variables = dict(_parse_variable(text) for text in env or ())
    prefer_local_twin()
    outcome = invoker.invoke(
        connector,
        event=event or invoker.EventRequest(**request, last=last, order=order, limit=max_results),  # type: ignore[arg-type]
        model=model,
        workspace=workspace,
        environment=variables,
        timeout=timeout,
        quiet=quiet,
        folder=folder,
    )
    if outcome.log:
        echo(outcome.log, err=True, nl=not outcome.log.endswith("\n"))
    if as_json:
        print_json(invoker.as_document(outcome))
    else:
        _print_outcome(outcome, quiet=quiet)
    raise typer.Exit(0 if outcome.is_right else 1)


def _event_request(
    event: str | None,
    entity: str | None,
    component: str | None,
    component_type: str | None,
    properties: list[str],
) -> dict[str, object]:
    """Return what the event to build asks for; empty where the event is given.

    Raises:
        typer.BadParameter: The options name no event, or more than one.
    """
    targets = [name for name in (entity, component, component_type) if name is not None]
    if event is not None:
        if targets or properties:
            raise typer.BadParameter("give --event, or the options to build one, not both")
        return {}
    by_entity = entity is not None and component is not None and component_type is None
    if not properties or not (by_entity or (component_type is not None and len(targets) == 1)):
        raise typer.BadParameter(
            "give --event FILE; or --entity, --component and --property; or --component-type and --property"
        )
    return {
        "entity": entity,
        "component": component,
        "component_type": component_type,
        "properties": tuple(dict.fromkeys(properties)),
    }


def _parse_variable(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise typer.BadParameter(f'--env takes NAME=VALUE, got "{text}"')
    return name, value


def _print_outcome(outcome: Outcome, *, quiet: bool) -> None:
    from twin_stack.invoke import summary

    if outcome.failure is not None:
        if not quiet:
            for line in outcome.failure.trace:
                echo(line, err=True)
        echo(f"{outcome.failure.code}: {outcome.failure.message}", err=True)
        return
    print_json(outcome.answer)
    echo()
    for line in summary(outcome):
        echo(line)

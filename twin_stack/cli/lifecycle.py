"""Verbs for what outlives a stack: import-map, orphans."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from twin_stack.cli.options import AsJson, AwsAccount
from twin_stack.cli.output import echo, print_json
from twin_stack.cli.target import prefer_local_twin
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from twin_stack.client.account import Account
    from twin_stack.client.orphans import Resource

app = typer.Typer()

_ASSEMBLY: Final = Path("cdk.out")


@app.command("import-map", epilog="Example: twin import-map my-factory-twin --output map.json")
def import_map(
    stack: Annotated[str | None, typer.Argument(help="Stack. Default: the only one of the app.")] = None,
    assembly: Annotated[Path, typer.Option(help="Folder that `cdk synth` wrote.")] = _ASSEMBLY,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write.")] = None,
    import_app: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write: an app without what prevents the import."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the resource mapping with which `cdk import` brings what exists into a stack.

    It holds each resource of the stack's template that exists and belongs to no stack: tables, buckets and
    logs that a deleted stack left, a workspace and its content. The others are listed with the reason.
    Then run `npx cdk import STACK --resource-mapping FILE`. A table and a bucket wait for the guard of their
    history, which a new stack does not have yet: write --import-app DIR, and add `--app DIR` to `cdk import`.
    With --json, prints mapping and reasons.
    """
    from twin_stack.client.account import read_account
    from twin_stack.client.assembly import find_stack, read_template, write_import_app
    from twin_stack.client.errors import translate_errors
    from twin_stack.client.import_map import import_map as map_of
    from twin_stack.errors import translate_os_errors
    from twin_stack.output_files import replace_file
    from twin_stack.terminal_text import json_text

    name, file = find_stack(assembly, stack)
    template = read_template(file)
    prefer_local_twin()
    with translate_errors():
        account = read_account()
        result = map_of(
            name,
            template,
            inventory=account.inventory,
            owned=account.owned,
            parameters=account.pseudo_parameters(name),
            keeps_order=import_app is None,
        )
    if as_json:
        print_json(asdict(result))
    else:
        for item in result.missing:
            echo(f"not in the mapping: {item.logical_id} ({item.type_name}): {item.reason}", err=True)
    if not result.mapping:
        raise TwinError(f"nothing that exists can be imported into the stack {name}; deploy it as usual")
    if import_app is not None:
        with translate_os_errors("name another folder with --import-app"):
            write_import_app(assembly, file, result.mapping, import_app)
    if output is not None:
        with translate_os_errors("name another file with --output"):
            replace_file(output, f"{json_text(result.mapping)}\n".encode())
        app_option = "" if import_app is None else f" --app {import_app}"
        echo(f"next: npx cdk import {name}{app_option} --resource-mapping {output}", err=True)
    elif not as_json:
        print_json(result.mapping)


@app.command(epilog="Example: twin orphans my-factory-twin")
def orphans(  # noqa: PLR0917
    name: Annotated[
        str | None,
        typer.Argument(metavar="WORKSPACE", help="Workspace id, or data name. Default: all of the account."),
    ] = None,
    attach: Annotated[bool, typer.Option("--attach", help="Print how to attach each of them.")] = False,
    delete: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Delete this one; needs --yes-delete-data too.")
    ] = None,
    yes_delete_data: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Second key: confirms that its data is deleted.")
    ] = None,
    aws: AwsAccount = None,
    as_json: AsJson = False,
) -> None:
    """List what belongs to a workspace and to no stack, with size and age of its data.

    A deleted stack leaves table, bucket, logs and SiteWise assets. --attach prints the lines for twin.yaml or
    the settings of a stage, or the command, that attach them. Deleting one takes two keys, and in an AWS
    account its id in --aws: --delete ID --yes-delete-data ID. Exit code 0 also when there are orphans.
    """
    from twin_stack.client.account import read_account
    from twin_stack.client.errors import translate_errors
    from twin_stack.client.orphans import data_names, find_orphans

    ids, confirmed = delete or [], yes_delete_data or []
    if attach and (ids or confirmed):
        raise typer.BadParameter("give --attach or --delete, not both")
    if aws is None:
        prefer_local_twin()
    with translate_errors():
        account = read_account()
        names = data_names(account.client) if name is None else [name]
        resources = [orphan for each in names for orphan in find_orphans(each, account.client, account.owned)]
        if ids or confirmed:
            _delete(account, resources, ids, confirmed, aws=aws, as_json=as_json)
            return
        documents, lines = _describe(account, resources, attach=attach)
    if as_json:
        print_json(documents)
        return
    for line in lines or [f"no orphans of {name}" if name is not None else "no orphans"]:
        echo(line)


def _delete(
    account: Account,
    resources: list[Resource],
    ids: list[str],
    confirmed: list[str],
    *,
    aws: str | None,
    as_json: bool,
) -> None:
    """Delete orphans that both keys name, and print each that is gone."""
    from twin_stack.client.orphan_deletion import SERVICES, choose, delete_all
    from twin_stack.client.write_target import check_write_target

    chosen = choose(resources, ids, confirmed)
    target = check_write_target(map(account.client, SERVICES), account=aws)
    deleted: list[str] = []

    def report(orphan: Resource) -> None:
        deleted.append(orphan.id)
        if not as_json:
            echo(f"deleted {orphan.id} of {target}")

    delete_all(chosen, account.client, report)
    if as_json:
        print_json({"deleted": deleted, "target": target})


def _describe(
    account: Account, resources: list[Resource], *, attach: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return orphans as JSON members and as lines, with the lines that attach them if that is wanted."""
    from datetime import UTC, datetime

    from twin_stack.client.orphan_data import measure
    from twin_stack.client.orphan_text import attach_lines, orphan_document, orphan_lines
    from twin_stack.client.orphans import describe

    measured = [(orphan, measure(orphan, account.client)) for orphan in resources]
    documents = [orphan_document(*item) for item in measured]
    lines: list[str] = []
    for orphan, document, line in zip(
        resources, documents, orphan_lines(measured, datetime.now(UTC)), strict=True
    ):
        lines.append(line)
        if attach:
            document["attach"] = attach_lines(orphan, describe(orphan, account.client))
            lines += [f"    {attach_line}" for attach_line in document["attach"]]
    return documents, lines

"""Arguments and options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

Definition = Annotated[Path, typer.Argument(help="Folder of a definition, the one with twin.yaml.")]
AppFolder = Annotated[Path, typer.Option("--app", help="Folder of the CDK app.")]
Workspace = Annotated[
    str | None,
    typer.Option("--workspace", "-w", help="Workspace id. Default: TWIN_WORKSPACE, else the only one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV.")]
AwsAccount = Annotated[
    str | None,
    typer.Option(
        "--aws", metavar="ACCOUNT_ID", help="Write to this AWS account. Default: this machine only."
    ),
]
EntityId = Annotated[str, typer.Argument(metavar="ENTITY", help="Entity id; `twin entities` lists them.")]
Last = Annotated[str, typer.Option(help="How far to look back, such as 30m, 6h or 2d.")]

CURRENT_FOLDER: Final = Path()
"""Default of ``AppFolder``."""

"""Scenes of an imported workspace, and the files that they upload, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_s3 as s3

from tests.constructs.examples import DOCUMENT
from twin_stack.constructs import IWorkspace, Scene, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.support.templates import Synthesized


SCENE = "AWS::IoTTwinMaker::Scene"

UPLOAD = "Custom::TwinSceneFiles"


def workspace(stack: Stack) -> IWorkspace:
    return Workspace.from_workspace_attributes(
        stack,
        "Workspace",
        workspace_id="factory",
        bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "factory-bucket"),
    )


def make_scene(stack: Stack, **options: Any) -> Scene:
    if "workspace" not in options:
        options["workspace"] = workspace(stack)
    options.setdefault("document", DOCUMENT)
    options.setdefault("scene_id", "overview")
    return Scene(stack, "Overview", **options)


def uploaded_files(result: Synthesized) -> dict[str, str]:
    """The files of all uploads by their key in the bucket, in the order in which they are copied."""
    files: dict[str, str] = {}
    for upload in result.all_of(UPLOAD).values():
        for source in upload["Properties"]["Sources"]:
            folder = result.directory / f"asset.{source['Key'].removesuffix('.zip')}"
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    name = f"{source['Prefix']}/{path.relative_to(folder)}"
                    files[name] = path.read_text(encoding="utf-8")
    return files

"""Deploys a cloud assembly (``cdk.out``) to the embedded AWS without the CDK CLI, in a second or two.

For tests: it starts no Node program, and of a bootstrap makes a bucket and a parameter only. It supports
stacks with file assets, also in stages, and refuses container images.
"""

from __future__ import annotations

import io
import json
import time
import uuid
import zipfile
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any

from twin_stack.local.clients import make_client
from twin_stack.local.deployer import DeployError
from twin_stack.local.failed_stacks import OperationEvents, construct_paths
from twin_stack.local.stack_status import await_stack, describe_stack, waiting_in_describe_stacks
from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.local.state import Access

Json = dict[str, Any]

_POLL_SECONDS = 0.05
_BOOTSTRAP_VERSION = "30"
_PENDING = ("CREATE_PENDING", "CREATE_IN_PROGRESS")
_NO_CHANGES = "didn't contain changes"
"""Part of the reason of a change set without changes."""


@dataclass(frozen=True)
class _Stack:
    name: str
    folder: Path
    properties: Json
    environment: str

    @property
    def account(self) -> str:
        account = self.environment.removeprefix("aws://").partition("/")[0]
        return account if account.isdigit() else ACCOUNT

    @property
    def region(self) -> str:
        region = self.environment.rpartition("/")[2]
        return REGION if region.startswith("unknown") else region

    def filled(self, text: str) -> str:
        values = {"AccountId": self.account, "Region": self.region, "Partition": "aws"}
        for name, value in values.items():
            text = text.replace(f"${{AWS::{name}}}", value)
        return text


def deploy_assembly(access: Access, assembly: Path) -> dict[str, dict[str, str]]:
    """Deploy all stacks of an assembly, each after those that it depends on; update existing ones.

    Args:
        access: Access to the embedded AWS.
        assembly: Folder of the assembly, the one with ``manifest.json``.

    Returns:
        Outputs by stack and name.

    Raises:
        DeployError: A stack failed; the message names the failed resources with their reasons.
    """
    outputs = {}
    for stack in _stacks(assembly):
        cloudformation = make_client(access, "cloudformation", account=stack.account, region=stack.region)
        _publish(access, stack)
        with waiting_in_describe_stacks(cloudformation):
            outputs[stack.name] = _deploy(cloudformation, access, stack)
    return outputs


def stack_names(assembly: Path) -> list[str]:
    """Return the names of an assembly's stacks, those that others depend on first.

    Args:
        assembly: Folder of the assembly, the one with ``manifest.json``. Where it does not exist, there are
            no names.
    """
    if not (assembly / "manifest.json").exists():
        return []
    return [stack.name for stack in _stacks(assembly)]


def _stacks(assembly: Path) -> Iterator[_Stack]:
    """Yield the stacks of an assembly, those that others depend on first."""
    artifacts: Json = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    order = TopologicalSorter({name: item.get("dependencies", []) for name, item in artifacts.items()})
    for name in order.static_order():
        artifact = artifacts.get(name, {})
        properties = artifact.get("properties", {})
        if artifact.get("type") == "cdk:cloud-assembly":
            yield from _stacks(assembly / properties["directoryName"])
        elif artifact.get("type") == "aws:cloudformation:stack":
            stack_name = properties.get("stackName", name)
            yield _Stack(stack_name, assembly, properties, artifact["environment"])


def _publish(access: Access, stack: _Stack) -> None:
    """Upload the files of a stack, without those that exist: their names are hashes of the content."""
    manifest = stack.folder / f"{stack.properties['templateFile'].removesuffix('.template.json')}.assets.json"
    assets: Json = json.loads(manifest.read_text(encoding="utf-8"))
    if assets.get("dockerImages"):
        raise DeployError(f"stack {stack.name} has container images, which cannot be deployed here")
    s3 = make_client(access, "s3", account=stack.account, region=stack.region)
    ssm = make_client(access, "ssm", account=stack.account, region=stack.region)
    parameter = stack.properties.get("bootstrapStackVersionSsmParameter")
    if parameter:
        ssm.put_parameter(Name=parameter, Value=_BOOTSTRAP_VERSION, Type="String", Overwrite=True)
    buckets: set[str] = set()
    for item in assets.get("files", {}).values():
        for destination in item["destinations"].values():
            bucket, key = stack.filled(destination["bucketName"]), stack.filled(destination["objectKey"])
            if bucket not in buckets:
                _ensure_bucket(s3, bucket)
                buckets.add(bucket)
            if not _is_there(s3, bucket, key):
                s3.put_object(Bucket=bucket, Key=key, Body=_content(stack.folder, item["source"]))


def _ensure_bucket(s3: Any, bucket: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except s3.exceptions.ClientError:
        s3.create_bucket(Bucket=bucket)


def _is_there(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except s3.exceptions.ClientError:
        return False
    return True


def _content(folder: Path, source: Json) -> bytes:
    path: Path = folder / source["path"]
    if source["packaging"] == "file":
        return path.read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                opened.write(file, file.relative_to(path))
    return archive.getvalue()


def _deploy(client: Any, access: Access, stack: _Stack) -> dict[str, str]:
    bucket_and_key = stack.filled(stack.properties["stackTemplateAssetObjectUrl"]).removeprefix("s3://")
    request = {
        "StackName": stack.name,
        "TemplateURL": f"{access.endpoint}/{bucket_and_key}",
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": [{"Key": k, "Value": v} for k, v in stack.properties.get("tags", {}).items()],
        "Parameters": [
            {"ParameterKey": k, "ParameterValue": v}
            for k, v in stack.properties.get("parameters", {}).items()
        ],
    }
    before = describe_stack(client, stack.name)
    if before is not None and before["StackStatus"] == "ROLLBACK_COMPLETE":
        client.delete_stack(StackName=stack.name)
        await_stack(client, stack.name)
        before = None
    events = OperationEvents(client)
    try:
        _execute(client, request, "CREATE" if before is None else "UPDATE")
    except client.exceptions.ClientError as error:
        raise DeployError(f"stack {stack.name} was refused: {error}") from error
    after = await_stack(client, stack.name)
    if after is None or after["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        status = after["StackStatus"] if after else "missing"
        reasons = events.describe_failures(construct_paths(stack.folder))
        raise DeployError(reasons or f"stack {stack.name} is {status}")
    return {item["OutputKey"]: item["OutputValue"] for item in after.get("Outputs", [])}


def _execute(client: Any, request: Json, kind: str) -> None:
    """Execute a change set that imports what exists, as ``cdk deploy --import-existing-resources`` does."""
    change_set = client.create_change_set(
        **request, ChangeSetName=f"deploy-{uuid.uuid4()}", ChangeSetType=kind, ImportExistingResources=True
    )["Id"]
    while (described := client.describe_change_set(ChangeSetName=change_set))["Status"] in _PENDING:
        time.sleep(_POLL_SECONDS)
    if described["Status"] == "FAILED":
        client.delete_change_set(ChangeSetName=change_set)
        if _NO_CHANGES not in described["StatusReason"]:
            raise DeployError(f"stack {request['StackName']} was refused: {described['StatusReason']}")
        return
    client.execute_change_set(ChangeSetName=change_set)

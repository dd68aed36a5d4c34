"""A live workspace as a definition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import answer_or_code, translate_errors
from twin_stack.definition.findings import Location
from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.formats.connectors import LambdaConnectors
from twin_stack.formats.frame import ImportedTwin
from twin_stack.formats.workspace.account import WorkspaceAccount
from twin_stack.formats.workspace.component_types import (
    component_type_members,
    without_empty,
)
from twin_stack.formats.workspace.entities import entity_members
from twin_stack.formats.workspace.kept_types import with_kept_members
from twin_stack.formats.workspace.scenes import SceneReader
from twin_stack.formats.workspace.stack_record import STACK_ID_TAG, StackRecord, read_record
from twin_stack.twinmaker.names import RESERVED_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.formats.kinds import ImportOptions

    Json = dict[str, Any]

_WORKSPACE_TYPE = "AWS::IoTTwinMaker::Workspace"


def import_twin(source: str, options: ImportOptions) -> ImportedTwin:
    """Return a live workspace as a definition.

    Args:
        source: Id of the workspace.
        options: What the user chose; its clients are of the account and region of the workspace.

    Raises:
        TwinClientError: AWS refuses a call.
    """
    with translate_errors():
        return _WorkspaceImport(source, options).twin()


class _WorkspaceImport:
    """The import of one workspace."""

    def __init__(self, workspace_id: str, options: ImportOptions) -> None:
        self._workspace_id = workspace_id
        self._options = options
        self._account = WorkspaceAccount(options.client("iottwinmaker"), workspace_id)
        self._losses: list[Finding] = []
        self._types: dict[str, Json] = {}
        self._record = StackRecord()

    def twin(self) -> ImportedTwin:
        workspace = self._account.workspace()
        tags = self._account.tags(workspace["arn"])
        self._types = self._account.component_types()
        self._options.progress(f"{len(self._types):,} component types")
        record = self._read_record(tags.get(STACK_ID_TAG))
        self._record = record or self._record
        twin: Json = without_empty(
            {
                "workspaceId": self._workspace_id,
                "dataName": self._record.twin.get("dataName"),
                "description": workspace.get("description"),
                "tags": self._record.own_tags(tags),
                **self._record.twin,
            }
        )
        if record is None:
            self._note_foreign(workspace)
        assets: dict[str, Path | Callable[[Path], None]] = {}
        scenes = SceneReader(
            self._account,
            self._options.client("s3"),
            workspace.get("s3Location", ""),
            assets,
            self._losses,
            self._options.progress,
        )
        former_scenes = self._record.twin.get("renames", {}).get("scenes", {})
        return ImportedTwin(
            twin=twin,
            component_types=_translated(self._component_types(twin, is_recorded=record is not None)),
            entities=_translated(self._entities()),
            scenes=_translated(scenes.scenes(self._place(), former_scenes)),
            assets=assets,
            losses=self._losses,
        )

    def _read_record(self, stack_id: str | None) -> StackRecord | None:
        """Return what the stack that deployed the workspace records of it."""
        stack_id = stack_id or self._stack_of_types() or self._stack_of_workspace()
        if stack_id is None:
            return None
        cloudformation = self._options.client("cloudformation")
        record, code = answer_or_code(lambda: read_record(cloudformation, stack_id, self._workspace_id))
        if code:
            message = f"the stack {stack_id} cannot be read ({code}): what it keeps is not imported"
            remedy = (
                "allow cloudformation:GetTemplate, ListStackResources and DescribeStacks, and import again"
            )
            self._losses.append(NEEDS_A_DECISION.finding(self._place(), message, remedy))
        return record

    def _stack_of_types(self) -> str | None:
        """Return the stack of a component type: an attached workspace is of no stack."""
        for type_id, response in self._types.items():
            if not type_id.startswith(RESERVED_NAMESPACE):
                return self._account.tags(response["arn"]).get(STACK_ID_TAG)
        return None

    def _stack_of_workspace(self) -> str | None:
        """Return the stack that owns the workspace, where no tag names it and CloudFormation lists it."""
        cloudformation = self._options.client("cloudformation")
        # Refused where no stack has it, and without the permission.
        answer, _ = answer_or_code(
            lambda: cloudformation.describe_stack_resources(PhysicalResourceId=self._workspace_id)
        )
        return next(
            (
                str(resource["StackId"])
                for resource in (answer or {}).get("StackResources", ())
                if resource["ResourceType"] == _WORKSPACE_TYPE
            ),
            None,
        )

    def _component_types(self, twin: Json, *, is_recorded: bool) -> Iterator[Json]:
        connectors = LambdaConnectors(twin)
        own = {
            type_id: response
            for type_id, response in self._types.items()
            if not type_id.startswith(RESERVED_NAMESPACE)
            and not self._is_synced("component-type", type_id, response)
        }
        all_tags = self._account.tags_of(response["arn"] for response in own.values())
        for (type_id, response), type_tags in zip(own.items(), all_tags, strict=True):
            self._note_state("component-type", type_id, response)
            parents = [self._types[parent] for parent in response.get("extendsFrom") or ()]
            members = component_type_members(response, parents, self._record.connector_of)
            kept = self._record.component_types.get(type_id, {})
            members, gone = with_kept_members(members, kept, self._record.sitewise_ids)
            for name in gone:
                message = f'the formula of property "{name}" is not imported: the type no longer has it'
                place = self._place("component-type", type_id)
                self._losses.append(NOT_IMPORTED.finding(place, message))
            if tags := self._record.own_tags(type_tags):
                members["tags"] = tags
            # A definition of this project declares which functions are connectors.
            yield members if is_recorded else connectors.use(members)
        if not is_recorded:
            self._note_connectors(twin)

    def _note_connectors(self, twin: Json) -> None:
        for name, connector in sorted(twin.get("connectors", {}).items()):
            message = f"the function {connector['arn']} becomes connector {name} of kind lambda"
            self._losses.append(CHANGED_ON_IMPORT.finding(self._place(), message))

    def _entities(self) -> Iterator[Json]:
        entity_ids = self._account.entity_ids()
        self._options.progress(f"{len(entity_ids):,} entities to read")
        composite = {type_id for type_id, item in self._types.items() if item.get("compositeComponentTypes")}
        for entity in self._account.entities(entity_ids, composite):
            response = entity.response
            entity_id = response["entityId"]
            if self._is_synced("entity", entity_id, response):
                continue
            self._note_state("entity", entity_id, response)
            kept = self._record.entities.get(entity_id, {})
            members = entity_members(response, entity.parts, self._types, self._record.sitewise_ids, kept)
            tags = self._record.own_tags(entity.tags)
            yield {**members, "tags": tags} if tags else members

    def _is_synced(self, kind: str, item_id: str, response: Json) -> bool:
        """Return whether a sync job made something, which nothing else may change; note it."""
        source = response.get("syncSource")
        if source:
            message = f'"{item_id}" is not imported: a sync job makes it of {source}'
            remedy = "import the assets themselves: twin import sitewise"
            self._losses.append(NOT_IMPORTED.finding(self._place(kind, item_id), message, remedy))
        return bool(source)

    def _note_state(self, kind: str, item_id: str, response: Json) -> None:
        status = response.get("status") or {}
        if status.get("state") == "ERROR":
            reason = (status.get("error") or {}).get("message") or "the service gives no reason"
            message = f'"{item_id}" is in state ERROR: {reason}'
            remedy = "check what was imported of it"
            self._losses.append(NEEDS_A_DECISION.finding(self._place(kind, item_id), message, remedy))

    def _note_foreign(self, workspace: Json) -> None:
        message = (
            f'no stack of this project deployed "{self._workspace_id}", so the definition makes a new '
            "workspace, with a bucket and a role of its own"
        )
        role, location = workspace.get("role"), workspace.get("s3Location")
        remedy = (
            "deploy it to another account or under another workspaceId; or attach the workspace: existing: "
            f"{{workspace: {{role: {role}, s3Location: {location}}}}} in twin.yaml"
        )
        self._losses.append(NEEDS_A_DECISION.finding(self._place(), message, remedy))

    def _place(self, *path: str) -> Location:
        """Return the place of a finding: what ARNs of the service end in."""
        return Location(Path("workspace", self._workspace_id, *path), 1, 1)


def _translated(items: Iterator[Json]) -> Iterator[Json]:
    """Yield items; errors of AWS become messages."""
    with translate_errors():
        yield from items

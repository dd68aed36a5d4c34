"""A plan: the changes of things, the risks of the changes, and the room that is left in the quotas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition.findings import Location


class Action(StrEnum):
    """What happens to a thing, or to a part of it.

    A replaced thing is deleted and created again with the same role under another identity. A renamed one
    keeps what belongs to it by an entry of ``renames``.
    """

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"
    REPLACED = "replaced"
    REMOVED = "removed"


class Kind(StrEnum):
    """The kinds of things of a twin, in the order of a plan."""

    WORKSPACE = "workspace"
    CONNECTOR = "connector"
    COMPONENT_TYPE = "component type"
    ENTITY = "entity"
    SCENE = "scene"
    INGEST = "ingest"
    ASSET_FILE = "file"
    RESOURCE = "resource"


class Level(IntEnum):
    """How much a change can cost. The higher, the more."""

    SAFE = 0
    ATTENTION = 1
    DANGER = 2


@dataclass(frozen=True, slots=True)
class Detail:
    """A difference inside of a thing.

    Attributes:
        action: What happens to the part.
        path: Keys from the thing to the part, such as ``("components", "sensor", "properties", "serial")``.
        before: The value before, None if it is added.
        after: The value after, None if it is removed.
    """

    action: Action
    path: tuple[str, ...]
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """A thing that the two sides do not have in common.

    Attributes:
        action: What happens to it.
        kind: What it is.
        id: Its id after the change; before it where it is removed.
        former_id: Its id before the change where that is another one, else None.
        details: What differs inside of it; empty for what is added or removed as a whole.
        location: Where it is written after the change; before it where it is removed. None for a thing
            without a place in a file.
        below: Ids of the entities below it that share its fate, for a removed entity.
        content: The members of the thing where it is added, else None.
    """

    action: Action
    kind: Kind
    id: str
    former_id: str | None = None
    details: tuple[Detail, ...] = ()
    location: Location | None = None
    below: tuple[str, ...] = ()
    content: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """What a change can cost, by a rule.

    Attributes:
        code: Stable code of the rule, such as ``PLAN010``.
        level: How much it can cost.
        kind: What the change concerns.
        id: Its id.
        message: What happens, with numbers and names.
        remedy: What to do about it.
        location: Where the change is written, None without a place in a file.
        accepted: The reason for which the repository accepts it, None if it is not accepted.
        is_breaking: Whether what reads the twin or writes to it fails or finds nothing until it is changed.
    """

    code: str
    level: Level
    kind: Kind
    id: str
    message: str
    remedy: str
    location: Location | None = None
    accepted: str | None = None
    is_breaking: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """The room in a quota before and after the change.

    Attributes:
        name: What is limited.
        limit: Most that the quota allows.
        before: The number before.
        after: The number after.
        is_adjustable: Whether AWS raises the quota on request.
    """

    name: str
    limit: int
    before: int
    after: int
    is_adjustable: bool


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A resource that the templates of both sides do not have in common.

    Attributes:
        action: What CloudFormation does to it.
        logical_id: Its logical id.
        type: Its type, such as ``AWS::DynamoDB::Table``.
        properties: Names of the properties that differ.
        causes: Those of them that replace the resource.
        is_certain: Whether CloudFormation always replaces it; some properties replace under a condition.
        data: ``kept`` or ``deleted``, what becomes of the data of a replaced or removed resource; empty if it
            has none.
    """

    action: Action
    logical_id: str
    type: str
    properties: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    is_certain: bool = True
    data: str = ""


class Operation(StrEnum):
    """What CloudFormation does to a resource."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Phase(StrEnum):
    """The parts of an update of a stack. The clean-up begins when all resources are up to date."""

    UPDATE = "update"
    CLEAN_UP = "clean-up"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the order in which CloudFormation acts.

    Attributes:
        phase: The part of the update.
        wave: Number from 1 within the phase. Steps of a wave do not wait for each other.
        operation: What happens.
        type: Type of the resource in a template, such as ``AWS::IoTTwinMaker::Entity``, else the kind of the
            thing.
        id: Logical id of the resource, or id of the thing.
    """

    phase: Phase
    wave: int
    operation: Operation
    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entity of the tree that the change concerns.

    Attributes:
        id: Its id.
        parent: The entity above it, None for a root.
        depth: Number of entities above it.
        action: What happens to it, None for an entity that only leads to others or has another type.
        note: The rest of what happens, such as ``from line-1``.
        is_reached: Whether it does not differ itself, and one of its component types does.
    """

    id: str
    parent: str | None
    depth: int
    action: Action | None
    note: str = ""
    is_reached: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change does to a twin.

    Attributes:
        before: Name of the side before the change, such as ``main:models/factory``.
        after: Name of the side after the change.
        before_hash: SHA-256 of the content before, in hexadecimal.
        after_hash: SHA-256 of the content after.
        changes: By kind, then by id.
        risks: The most dangerous first.
        quotas: Those whose number changes.
        estimates: Price and time, a line each.
        resources: What CloudFormation does to the resources of the stack, if both sides have a template.
        parameters: The parameters of the stack that differ, a line each, if both sides have a template.
        permissions: What roles may do now and may no longer do, in words, if both sides have a template.
        rows: The part of the tree of entities that the change concerns, parents first.
        steps: The order in which CloudFormation acts: on resources if both sides have a template, else on the
            things of the definition.
    """

    before: str
    after: str
    before_hash: str
    after_hash: str
    changes: tuple[Change, ...]
    risks: tuple[Risk, ...]
    quotas: tuple[Quota, ...] = ()
    estimates: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    resources: tuple[ResourceChange, ...] = ()
    parameters: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether neither the twin nor its stack changes, and nothing is at risk."""
        return not (self.changes or self.resources or self.parameters or self.risks)

    @property
    def open_risks(self) -> list[Risk]:
        """The risks that are not accepted."""
        return [risk for risk in self.risks if risk.accepted is None]

    def of(self, kind: Kind, *actions: Action) -> Sequence[Change]:
        """Return the changes of a kind.

        Args:
            kind: The kind.
            actions: The actions; none means all.
        """
        return [
            change
            for change in self.changes
            if change.kind is kind and (not actions or change.action in actions)
        ]

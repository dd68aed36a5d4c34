"""The steps of an operation, stored before the first one begins, so that what it may change is known."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from entity_reconciler.deletions import Deletion
from entity_reconciler.shapes import Store, members_of

_PLANS = "plans/"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        kind: ``job``: write by a transfer job; ``calls``: write by calls; ``delete``: delete by calls;
            ``keep``: save what entities to adopt have; ``restore``: give it back to them.
        ids: The entities of the step, in the order of writing. Of a deletion: those that are called for.
        recursive: Of a deletion: those that are deleted with all that is below them.
    """

    kind: str
    ids: tuple[str, ...]
    recursive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation does.

    Attributes:
        steps: In their order.
        removed: The entities that are deleted, those below a recursive deletion included.
        parents: The parents of entities that are created, by id.
        adopted: Entities that are taken over.
        restored: Entities that were adopted and that are given back, with the parents that they had.
        drift: What was changed by hand: paths of members by entity.
        kept: Entities to write of which changes made by hand stay.
        moved_out: Entities that move out of a subtree that is deleted by one call.
        has_listed: Whether all live entities were looked at.
        pages: Calls that listing all entities takes.
    """

    steps: tuple[Step, ...]
    removed: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    adopted: tuple[str, ...] = ()
    restored: Mapping[str, str] = field(default_factory=dict)
    drift: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    moved_out: tuple[str, ...] = ()
    has_listed: bool = False
    pages: int = 1

    @property
    def writes(self) -> list[str]:
        """The entities that are created or changed."""
        return [item for step in self.steps if step.kind not in {"delete", "keep"} for item in step.ids]

    @property
    def total(self) -> int:
        """The number of entities that are changed."""
        return len(self.writes) + len(self.removed)

    @property
    def work(self) -> int:
        """The number of entities that all steps handle; one that is saved and then changed counts twice."""
        return sum(map(self.size_of, self.steps))

    def size_of(self, step: Step) -> int:
        """Return the number of entities that a step handles.

        Args:
            step: The step.
        """
        return len(self.removed if step.kind == "delete" else step.ids)

    def begun(self, step: int) -> Iterator[str]:
        """Yield the entities that steps up to one may have changed.

        Args:
            step: The number of the step.
        """
        for item in self.steps[: step + 1]:
            if item.kind != "keep":
                yield from self.removed if item.kind == "delete" else item.ids


def write_plan(store: Store, key: str, plan: Plan) -> None:
    """Save a plan.

    Args:
        store: The engine's prefix in the bucket.
        key: The key of the plan.
        plan: The plan.
    """
    members = members_of(plan)
    members["kept"] = sorted(plan.kept)
    members["steps"] = [{**members_of(item), "recursive": sorted(item.recursive)} for item in plan.steps]
    store.write(key, json.dumps(members).encode())


def read_plan(store: Store, key: str) -> Plan | None:
    """Return a plan; None if there is none.

    Args:
        store: The engine's prefix in the bucket.
        key: The key of the plan.
    """
    stored = store.read(key)
    return _parse(json.loads(stored[0])) if stored else None


def read_plans(store: Store) -> dict[str, Plan]:
    """Return the plans of operations whose end was not recorded, by key.

    Args:
        store: The engine's prefix in the bucket.
    """
    plans = {key: read_plan(store, key) for key in store.keys(_PLANS)}
    return {key: plan for key, plan in plans.items() if plan is not None}


def remove_plans(store: Store) -> None:
    """Remove all plans.

    Args:
        store: The engine's prefix in the bucket.
    """
    store.remove(store.keys(_PLANS))


def deletion_step(deletions: Sequence[Deletion]) -> Step:
    """Return the step of some deletions.

    Args:
        deletions: In their order.
    """
    return Step(
        "delete",
        tuple(item.entity_id for item in deletions),
        frozenset(item.entity_id for item in deletions if item.is_recursive),
    )


def _parse(members: Mapping[str, Any]) -> Plan:
    steps = tuple(
        Step(item["kind"], tuple(item["ids"]), frozenset(item["recursive"])) for item in members["steps"]
    )
    return Plan(
        **{
            **members,
            "steps": steps,
            "removed": tuple(members["removed"]),
            "adopted": tuple(members["adopted"]),
            "kept": frozenset(members["kept"]),
            "moved_out": tuple(members["moved_out"]),
        }
    )

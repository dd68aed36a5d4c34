"""The plan of an operation: its steps, after a look at what is there. It refuses what would touch others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from entity_reconciler.adoption import parent_of, read_contents
from entity_reconciler.deletions import Blocked, Deletion, by_subtree, count_roots, leaves_first
from entity_reconciler.difference import (
    find_writes,
    order_parents_first,
    split_into_jobs,
    split_into_stages,
)
from entity_reconciler.entity_changes import find_differences
from entity_reconciler.live import list_all, live_entity, pages_of, read_marks
from entity_reconciler.operation import Applied, Operation
from entity_reconciler.plans import Plan, Step, deletion_step, read_plans
from entity_reconciler.shapes import ROOT, Entry, Json, LiveEntity, ReconcileError, Store, Twin
from entity_reconciler.states import States

MAX_JOB_BYTES = 48 * 1024 * 1024
"""Bytes of a transfer job's file, which may have 100 MB: half of it leaves memory for the rest."""

MAX_JOB_RESOURCES = 100_000
"""Entities of a transfer job. Source: AWS General Reference, "AWS IoT TwinMaker endpoints and quotas"."""

_MAX_NAMED = 20
_MAX_COMPARED = 1_000
"""Entities with another time of change that are compared in one operation, each by a call."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What the stack owns by the records of the engine.

    Attributes:
        entries: Entities of the applied state by id.
        uncertain: Entities that an operation may have changed which did not end, with the parents of those
            that are not in ``entries``.
        adopted: Entities of others which an operation that did not end may have changed, or that were adopted
            by the operation which is taken back, with the parents that they had.
    """

    entries: Mapping[str, Entry]
    uncertain: Mapping[str, str]
    adopted: Mapping[str, str] = field(default_factory=dict)

    def entries_by_id(self) -> dict[str, Entry | None]:
        """Return entries by id; None for those that may be other than their entry."""
        return {**self.entries, **dict.fromkeys(self.uncertain)}

    def parent_of(self, entity_id: str) -> str:
        """Return the entity above one."""
        entry = self.entries.get(entity_id)
        return entry.parent if entry else self.uncertain.get(entity_id, ROOT)


def read_owned(store: Store, states: States, operation: Operation, applied: Applied) -> Owned:
    """Return what the stack owns.

    Args:
        store: The engine's prefix in the bucket.
        states: The copies of states.
        operation: The present operation.
        applied: The state that was reached last.
    """
    entries = states.index(applied.state)
    uncertain: dict[str, str] = {}
    contents = read_contents(store)
    # A return to the state before the adoption, such as the rollback of a stack.
    adopted = set(entries.keys() & contents.keys()) if operation.goal == applied.former else set()
    for key, plan in read_plans(store).items():
        if applied.request_id and key == f"plans/{applied.request_id}.json":
            continue  # It ended, and its plan was not removed yet.
        released = {*plan.adopted, *plan.restored}.difference(entries)
        for entity_id in plan.begun(operation.begun.get(key, len(plan.steps))):
            if entity_id in released:
                adopted.add(entity_id)
            else:
                uncertain[entity_id] = plan.parents.get(entity_id, ROOT)
    parents = {item: parent_of(contents[item]) for item in sorted(adopted) if item in contents}
    return Owned(entries, uncertain, parents)


class Planner:
    """Makes the plan of an operation.

    Args:
        twin: The workspace.
        store: The engine's prefix in the bucket.
        states: The copies of states.
        overwrites_drift: Whether changes made by hand are put back.
        adopts: Whether existing entities that the stack does not own are taken over.
    """

    def __init__(
        self, twin: Twin, store: Store, states: States, *, overwrites_drift: bool, adopts: bool
    ) -> None:
        self._twin = twin
        self._store = store
        self._states = states
        self._overwrites_drift = overwrites_drift
        self._adopts = adopts

    def plan(self, operation: Operation, owned: Owned, target: Mapping[str, Entry]) -> Plan:
        """Return the plan that makes the state of an operation.

        Args:
            operation: The operation.
            owned: What the stack owns.
            target: The desired entities.

        Raises:
            ReconcileError: It would touch entities that the stack does not own.
        """
        entries = owned.entries_by_id()
        writes = dict.fromkeys(find_writes(entries, target))
        restored = {item: parent for item, parent in owned.adopted.items() if item not in target}
        removals = {item for item in entries if item not in target and item not in restored}
        overwrites = self._overwrites_drift and not operation.undoes and operation.target is not None
        if not writes and not removals and not restored and not overwrites:
            return Plan(())
        pages = pages_of(len(entries))
        roots = count_roots(removals, owned.parent_of)
        # These are looked at again before what they were below is deleted by one call.
        moved_out = sum(item in entries and owned.parent_of(item) in removals for item in writes)
        calls_with_list = pages + roots + min(moved_out, pages)
        lists = overwrites or calls_with_list <= len(writes) + len(removals)
        views: dict[str, Json] = {}
        if lists:
            live = list_all(self._twin)
            pages = pages_of(len(live))
            _add_missing_parents(writes, target, live)
        else:
            answers = {entity_id: self._twin.get_entity(entity_id) for entity_id in writes}
            views = {entity_id: answer for entity_id, answer in answers.items() if answer is not None}
            live = {entity_id: live_entity(view) for entity_id, view in views.items()}
        adopted = self._find_adopted(
            [item for item in writes if item in live and item not in entries], operation
        )
        drift = self._find_drift(owned, writes, live, views, lists=lists) if not operation.undoes else {}
        if overwrites:
            writes |= dict.fromkeys(item for item in drift if item in target)
        if lists:
            deletions = _plan_subtrees(removals, live, target, writes, restored, undoes=operation.undoes)
        else:
            deletions = leaves_first(removals, {item: owned.parent_of(item) for item in removals})
        # What was moved by hand below an entity that goes has to move.
        kept = frozenset(
            item
            for item in writes
            if item in drift and item in live and live[item].parent not in removals and not overwrites
        )
        direct = frozenset(writes) if operation.avoids_jobs else kept
        steps = [Step("keep", tuple(adopted))] if adopted else []
        steps += _steps(writes, target, direct)
        if restored:
            # Before deletions: what was moved below a new entity must not be deleted with it.
            steps.append(Step("restore", tuple(order_parents_first(restored, restored))))
        if deletions:
            steps.append(deletion_step(deletions))
        return Plan(
            steps=tuple(steps),
            removed=tuple(sorted(removals)) if not lists else tuple(sorted(removals & live.keys())),
            parents={item: target[item].parent for item in writes if item not in owned.entries},
            adopted=tuple(adopted),
            restored=restored,
            drift=drift,
            kept=kept,
            moved_out=tuple(
                item
                for item in (*writes, *restored)
                if lists and item in live and live[item].parent in removals
            ),
            has_listed=lists,
            pages=pages,
        )

    def _find_adopted(self, existing: Sequence[str], operation: Operation) -> Sequence[str]:
        if existing and not self._adopts:
            raise ReconcileError(
                f"{_named(existing)} exist in the workspace already, and this stack does not own them. "
                "Nothing "
                "was changed. Give these entities other ids, or delete the existing ones, or set "
                "bulk.adopt to "
                "true to take them over"
            )
        return existing if not operation.undoes else []

    def _find_drift(
        self,
        owned: Owned,
        writes: Mapping[str, None],
        live: Mapping[str, LiveEntity],
        views: Mapping[str, Json],
        *,
        lists: bool,
    ) -> dict[str, Sequence[str]]:
        """Return what was changed by hand, of all entities if all were listed, or else of those to write."""
        marks = read_marks(self._store)
        certain = [
            item
            for item in (owned.entries if lists else writes)
            if item in owned.entries and item not in owned.uncertain
        ]
        drift: dict[str, Sequence[str]] = {item: ["deleted"] for item in certain if item not in live}
        changed = [
            item for item in certain if item in live and item in marks and marks[item] != live[item].updated
        ][:_MAX_COMPARED]
        former = {entity["entityId"]: entity for entity in self._states.entities(changed, owned.entries)}
        for entity_id in changed:
            view = views.get(entity_id) or self._twin.get_entity(entity_id)
            if view is not None and (paths := find_differences(former[entity_id], view)):
                drift[entity_id] = paths
        return drift


def _plan_subtrees(
    removals: set[str],
    live: Mapping[str, LiveEntity],
    target: Mapping[str, Entry],
    writes: dict[str, None],
    restored: Mapping[str, str],
    *,
    undoes: bool,
) -> list[Deletion]:
    """Return deletions of whole subtrees; adds to ``writes`` what has to move out of them first."""
    while True:
        moved = {**restored, **{item: target[item].parent for item in writes}}
        deletions, blocked = by_subtree(removals, live, moved)
        strayed = [item for item in blocked if item.entity_id in target]
        if not strayed:
            break
        # Moved by hand below an entity that goes: it goes back to its place first.
        writes |= dict.fromkeys(item.entity_id for item in strayed)
    if not blocked:
        return deletions
    if not undoes:
        raise _blocked_error(blocked)
    # What others have put below a new entity in the meantime stays, with all above it.
    for item in blocked:
        above = item.parent
        while above in removals:
            removals.discard(above)
            above = live[above].parent
    return by_subtree(removals, live, moved)[0]


def _add_missing_parents(
    writes: dict[str, None], target: Mapping[str, Entry], live: Mapping[str, LiveEntity]
) -> None:
    """Add entities above those to write that were deleted by hand."""
    for entity_id in list(writes):
        above = target[entity_id].parent
        while above in target and above not in live and above not in writes:
            writes[above] = None
            above = target[above].parent


def _steps(writes: Mapping[str, None], target: Mapping[str, Entry], direct: frozenset[str]) -> list[Step]:
    """Return the steps that write entities; those in ``direct`` are written by calls in any case."""
    entries = {**target, **{item: target[item]._replace(is_direct=True) for item in direct}}
    steps = []
    parents = {entity_id: entry.parent for entity_id, entry in target.items()}
    for stage in split_into_stages(order_parents_first(writes, parents), entries):
        if entries[stage[0]].is_direct:
            steps.append(Step("calls", tuple(stage)))
            continue
        parts = split_into_jobs(stage, target, max_bytes=MAX_JOB_BYTES, max_resources=MAX_JOB_RESOURCES)
        steps += [Step("job", tuple(part)) for part in parts]
    return steps


def _blocked_error(blocked: Sequence[Blocked]) -> ReconcileError:
    return ReconcileError(
        f"{_named([item.entity_id for item in blocked])} are not of this stack, and are below entities "
        "that this "
        f"deployment deletes ({_named(sorted({item.parent for item in blocked}))}). Nothing was changed. "
        "Move or "
        "delete them, and deploy again"
    )


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MAX_NAMED} more" if len(ids) > _MAX_NAMED else ""
    return f"{len(ids)} entities ({', '.join(ids[:_MAX_NAMED])}{more})"

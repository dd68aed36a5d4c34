"""The difference between the desired state and the recorded one, and the order in which it is written."""

from collections.abc import Iterable, Mapping

from entity_reconciler.shapes import Entry, ReconcileError


def find_writes(recorded: Mapping[str, Entry | None], target: Mapping[str, Entry]) -> list[str]:
    """Return the ids of entities that are to be created or changed.

    Args:
        recorded: The entities that the stack owns; None where an operation that did not end has changed, or
            may have changed, the entity.
        target: The desired entities.
    """
    return [
        entity_id
        for entity_id, entry in target.items()
        if (former := recorded.get(entity_id)) is None or former.digest != entry.digest
    ]


def order_parents_first(ids: Iterable[str], parents: Mapping[str, str]) -> list[str]:
    """Return ids in an order in which parents precede their children.

    With this order a parent exists when its child is created, and an entity never moves below itself: all
    entities above its new place have theirs already.

    Args:
        ids: The ids.
        parents: The entities above others, by id; what is not in it has none above it.

    Raises:
        ReconcileError: An entity is above itself.
    """
    depths: dict[str, int] = {}
    for entity_id in ids:
        path: list[str] = []
        current = entity_id
        while current in parents and current not in depths:
            path.append(current)
            if len(path) > len(parents):
                raise ReconcileError(f"entity {entity_id} is above itself; give it another parent")
            current = parents[current]
        depth = depths.get(current, 0)
        for step in reversed(path):
            depth += 1
            depths[step] = depth
    return sorted(ids, key=lambda entity_id: depths.get(entity_id, 0))


def split_into_stages(writes: Iterable[str], target: Mapping[str, Entry]) -> list[list[str]]:
    """Return ids in stages, of which each needs the former ones and is all for jobs or all for calls.

    Args:
        writes: The ids, parents first.
        target: Entries by id.

    Returns:
        The stages in their order; empty ones are left out.
    """
    numbers: dict[str, int] = {}
    stages: dict[int, list[str]] = {}
    for entity_id in writes:
        entry = target[entity_id]
        above = entry.parent
        # What stays below one that moves: until then, the new place may be below the entity itself.
        while above not in numbers and above in target:
            above = target[above].parent
        first = numbers.get(above, 0)
        number = first + (first % 2 != entry.is_direct)
        numbers[entity_id] = number
        stages.setdefault(number, []).append(entity_id)
    return [stages[number] for number in sorted(stages)]


def split_into_jobs(
    ids: Iterable[str], target: Mapping[str, Entry], *, max_bytes: int, max_resources: int
) -> list[list[str]]:
    """Return ids in parts that fit into the file of a transfer job.

    Args:
        ids: The ids, parents first.
        target: Entries by id.
        max_bytes: Of a file.
        max_resources: Entities of a job.
    """
    parts: list[list[str]] = []
    size = max_bytes
    for entity_id in ids:
        size += target[entity_id].size
        if size > max_bytes or len(parts[-1]) == max_resources:
            parts.append([])
            size = target[entity_id].size
        parts[-1].append(entity_id)
    return parts

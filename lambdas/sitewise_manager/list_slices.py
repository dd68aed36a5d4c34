"""One request for all assets of a twin, in slices that go on where the one before ended.

Before assets are changed, the record says so; what was begun by an invocation that was killed is done again,
and all changes of ``Assets`` may be made twice.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sitewise_manager.asset_list import (
    ListSettings,
    asset_of,
    canonical,
    digest_of,
    fingerprint,
    keys_children_first,
    levels_of,
)
from sitewise_manager.assets import Assets
from sitewise_manager.list_record import AppliedAsset, ListStore, LostLockError, Record, Records
from sitewise_manager.ownership import PREVIOUS_OWNER, is_owner
from sitewise_manager.shapes import Asset, Json, RefusedError, Repository

_log = logging.getLogger(__name__)

_BATCH = 32
"""Assets between two checkpoints."""

_OBSOLETE = "obsolete"
"""In place of a fingerprint: the asset is not in the list any more."""

_NAMED = 20
"""Assets that a message names."""

Work = Callable[[str], str]
Parallel = Callable[[Work, Sequence[str]], Iterable[str]]
"""As ``map``; it may run several at a time. Work never raises."""


class Place(NamedTuple):
    """An object of a bucket.

    Attributes:
        bucket: The bucket's name.
        key: The object's key.
    """

    bucket: str
    key: str


@dataclass(frozen=True, slots=True)
class ListRequest:
    """One request of CloudFormation.

    Attributes:
        action: ``Create``, ``Update`` or ``Delete``.
        request_id: Its id.
        physical_id: The physical id before the request; empty for a creation.
        first_id: The physical id that a creation gets.
        desired_hash: The hash of the list.
        assets: The parts of the list, in their order.
        settings: What all assets have in common.
    """

    action: str
    request_id: str
    physical_id: str
    first_id: str
    desired_hash: str
    assets: tuple[Place, ...]
    settings: ListSettings


class Tools(NamedTuple):
    """What a slice works with.

    Attributes:
        store: The prefix in the bucket.
        repository_of: Returns SiteWise for a phase; a stack is rolled back in ``undo``.
        seconds_left: Returns the time in which changes may begin.
        parallel: Works on the assets of a batch.
    """

    store: ListStore
    repository_of: Callable[[str], Repository]
    seconds_left: Callable[[], float]
    parallel: Parallel


def begin(request: ListRequest, store: ListStore) -> str:
    """Record a request. The second time, nothing happens.

    Args:
        request: The request.
        store: The prefix in the bucket.

    Returns:
        The physical id. An update that takes away assets with their history has another one: CloudFormation
        then sends a deletion of the former one when nothing of the stack is rolled back any more.
    """
    records = Records(store)
    last = records.read()
    if last is not None and last.request_id == request.request_id:
        return last.physical_id if request.action != "Delete" else request.physical_id
    # What a deleted or retained resource of this name has left is adopted like any other asset.
    if request.action == "Create" or last is None:
        last = Record("", request.physical_id or request.first_id)
    for applied in last.assets.values():
        applied.is_new = False
    record = Record(request.request_id, last.physical_id, tags=last.tags, assets=last.assets)
    if request.action == "Delete":
        record.phase = "remove" if request.physical_id == last.physical_id else "clean"
    elif request.settings.deletes_data and _obsolete(request, record, store):
        record.physical_id = f"{request.first_id}#{digest_of(request.request_id)[:8]}"
    records.write(record)
    return record.physical_id if request.action != "Delete" else request.physical_id


def _obsolete(request: ListRequest, record: Record, store: ListStore) -> set[str]:
    """Return the keys of assets that a list does not have."""
    return record.assets.keys() - {item["Key"] for item in _read_list(request, store)}


def run_slice(request: ListRequest, tools: Tools) -> tuple[bool, str]:
    """Go on with a request.

    Args:
        request: The request.
        tools: What it works with.

    Returns:
        Whether it is carried out, and then the key of the object with the ids of the assets.

    Raises:
        RefusedError: The request failed. Assets that a failed creation made are deleted.
        LostLockError: Another request is carried out in the meantime.
    """
    records = Records(tools.store)
    record = records.read()
    if record is None or record.request_id != request.request_id:
        raise LostLockError("another request for these assets has begun")
    part = _Slice(request, tools, records, record)
    while not record.has_ended:
        if not part.go_on():
            return False, ""
    if record.phase == "failed":
        raise RefusedError(record.error)
    ids = {
        key: applied.asset_id for key, applied in record.assets.items() if applied.fingerprint != _OBSOLETE
    }
    return True, write_ids(ids, tools.store)


def write_ids(ids: Mapping[str, str], store: ListStore) -> str:
    """Write the ids of assets to an object whose key changes with them, and return the key.

    Args:
        ids: The ids by key.
        store: The prefix in the bucket.
    """
    key = f"ids/{digest_of(dict(ids))}.json"
    store.write(key, canonical(dict(ids)))
    return key


class _Slice:
    """One invocation's part of a request."""

    def __init__(self, request: ListRequest, tools: Tools, records: Records, record: Record) -> None:
        self._request = request
        self._tools = tools
        self._records = records
        self._record = record
        self._errors: dict[str, str] = {}
        self._listed: list[Json] | None = None

    def go_on(self) -> bool:
        """Carry out the present phase; return False if the time ends."""
        record = self._record
        phases = {"apply": self._apply, "remove": self._remove, "clean": self._clean, "undo": self._undo}
        if not phases[record.phase]():
            self._records.write(record)
            return False
        if self._errors:
            self._fail()
        self._records.write(record)
        return True

    def _fail(self) -> None:
        record = self._record
        named = [f'"{key}": {message}' for key, message in list(self._errors.items())[:_NAMED]]
        count = len(self._errors)
        text = f"{count} asset{'' if count == 1 else 's'} failed: {'; '.join(named)}"
        if record.phase == "undo":
            text = f"{record.error}; what it had created could not be removed: {text}"
        report = f"reports/{digest_of(self._request.request_id)}.json"
        self._tools.store.write(report, json.dumps(self._errors, indent=2).encode())
        undoes = record.phase == "apply" and self._request.action == "Create"
        # CloudFormation sends the former properties after a failed update, but no deletion after a creation.
        record.phase = "undo" if undoes else "failed"
        record.error = text
        self._errors = {}

    def _items(self) -> list[Json]:
        if self._listed is None:
            self._listed = list(_read_list(self._request, self._tools.store))
        return self._listed

    def _apply(self) -> bool:
        """Create, adopt and change assets, parents first."""
        record, settings = self._record, self._request.settings
        repository = self._tools.repository_of(record.phase)
        for level in levels_of(self._items()):
            ids = record.ids
            stale = {}
            for item in level:
                applied = record.assets.get(item["Key"])
                if applied is None or applied.fingerprint != fingerprint(item, settings, ids):
                    stale[item["Key"]] = item

            def work(key: str, stale: Mapping[str, Json] = stale, ids: Mapping[str, str] = ids) -> str:
                applied = record.assets[key]
                desired = asset_of(stale[key], settings, ids, record.tags)
                if applied.asset_id:
                    return Assets(repository).update(applied.asset_id, desired)
                asset_id = Assets(repository).create(desired)
                if applied.is_new:
                    _keep_as_created(asset_id, desired, repository)
                return asset_id

            for keys in _batches(stale):
                if self._tools.seconds_left() <= 0:
                    return False
                if not self._begin_changes(keys, stale, repository) or not self._work(work, keys):
                    return False
                for key in keys:
                    if key not in self._errors:
                        record.assets[key].fingerprint = fingerprint(stale[key], settings, record.ids)
                if self._errors:
                    return True
                self._records.write(record)
        record.tags = settings.tags
        record.phase = "remove"
        return True

    def _begin_changes(self, keys: Sequence[str], items: Mapping[str, Json], repository: Repository) -> bool:
        """Save that assets are being changed, and which of them did not exist before."""
        record = self._record

        def look(key: str) -> str:
            item = items[key]
            names = (item["ExternalId"], *item.get("FormerExternalIds", ()))
            return "" if any(repository.asset(f"externalId:{name}") for name in names) else "new"

        fresh = [key for key in keys if key not in record.assets]
        states = dict(zip(fresh, self._tools.parallel(_guarded(look, self._errors), fresh), strict=True))
        if self._errors:
            return self._tools.seconds_left() > 0
        for key in keys:
            if key in states:
                record.assets[key] = AppliedAsset(items[key], is_new=states[key] == "new")
            else:
                record.assets[key].item = items[key]
                record.assets[key].fingerprint = ""
        self._records.write(record)
        return True

    def _remove(self) -> bool:
        """Delete the assets that the list does not have, children first."""
        if self._request.action == "Delete":
            return self._delete(self._record.assets.keys(), is_undoing=False)
        obsolete = _obsolete(self._request, self._record, self._tools.store)
        if self._request.settings.deletes_data:
            # Their history is needed if another resource fails: they are deleted with the former physical id.
            for key in obsolete:
                self._record.assets[key].fingerprint = _OBSOLETE
            obsolete = set()
        return self._delete(obsolete, is_undoing=False)

    def _clean(self) -> bool:
        """Delete the assets that a former update took away."""
        assets = self._record.assets
        return self._delete(
            {key for key, applied in assets.items() if applied.fingerprint == _OBSOLETE}, is_undoing=False
        )

    def _undo(self) -> bool:
        """Delete what a failed creation made, and give back what it adopted."""
        return self._delete(self._record.assets.keys(), is_undoing=True)

    def _delete(self, obsolete: Iterable[str], *, is_undoing: bool) -> bool:
        record, settings = self._record, self._request.settings
        repository = self._tools.repository_of(record.phase)
        parents = {key: applied.item.get("Parent") for key, applied in record.assets.items()}
        obsolete = set(obsolete)
        # A renamed asset is in the list by its new key.
        kept = {applied.asset_id for key, applied in record.assets.items() if key not in obsolete}

        def work(key: str) -> str:
            applied = record.assets[key]
            desired = asset_of({**applied.item, "Parent": None}, settings, {})
            asset_id = applied.asset_id
            if not asset_id:
                live = repository.asset(f"externalId:{desired.identity.external_id}")
                asset_id = str(live["assetId"]) if live is not None else ""
                if live is not None and applied.is_new:
                    _keep_as_created(asset_id, desired, repository)
            if asset_id and asset_id not in kept:
                Assets(repository).delete(asset_id, desired)
            return asset_id

        for keys in _batches(keys_children_first(obsolete, parents)):
            if self._tools.seconds_left() <= 0 or not self._work(work, keys):
                return False
            for key in keys:
                if key not in self._errors:
                    del record.assets[key]
            if self._errors:
                return True
            self._records.write(record)
        record.phase = "failed" if is_undoing else "complete"
        return True

    def _work(self, work: Work, keys: Sequence[str]) -> bool:
        """Work on assets, and note their ids and errors; return False if the time ended meanwhile."""
        answers = list(self._tools.parallel(_guarded(work, self._errors), keys))
        for key, asset_id in zip(keys, answers, strict=True):
            if key not in self._errors:
                self._record.assets[key].asset_id = asset_id
        if self._errors and self._tools.seconds_left() <= 0:
            _log.info("the time ended; the next invocation repeats %d assets", len(self._errors))
            self._errors = {}
            return False
        return True


def _keep_as_created(asset_id: str, desired: Asset, repository: Repository) -> None:
    """Remove the mark of an adoption from an asset that a killed invocation of this request created."""
    live = repository.asset(asset_id)
    if live is not None:
        tags = repository.tags(live["assetArn"])
        if tags.get(PREVIOUS_OWNER) == desired.identity.owner and is_owner(desired.identity, tags):
            repository.untag(live["assetArn"], [PREVIOUS_OWNER])


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _guarded(work: Work, errors: dict[str, str]) -> Work:
    def guard(key: str) -> str:
        try:
            return work(key)
        except Exception as error:  # noqa: BLE001 (each asset is reported)
            errors[key] = str(error)
            return ""

    return guard


def _read_list(request: ListRequest, store: ListStore) -> Iterator[Json]:
    """Return the list from this function's own copy, which a rollback reads after the asset is collected."""
    key = f"lists/{request.desired_hash}.json"
    stored = store.read(key)
    if stored is None:
        parts: list[Any] = []
        for place in request.assets:
            parts += json.loads(store.read_asset(place.bucket, place.key))["assets"]
        store.write(key, canonical(parts))
        return iter(parts)
    return iter(json.loads(stored[0]))

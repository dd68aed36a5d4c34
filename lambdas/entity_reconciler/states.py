"""The engine's own copies of states: a rollback needs the former one, whose assets may be gone.

Chunks are stored under the hash of their content, so that a state which differs in one entity from another
one shares all chunks but one with it.
"""

import gzip
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

from entity_reconciler.entity_documents import canonical, entry_of, transfer_text
from entity_reconciler.request import Asset, DesiredEntities
from entity_reconciler.shapes import Entry, Json, ReconcileError, Store

_CHUNKS, _STATES = "chunks/", "states/"
_THREADS = 8
_ASSET = re.compile(r"<<twin-stack-asset:(.+?)>>")
"""Placeholder of the id of a SiteWise asset."""


class States:
    """Copies of the desired states of deployments and of the state of the workspace.

    Args:
        store: The engine's prefix in the bucket.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, desired: DesiredEntities) -> None:
        """Copy a state from its assets, unless there is a copy already.

        Args:
            desired: The state.

        Raises:
            ReconcileError: The assets are not those that the manifest names.
        """
        if self._store.read(f"{_STATES}{desired.key}.json") is not None:
            return
        manifest = json.loads(self._store.read_asset(desired.manifest.bucket, desired.manifest.key))
        hashes = [str(item["sha256"]) for item in manifest["chunks"]]
        if len(hashes) != len(desired.assets):
            raise ReconcileError(
                f"the manifest names {len(hashes)} chunks of entities, and the resource "
                f"{len(desired.assets)}; "
                "synthesize and deploy again"
            )
        keys = [sha256(f"{item} {desired.substitutions_digest}".encode()).hexdigest()[:40] for item in hashes]
        asset_ids = self._asset_ids(desired)
        present = set(self._store.keys(_CHUNKS))
        copies = [
            (key, chunk_hash, asset)
            for key, chunk_hash, asset in zip(keys, hashes, desired.assets, strict=True)
            if f"{_CHUNKS}{key}.json.gz" not in present
        ]

        def copy(item: tuple[str, str, Asset]) -> None:
            key, chunk_hash, asset = item
            content = self._store.read_asset(asset.bucket, asset.key)
            if sha256(content).hexdigest() != chunk_hash:
                raise ReconcileError(
                    f"the asset {asset.key} is not the chunk that the manifest names; "
                    "synthesize and deploy again"
                )
            text = _substitute(content.decode(), desired.substitutions)
            if asset_ids is not None:
                text = _fill_in_asset_ids(text, asset_ids)
            body = gzip.compress(canonical(json.loads(text)), mtime=0)
            self._store.write(f"{_CHUNKS}{key}.json.gz", body)

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(copy, copies))
        body = {"version": 1, "chunks": keys, "entities": manifest.get("entities")}
        self._store.write(f"{_STATES}{desired.key}.json", json.dumps(body).encode())

    def _asset_ids(self, desired: DesiredEntities) -> dict[str, str] | None:
        """Return the ids of SiteWise assets by entity and path; None if another resource has them."""
        if desired.asset_ids is None:
            return None
        ids: dict[str, str] = json.loads(
            self._store.read_asset(desired.asset_ids.bucket, desired.asset_ids.key)
        )
        return ids

    def index(self, key: str | None, *others: Mapping[str, Entry]) -> dict[str, Entry]:
        """Return the entities of a state, without their content.

        Args:
            key: The key of the state; None for the one without entities.
            others: Indexes of other states, from which chunks that they share are taken.
        """
        entries: dict[str, Entry] = {}
        shared: dict[str, list[tuple[str, Entry]]] = {}
        for other in others:
            for entity_id, entry in other.items():
                shared.setdefault(entry.chunk, []).append((entity_id, entry))
        chunks = self.chunks(key)
        for chunk in chunks:
            entries.update(shared.get(chunk, ()))
        for chunk, entities in self._read_chunks([chunk for chunk in chunks if chunk not in shared]):
            for entity in entities:
                entity_id = entity["entityId"]
                if entity_id in entries:
                    raise ReconcileError(f"entity {entity_id} is defined more than once; keep one of them")
                entries[entity_id] = entry_of(entity, chunk)
        return entries

    def chunks(self, key: str | None) -> Sequence[str]:
        """Return the keys of the chunks of a state.

        Args:
            key: The key of the state; None for the one without entities.

        Raises:
            ReconcileError: There is no copy of it.
        """
        if key is None:
            return []
        stored = self._store.read(f"{_STATES}{key}.json")
        if stored is None:
            raise ReconcileError(
                f"the engine's copy of the former state ({_STATES}{key}.json) is missing in the bucket; "
                "restore it "
                "from a version of the bucket, or set bulk.adopt and deploy again"
            )
        chunks: list[str] = json.loads(stored[0])["chunks"]
        return chunks

    def entities(self, ids: Collection[str], index: Mapping[str, Entry]) -> Iterator[Json]:
        """Yield the contents of some entities, in any order.

        Args:
            ids: Their ids.
            index: The state that they are of.
        """
        wanted = set(ids)
        chunks = sorted({index[entity_id].chunk for entity_id in wanted})
        for _, entities in self._read_chunks(chunks):
            yield from (entity for entity in entities if entity["entityId"] in wanted)

    def transfer_file(self, ids: Sequence[str], index: Mapping[str, Entry]) -> bytes:
        """Return the file of a transfer job.

        Args:
            ids: Of the entities to write, parents first.
            index: The state that they are of.
        """
        texts = {entity["entityId"]: transfer_text(entity) for entity in self.entities(ids, index)}
        return b'{"entities":[' + b",\n".join(texts[entity_id] for entity_id in ids) + b"]}"

    def prune(self, kept: Iterable[str | None]) -> None:
        """Remove all copies but some.

        Args:
            kept: The keys of the states to keep.
        """
        states = {key for key in kept if key is not None}
        chunks = {chunk for key in states for chunk in self.chunks(key)}
        self._store.remove(
            key
            for key in self._store.keys(_STATES)
            if key.removeprefix(_STATES).removesuffix(".json") not in states
        )
        self._store.remove(
            key
            for key in self._store.keys(_CHUNKS)
            if key.removeprefix(_CHUNKS).removesuffix(".json.gz") not in chunks
        )

    def _read_chunks(self, chunks: Sequence[str]) -> Iterator[tuple[str, list[Json]]]:
        """Yield the chunks in their order; only a few are in memory."""
        with ThreadPoolExecutor(_THREADS) as pool:
            for start in range(0, len(chunks), _THREADS):
                part = chunks[start : start + _THREADS]
                for chunk, stored in zip(part, pool.map(self._read_chunk, part), strict=True):
                    yield chunk, json.loads(gzip.decompress(stored))["entities"]

    def _read_chunk(self, chunk: str) -> bytes:
        stored = self._store.read(f"{_CHUNKS}{chunk}.json.gz")
        if stored is None:
            raise ReconcileError(
                f"the engine's copy {_CHUNKS}{chunk}.json.gz is missing in the bucket; restore it from a "
                "version "
                "of the bucket, or set bulk.adopt and deploy again"
            )
        return stored[0]


def _fill_in_asset_ids(text: str, asset_ids: Mapping[str, str]) -> str:
    """Return a chunk with the ids of SiteWise assets."""

    def fill_in(match: re.Match[str]) -> str:
        if match[1] not in asset_ids:
            raise ReconcileError(f"the SiteWise asset of {match[1]} has no id yet; deploy again")
        return asset_ids[match[1]]

    return _ASSET.sub(fill_in, text)


def _substitute(text: str, substitutions: Mapping[str, str]) -> str:
    """Return a chunk with values in place of what was unknown at synthesis."""
    if not substitutions:
        return text
    escaped = {name: json.dumps(value)[1:-1] for name, value in substitutions.items()}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(escaped, key=len, reverse=True)))
    return pattern.sub(lambda match: escaped[match.group()], text)

"""Rules of the files in ``assets``: models and textures that viewers cannot load or do not show as meant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from twin_stack.definition.asset_uses import AssetKind, AssetUse, asset_uses
from twin_stack.definition.findings import Location, Severity
from twin_stack.definition.model_contents import content_faults, triangle_count
from twin_stack.definition.model_parts import ModelPart, model_parts, tileset_parts
from twin_stack.definition.model_reader import START_BYTES, ModelFileError, read_model, start_fault
from twin_stack.definition.rules.models import (
    BROKEN_MODEL,
    DECODER_FROM_INTERNET,
    LARGE_MODELS,
    LITERAL_ADDRESS,
    MISSING_MODEL_PART,
    UNDRAWN_EXTENSION,
    UNREADABLE_ASSET,
)
from twin_stack.definition.wording import closest, quote_value
from twin_stack.twinmaker.models import model_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.model_reader import ModelFacts
    from twin_stack.definition.unchecked import UncheckedDefinition

MAX_JSON_OBJECTS_OF_ALL: Final = 2_000_000
"""Most objects and lists in the JSON of all models together; the rest of the models is not checked."""

_MODEL_SUFFIXES: Final = (".glb", ".gltf")
_FILE_SUFFIXES: Final = (*_MODEL_SUFFIXES, ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".b3dm", ".pnts")
"""Files whose content is looked at although nothing uses them."""
_EXPORT_AGAIN: Final = "copy or export the file again"
_REMEDIES: Final = {
    "gitLfs": 'run "git lfs pull", and give the check the files in CI (lfs: true in actions/checkout)',
    "html": "download the file itself, not the page that leads to it",
    "xml": "download the file itself: this may be the answer of a server",
    "otherKind": "convert it to glTF 2.0, as one binary file (.glb)",
    "notGltf": "convert it to glTF 2.0, as one binary file (.glb)",
    "oldBinary": "convert it to glTF 2.0",
    "oldVersion": "convert it to glTF 2.0",
    "isTileset": "write modelType: Tiles3D",
    "otherKindThanTiles": "give the tileset.json, or another modelType",
    "noTileset": "give the tileset.json, or another modelType",
    "notImage": "convert it to PNG, JPEG or WebP",
    "notTexture": "convert it to PNG, JPEG or WebP",
    "tooMuchJson": "put its data into a binary file (.glb)",
    "tooManyObjects": "join its parts, or look at it in the page",
}
_LARGEST_FIRST: Final = "simplify the models, the largest of which is"


@dataclass(slots=True)
class _Asset:
    """A file of the folder ``assets``, with the places that use it."""

    name: str
    path: Path
    uses: list[AssetUse] = field(default_factory=list)

    @property
    def place(self) -> Location:
        return self.uses[0].place if self.uses else Location(self.path, 1, 1)

    def sentence(self, reason: str) -> str:
        """Return a sentence about the file that ends with a reason."""
        others = len(self.uses) - 1
        note = "" if others < 1 else f" ({others} more place{'s use' if others > 1 else ' uses'} it)"
        unused = "" if self.uses else ", and no scene uses it"
        return f"file {quote_value(self.name)} {reason}{unused}{note}"


@UNREADABLE_ASSET.checked_by
def asset_findings(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report files of ``assets`` that viewers cannot load or do not show as meant.

    Args:
        definition: The definition.
    """
    return _AssetCheck(definition).findings()


class _AssetCheck:
    """Looks at each file once, those that scenes use first."""

    def __init__(self, definition: UncheckedDefinition) -> None:
        self._files = definition.assets
        self._assets: dict[tuple[str, AssetKind], _Asset] = {}
        self._uses = list(asset_uses(definition))
        for use in self._uses:
            if use.uri in self._files:
                asset = _Asset(use.uri, self._files[use.uri])
                self._assets.setdefault((use.uri, use.kind), asset).uses.append(use)
        self._parts: set[str] = set()
        self._json_objects = 0
        self._sizes: dict[str, tuple[int, int]] = {}

    def findings(self) -> Iterator[Finding]:
        for (_, kind), asset in self._assets.items():
            if kind is AssetKind.MODEL:
                yield from self._model(asset)
            elif kind is AssetKind.TILES:
                yield from self._tileset(asset)
            else:
                yield from self._texture(asset)
        used = {name for name, _ in self._assets} | self._parts
        for name, path in self._files.items():
            if name not in used and name.lower().endswith(_FILE_SUFFIXES):
                yield from self._unused(_Asset(name, path))
        yield from self._large_scenes()

    def _model(self, asset: _Asset) -> Iterator[Finding]:
        if self._json_objects > MAX_JSON_OBJECTS_OF_ALL:
            message = asset.sentence("is not checked, since the models before it hold too much JSON")
            yield UNREADABLE_ASSET.warning(asset.place, message, "make the models smaller")
            return
        try:
            model = read_model(asset.path)
        except ModelFileError as error:
            yield _unreadable(asset, error.fault, error.reason)
            return
        self._json_objects += model.json_objects
        parts = list(model_parts(model, asset.name))
        self._parts.update(part.name for part in parts)
        present = [part for part in parts if part.name in self._files]
        self._sizes[asset.name] = (
            model.size + sum(_size(self._files[name]) for name in {part.name for part in present}),
            triangle_count(model),
        )
        yield from self._missing_parts(asset, parts)
        part_sizes = {part.uri: _size(self._files[part.name]) for part in present}
        faults = content_faults(model, part_sizes)
        if faults:
            others = len(faults) - 1
            more = f" (and {others} more mistake{'s' if others > 1 else ''})" if others else ""
            yield BROKEN_MODEL.finding(
                asset.place, asset.sentence(faults[0] + more), "export the model again"
            )
        yield from self._unreadable_parts(asset, present, model.extensions_used)
        yield from _literal_addresses(asset, present)
        yield from _extensions(asset, model)

    def _tileset(self, asset: _Asset) -> Iterator[Finding]:
        try:
            parts = tileset_parts(asset.path, asset.name)
        except ModelFileError as error:
            yield _unreadable(asset, error.fault, error.reason)
            return
        self._parts.update(part.name for part in parts)
        present = [part for part in parts if part.name in self._files]
        yield from self._missing_parts(asset, parts)
        yield from self._unreadable_parts(asset, present, ())

    def _texture(self, asset: _Asset) -> Iterator[Finding]:
        if fault := _image_fault(_start(asset.path)):
            yield _unreadable(asset, *fault)

    def _unused(self, asset: _Asset) -> Iterator[Finding]:
        if asset.name.lower().endswith(_MODEL_SUFFIXES):
            try:
                read_model(asset.path)
            except ModelFileError as error:
                yield _unreadable(asset, error.fault, error.reason)
        elif fault := start_fault(_start(asset.path)):
            yield _unreadable(asset, fault, model_facts().message(fault))

    def _missing_parts(self, asset: _Asset, parts: Sequence[ModelPart]) -> Iterator[Finding]:
        missing = {part.name: part for part in parts if part.name not in self._files}
        if not missing:
            return
        names = sorted(missing)
        problem = f"{'are' if len(names) > 1 else 'is'} not in the folder assets"
        reason = model_facts().message("missingFile", files=_listed(names), problem=problem)
        message, remedy = asset.sentence(reason), self._remedy(names[0])
        is_whole = not any(part.is_required for part in missing.values())
        report = MISSING_MODEL_PART.warning if is_whole else MISSING_MODEL_PART.finding
        yield report(asset.place, message, remedy)

    def _remedy(self, name: str) -> str:
        by_letters = {other.casefold(): other for other in self._files}
        if other := by_letters.get(name.casefold()):
            return f'the file is called "{other}": write it with the same upper and lower case'
        alike = [other for other in self._files if PurePosixPath(other).suffix == PurePosixPath(name).suffix]
        if other := closest(name, alike):
            return f'did you mean "{other}"?'
        return "add the file, or export the model as one binary file (.glb)"

    def _unreadable_parts(
        self, asset: _Asset, parts: Sequence[ModelPart], extensions: Sequence[str]
    ) -> Iterator[Finding]:
        for part in parts:
            start = _start(self._files[part.name])
            if part.is_image:
                fault = _image_fault(start, allows_ktx2="KHR_texture_basisu" in extensions)
            else:
                key = start_fault(start)
                # Zeros and spaces may be what a buffer holds.
                fault = None if key in (None, "blank") else (key, model_facts().message(key))
            if fault:
                message = asset.sentence(f"uses {quote_value(part.name)}, which {fault[1]}")
                remedy = _REMEDIES.get(fault[0], _EXPORT_AGAIN)
                report = UNREADABLE_ASSET.finding if part.is_required else UNREADABLE_ASSET.warning
                yield report(asset.place, message, remedy)
                return

    def _large_scenes(self) -> Iterator[Finding]:
        facts = model_facts()
        by_scene: dict[str, list[AssetUse]] = {}
        for use in self._uses:
            if use.scene_id is not None and use.uri in self._sizes and use.kind is AssetKind.MODEL:
                by_scene.setdefault(use.scene_id, []).append(use)
        for scene_id, uses in by_scene.items():
            largest = max(uses, key=lambda use: self._sizes[use.uri])
            remedy = f"{_LARGEST_FIRST} {quote_value(largest.uri)}"
            size = sum(self._sizes[name][0] for name in {use.uri for use in uses})
            triangles = sum(self._sizes[use.uri][1] for use in uses)
            amounts = (
                (size, facts.max_bytes, "bytes"),
                (triangles, facts.max_triangles, "triangles"),
            )
            excess = [f"{count:,} {label}" for count, most, label in amounts if count > most]
            limits = [f"{most:,}" for count, most, _ in amounts if count > most]
            if excess:
                message = (
                    f"the models of scene {quote_value(scene_id)} have {' and '.join(excess)}, more than the "
                    f"{' and '.join(limits)} that AWS advises"
                )
                yield LARGE_MODELS.finding(largest.place, message, remedy)


def _unreadable(asset: _Asset, fault: str, reason: str) -> Finding:
    remedy = _REMEDIES.get(fault, _EXPORT_AGAIN)
    is_certain = bool(asset.uses) and fault not in ("tooMuchJson", "tooManyObjects")
    report = UNREADABLE_ASSET.finding if is_certain else UNREADABLE_ASSET.warning
    return report(asset.place, asset.sentence(reason), remedy)


def _literal_addresses(asset: _Asset, parts: Sequence[ModelPart]) -> Iterator[Finding]:
    literal = [part.uri for part in parts if part.is_literal]
    if literal:
        message = asset.sentence(f"names {_listed(literal)}, which AWS's viewer looks for literally")
        remedy = 'put the file beside the model, with a name of letters, digits, "-", "_" and "."'
        yield LITERAL_ADDRESS.finding(asset.place, message, remedy)


def _extensions(asset: _Asset, model: ModelFacts) -> Iterator[Finding]:
    facts = model_facts()
    used = (name for name in model.extensions_used if name not in facts.invisible)
    undrawn = [name for name in used if name not in facts.drawn_by_aws_viewer]
    by_nobody = [name for name in undrawn if name not in facts.drawn_by_page]
    for names, key in (
        (by_nobody, "undrawnByBoth"),
        ([name for name in undrawn if name in facts.drawn_by_page], "undrawnByAwsViewer"),
    ):
        if names:
            effects = [facts.effects[name] for name in names if name in facts.effects]
            reason = facts.message(key, extensions=_listed(names, quote=str))
            message = asset.sentence(reason + (f": {' and '.join(effects)}" if effects else ""))
            is_lost = any(name in facts.losing and name in model.extensions_required for name in names)
            remedy = f"export the model without {'it' if len(names) == 1 else 'them'}"
            finding = UNDRAWN_EXTENSION.finding(asset.place, message, remedy)
            yield replace(finding, severity=Severity.ERROR) if is_lost else finding
    decoders = [facts.decoders[name] for name in model.extensions_used if name in facts.decoders]
    if decoders:
        labels = " and ".join(decoder.name for decoder in decoders)
        settings = " and ".join(decoder.setting for decoder in decoders)
        message = asset.sentence(
            f"needs a decoder of {labels}, which AWS's viewer loads from {facts.decoder_origin}"
        )
        remedy = f"allow that host, set {settings} of the viewer, or compress with meshopt"
        yield DECODER_FROM_INTERNET.finding(asset.place, message, remedy)


def _image_fault(start: bytes, *, allows_ktx2: bool = False) -> tuple[str, str] | None:
    """Return the kind and the reason for which viewers do not load an image."""
    facts = model_facts()
    if key := start_fault(start):
        return key, facts.message(key)
    kind = facts.kind_of(start)
    if kind is None:
        return "notImage", facts.message("notImage")
    if facts.is_texture(kind) or (allows_ktx2 and kind == "a KTX2 image"):
        return None
    return "notTexture", facts.message("notTexture", kind=kind)


def _listed(names: Sequence[str], quote: Callable[[str], str] = quote_value) -> str:
    """Return the first names as text, and how many there are beside them."""
    shown = [quote(name) for name in names[:3]]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(START_BYTES)
    except OSError:
        return b""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

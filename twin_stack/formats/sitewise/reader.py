"""Asset models and assets of a file or of an account, as a definition."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.errors import translate_errors
from twin_stack.definition.budget import Budget
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.phases.read import ModelFiles
from twin_stack.definition.rules.members import DUPLICATE_ID, UNKNOWN_KEY, WRONG_TYPE
from twin_stack.definition.unchecked import LostIds
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.errors import TwinError
from twin_stack.formats.frame import ImportedTwin
from twin_stack.formats.json_items import JsonItem, JsonItems
from twin_stack.formats.sitewise.account import SiteWiseAccount
from twin_stack.formats.sitewise.assets import AssetEntities
from twin_stack.formats.sitewise.file_schema import ASSETS, MODELS, SECTIONS, fits, violations
from twin_stack.formats.sitewise.left_out import LeftOutMembers
from twin_stack.formats.sitewise.models import CONNECTOR, ModelTypes, SourceItem, references
from twin_stack.twinmaker.patterns import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.formats.kinds import ImportOptions

ACCOUNT: Final = "account"
"""The name of the source that is the account and region of the client."""

_IDS: Final = {
    MODELS: ("assetModelId", "assetModelExternalId"),
    ASSETS: ("assetId", "assetExternalId"),
}
_PROGRESS_ASSETS: Final = 1_000
_ASSET_ID: Final = re.compile(rf"{UUID.pattern}|externalId:.+")


def read(source: Path, findings: list[Finding]) -> ModelFiles | None:
    """Check a metadata transfer file against its schema, for ``loader.check_files``.

    Args:
        source: The file.
        findings: Receives every mistake.

    Returns:
        A definition of nothing: a file for SiteWise declares no twin. None where it cannot be read.
    """
    seen: dict[tuple[str, str], Location] = {}
    try:
        for item in JsonItems(source):
            findings += _violations_of(item)
            findings += _duplicates(item, seen)
    except DefinitionError as error:
        findings += error.findings
        return None
    nothing: dict[str, Any] = {"component_types": (), "entities": (), "scenes": ()}
    return ModelFiles(
        folder=source,
        twin_file=None,
        documents=MappingProxyType(nothing),
        assets_folder=source,
        assets=MappingProxyType({}),
        lost=LostIds(patterns=("*",)),
        budget=Budget(source),
    )


def import_twin(source: str, options: ImportOptions) -> ImportedTwin:
    """Return asset models and assets as a definition that reads them through a connector.

    Args:
        source: A metadata transfer file, ``account``, or the id of an asset, which comes with all below it.
        options: What the user chose.

    Raises:
        TwinError: There is no such file, or AWS refuses a call.
    """
    losses: list[Finding] = []
    content: _Content
    if Path(source).is_file():
        content = _FileContent(Path(source), losses)
    elif source == ACCOUNT or _ASSET_ID.fullmatch(source):
        account = SiteWiseAccount(options.client("iotsitewise"))
        root = None if source == ACCOUNT else source
        content = _AccountContent(account, root, losses, options.progress)
    else:
        raise TwinError(
            f'{source} is no file; name a metadata transfer file, "{ACCOUNT}", or an asset: its id, or '
            "externalId: with its external id"
        )
    return ImportedTwin(
        twin={"workspaceId": options.workspace_id, "connectors": {CONNECTOR: {"kind": "sitewise"}}},
        component_types=content.component_types(),
        entities=_with_left_out(content, losses),
        losses=losses,
    )


def _with_left_out(content: _Content, losses: list[Finding]) -> Iterator[dict[str, Any]]:
    """Yield the entities, and note at the end what a definition cannot hold of models and assets."""
    yield from content.entities()
    losses += content.left_out.findings()


class _Content(ABC):
    """Types and entities of a source."""

    def __init__(self, losses: list[Finding]) -> None:
        self._types = ModelTypes(losses)
        self._entities = AssetEntities(self._types, losses)
        self.left_out = LeftOutMembers()

    @abstractmethod
    def component_types(self) -> Iterator[dict[str, Any]]: ...

    @abstractmethod
    def entities(self) -> Iterator[dict[str, Any]]: ...


class _FileContent(_Content):
    """A file, which is read once for its models and once for its assets."""

    def __init__(self, path: Path, losses: list[Finding]) -> None:
        super().__init__(losses)
        self._items = JsonItems(path)

    def component_types(self) -> Iterator[dict[str, Any]]:
        for item in self._items:
            problems = list(_violations_of(item))
            if problems:
                raise DefinitionError(problems)
            source = _source_item(item)
            if item.section == MODELS:
                self.left_out.add_model(source)
                yield from self._types.add(source)
            else:
                self.left_out.add_asset(source)
                self._entities.add(source)

    def entities(self) -> Iterator[dict[str, Any]]:
        for item in self._items:
            if item.section == ASSETS:
                yield self._entities.entity(_source_item(item))


class _AccountContent(_Content):
    """An account and region."""

    def __init__(
        self,
        account: SiteWiseAccount,
        root: str | None,
        losses: list[Finding],
        progress: Callable[[str], None],
    ) -> None:
        super().__init__(losses)
        self._account = account
        self._root = root
        self._progress = progress
        self._assets: list[SourceItem] = []

    def component_types(self) -> Iterator[dict[str, Any]]:
        with translate_errors():
            if self._root is not None:
                self._read(self._account.assets_below(self._root))
            models = self._account.models()
            self._progress(f"asset models: {len(models):,}")
            for model in models:
                self.left_out.add_model(model)
                yield from self._types.add(model)

    def entities(self) -> Iterator[dict[str, Any]]:
        if self._root is None:
            with translate_errors():
                self._read(self._account.assets())
        yield from map(self._entities.entity, self._assets)

    def _read(self, assets: Iterable[SourceItem]) -> None:
        for asset in assets:
            self._entities.add(asset)
            self._assets.append(asset)
            if len(self._assets) % _PROGRESS_ASSETS == 0:
                self._progress(f"assets: {len(self._assets):,}")


def _source_item(item: JsonItem) -> SourceItem:
    return SourceItem(item.value, lambda *path: item.place_of(*path) if path else item.place)


def _violations_of(item: JsonItem) -> Iterable[Finding]:
    if item.section not in SECTIONS:
        message = f"{quote_value(item.section)} is not a list of a metadata transfer file of SiteWise"
        yield UNKNOWN_KEY.finding(item.place, message, did_you_mean(str(item.section), SECTIONS))
    elif item.index is None:
        message = f'"{item.section}" is {quote_value(item.value)}, not a list'
        yield WRONG_TYPE.finding(item.place, message, "write a list")
    elif not fits(item.section, item.value):
        yield from violations(item.section, item.located(), item.place)


def _duplicates(item: JsonItem, seen: dict[tuple[str, str], Location]) -> Iterator[Finding]:
    if item.section not in SECTIONS or not isinstance(item.value, dict):
        return
    for reference in references(*(item.value.get(name) for name in _IDS[item.section])):
        key = (str(item.section), reference)
        if key in seen:
            first = seen[key]
            message = f'"{reference}" is in the list "{item.section}" already, in line {first.line}'
            yield DUPLICATE_ID.finding(item.place, message, "rename or remove one of them")
        seen.setdefault(key, item.place)

"""From the files' comfortable forms to one list of component types and entities.

Taken apart here: a mapping by id, a list, a single object as AWS prints it, AWS's bulk file, entities nested
by ``children``, and one template stamped out for each row of a CSV (``forEach``).
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Code, DefinitionError, Finding, Location, did_you_mean
from twin_stack.definition.source import Cell, LocatedList, LocatedMap, at, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\.([^{}]*)\}")
_BULK_KEYS = {"component_types": "componentTypes", "entities": "entities"}


@dataclass(frozen=True, slots=True)
class Item:
    """One component type or entity as it was written.

    Attributes:
        item_id: Its id, if it has one.
        data: Its members, id and parent filled in, children taken out.
        source: The container it was read from.
        place: Where it stands.
    """

    item_id: str | None
    data: dict[str, Any]
    source: LocatedMap
    place: Location


def items(kind: str, root: Any, file: Path, folder: Path, findings: list[Finding]) -> Iterator[Item]:
    """Yield everything a file declares.

    Args:
        kind: ``component_types`` or ``entities``.
        root: What the reader returned for the file.
        file: The file, as findings name it.
        folder: The file's folder, for the CSV a ``forEach`` names.
        findings: Takes every mistake.
    """
    if root is None:
        return
    id_key = "componentTypeId" if kind == "component_types" else "entityId"
    if isinstance(root, LocatedMap) and "forEach" in root:
        if kind == "entities":
            yield from _for_each(root, folder, findings)
            return
        findings.append(
            Finding(
                at(root, "forEach", of_key=True),
                Code.UNKNOWN_KEY,
                '"forEach" makes entities only',
                "write the component types out",
            )
        )
        return
    bulk_key = _BULK_KEYS[kind]
    if isinstance(root, LocatedMap) and isinstance(root.get(bulk_key), LocatedList):
        for key in root.keys() - {bulk_key}:
            findings.append(
                Finding(
                    at(root, key, of_key=True),
                    Code.UNKNOWN_KEY,
                    f'"{key}" cannot stand beside "{bulk_key}"',
                    f"move it to a file of its own folder; {bulk_key} alone are read here",
                )
            )
        root = root[bulk_key]
    yield from _declared(root, id_key, file, None, findings)


def _declared(
    root: Any, id_key: str, file: Path, parent: str | None, findings: list[Finding]
) -> Iterator[Item]:
    if isinstance(root, LocatedMap) and (id_key in root or isinstance(root.get("entityName"), str)):
        yield from _item(root, None, at(root), id_key, parent, findings)
    elif isinstance(root, LocatedMap):
        for key, body in root.items():
            place = at(root, key, of_key=True)
            if isinstance(body, LocatedMap):
                yield from _item(body, key, place, id_key, parent, findings)
            else:
                findings.append(_not_a_mapping(place, key, body))
    elif isinstance(root, LocatedList):
        for index, body in enumerate(root):
            place = at(root, index)
            if isinstance(body, LocatedMap):
                yield from _item(body, None, place, id_key, parent, findings)
            else:
                findings.append(_not_a_mapping(place, f"item {index + 1}", body))
    else:
        findings.append(_not_a_mapping(Location(file, 1, 1), "the file", root))


def _not_a_mapping(place: Location, name: str, value: Any) -> Finding:
    return Finding(place, Code.WRONG_TYPE, f'"{name}" holds {value!r:.40}', "write a mapping of its members")


def _item(  # noqa: PLR0917
    body: LocatedMap,
    key: str | None,
    place: Location,
    id_key: str,
    parent: str | None,
    findings: list[Finding],
) -> Iterator[Item]:
    data = {name: value for name, value in body.items() if name != "children"}
    if key is not None and body.get(id_key, key) != key:
        message = f'"{id_key}" is "{body[id_key]}", its key is "{key}"'
        findings.append(Finding(at(body, id_key), Code.VALUE_NOT_ALLOWED, message, "keep one of them"))
    if key is not None:
        data[id_key] = key
    if parent is not None:
        if body.get("parentEntityId", parent) != parent:
            message = f'"parentEntityId" is "{body["parentEntityId"]}", it is nested under "{parent}"'
            findings.append(
                Finding(at(body, "parentEntityId"), Code.VALUE_NOT_ALLOWED, message, "keep one of them")
            )
        data["parentEntityId"] = parent
    item_id = data.get(id_key)
    yield Item(item_id if isinstance(item_id, str) else None, data, body, place)
    if "children" in body and id_key == "entityId":
        children = body["children"]
        if not isinstance(children, LocatedMap | LocatedList):
            where = at(body, "children")
            findings.append(_not_a_mapping(where, "children", children))
        elif isinstance(item_id, str):
            yield from _declared(children, id_key, body.file, item_id, findings)


def _for_each(root: LocatedMap, folder: Path, findings: list[Finding]) -> Iterator[Item]:
    for key in root.keys() - {"forEach", "entity"}:
        findings.append(
            Finding(
                at(root, key, of_key=True),
                Code.UNKNOWN_KEY,
                f'"{key}" is not a known key',
                did_you_mean(key, ("forEach", "entity")),
            )
        )
    loop, template = root["forEach"], root.get("entity")
    if not isinstance(template, LocatedMap):
        message = '"entity" is missing' if template is None else '"entity" is not a mapping'
        findings.append(Finding(at(root, "entity"), Code.MISSING_KEY, message, "add the entity to stamp out"))
        return
    if not isinstance(loop, LocatedMap) or not isinstance(loop.get("csv"), str):
        findings.append(
            Finding(
                at(root, "forEach"), Code.MISSING_KEY, '"csv" is missing', "name the CSV file of the rows"
            )
        )
        return
    for key in loop.keys() - {"csv", "as"}:
        findings.append(
            Finding(
                at(loop, key, of_key=True),
                Code.UNKNOWN_KEY,
                f'"{key}" is not a known key',
                did_you_mean(key, ("csv", "as")),
            )
        )
    name = loop.get("as", "row")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_]\w*", name) or name == "Parameters":
        findings.append(
            Finding(at(loop, "as"), Code.VALUE_NOT_ALLOWED, f'"as" is {name!r}', "write a word such as row")
        )
        return
    rows = _rows(folder / loop["csv"], template.file.parent / loop["csv"], at(loop, "csv"), findings)
    if not rows:
        return
    unknown = _unknown_variables(template, name, set(rows[0]))
    if unknown:
        findings.extend(unknown)
        return
    for row in rows:
        body = _stamped(template, name, row)
        yield from _item(body, None, next(iter(row.values())).location, "entityId", None, findings)


def _rows(path: Path, shown: Path, place: Location, findings: list[Finding]) -> list[dict[str, Cell]]:
    if not path.is_file():
        message = f'CSV file "{shown}" does not exist'
        findings.append(Finding(place, Code.MISSING_FILE, message, "create it, or correct its name"))
        return []
    try:
        text = read_text(path, shown=shown)
    except DefinitionError as error:
        findings.extend(error.findings)
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    rows: list[dict[str, Cell]] = []
    header: list[str] = []
    line = 1
    lines = text.splitlines()
    try:
        for fields in reader:
            first, line = line, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if not header:
                header = [field.strip() for field in fields]
                _check_header(header, Location(shown, first, 1), findings)
                continue
            if len(fields) != len(header):
                message = f"row has {len(fields)} fields, the header has {len(header)}"
                findings.append(
                    Finding(Location(shown, first, 1), Code.BAD_CSV, message, "check commas and quotes")
                )
                continue
            columns = _columns(lines[first - 1], len(header))
            rows.append(
                {
                    column: Cell(field.strip(), Location(shown, first, start))
                    for column, field, start in zip(header, fields, columns, strict=True)
                }
            )
    except csv.Error as error:
        message = f"is not a valid CSV file: {error}"
        findings.append(Finding(Location(shown, line, 1), Code.BAD_CSV, message, "check the quotes here"))
    if not header:
        message = "CSV file has no header"
        findings.append(Finding(Location(shown, 1, 1), Code.BAD_CSV, message, "name its columns in line 1"))
    return rows


def _check_header(header: list[str], place: Location, findings: list[Finding]) -> None:
    if "" in header or len(set(header)) != len(header):
        findings.append(
            Finding(place, Code.BAD_CSV, "header has an empty or a repeated name", "name each column once")
        )


def _columns(line: str, count: int) -> list[int]:
    """Return where the fields of a line begin; 1 for each where quotes hide the commas."""
    if '"' in line:
        return [1] * count
    starts = [1] + [match.end() + 1 for match in re.finditer(",", line)]
    return starts[:count] + [1] * (count - len(starts))


def _unknown_variables(value: Any, name: str, columns: set[str]) -> list[Finding]:
    found: list[Finding] = []

    def walk(value: Any, place: Location) -> None:
        if isinstance(value, LocatedMap):
            for key, member in value.items():
                walk(key, at(value, key, of_key=True))
                walk(member, at(value, key))
        elif isinstance(value, LocatedList):
            for index, member in enumerate(value):
                walk(member, at(value, index))
        elif isinstance(value, str):
            for owner, column in _VARIABLE.findall(value):
                if owner == "Parameters" or (owner == name and column in columns):
                    continue
                known = [f"{name}.{known}" for known in columns]
                message = f'"${{{owner}.{column}}}" is not a column'
                remedy = did_you_mean(f"{owner}.{column}", known)
                found.append(Finding(place, Code.UNKNOWN_VARIABLE, message, remedy))

    walk(value, at(value))
    return found


def _stamped(value: Any, name: str, row: dict[str, Cell]) -> Any:
    """Return a copy of a template with the row's cells put in; empty cells leave their key out."""
    if isinstance(value, LocatedMap):
        result = LocatedMap(value.file, value.mark)
        for key, member in value.items():
            new = _stamped(member, name, row)
            if new == "" and isinstance(new, Cell):
                continue
            new_key = str(_stamped(key, name, row))
            result[new_key] = new
            result.key_marks[new_key] = value.key_marks[key]
            result.value_marks[new_key] = value.value_marks[key]
        return result
    if isinstance(value, LocatedList):
        items_ = LocatedList(value.file, value.mark)
        items_.value_marks = value.value_marks
        items_.extend(_stamped(member, name, row) for member in value)
        return items_
    if not isinstance(value, str):
        return value
    used = [column for owner, column in _VARIABLE.findall(value) if owner == name]
    if not used:
        return value
    text = _VARIABLE.sub(lambda match: row[match[2]] if match[1] == name else match[0], value)
    return Cell(text, row[used[0]].location)

"""The ``forEach`` and the component types that are proposed for a register."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.definition.schema import ENTITY_ID, ENTITY_NAME, NAME
from twin_stack.definition.transliteration import without_accents
from twin_stack.definition.wording import list_some, quote_value
from twin_stack.formats.csv.guesses import (
    Property,
    decimal_mark,
    find_columns,
    guess_property,
    guess_type,
    is_id_column,
    is_parent_relation,
    property_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema.string_rule import StringRule
    from twin_stack.formats.csv.register import Column, Register

_MAX_PROPERTIES: Final = 100
"""Most different points that become properties of one type; more become components."""
_MAX_RELATIONS: Final = 50
_MAX_ID: Final = 64
"""Longest text that is more likely an id than a description."""
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(slots=True)
class Proposal:
    """What is proposed for a register.

    Attributes:
        for_each: Members of ``forEach``, without those of the file's form.
        entity: The template of an entity.
        component_types: Component types.
        others: Entities that the register names and has no row for.
    """

    for_each: dict[str, Any] = field(default_factory=dict)
    entity: dict[str, Any] = field(default_factory=dict)
    component_types: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)


def propose(register: Register, name: str, losses: list[Finding]) -> Proposal:
    """Return the proposal for a register.

    Args:
        register: The register.
        name: What its rows are, such as ``valves``.
        losses: Receives what is left out or changed, and what a person has to decide.
    """
    return _Proposer(register, name, losses).propose()


class _Proposer:
    def __init__(self, register: Register, name: str, losses: list[Finding]) -> None:
        self._columns = list(register.columns)
        self._name = name
        self._losses = losses
        self._decimal = decimal_mark(register.columns)
        self._proposal = Proposal()
        words = _WORD.findall(without_accents(name)) or ["register"]
        self._type_id = "".join(word[:1].upper() + word[1:] for word in words)
        self._component = property_name(name, set())
        self._named: list[Column] = []
        """Columns whose texts become ids and names."""

    def propose(self) -> Proposal:
        proposal = self._proposal
        id_column = self._id_column()
        rest = [column for column in self._columns if column is not id_column]
        ids = [text for text in id_column.texts if text]
        is_grouped = len(set(ids)) < len(ids)
        groups = _groups(id_column)
        needs_prefix = is_id_column(id_column) and not all(
            ENTITY_ID.fits(without_accents(text)) for text in ids
        )
        prefix = f"{self._component}-" if needs_prefix else ""
        own_id = f"{prefix}{_variable(id_column)}"
        self._named.append(id_column)
        proposal.entity["entityId"] = own_id
        once = [column for column in rest if not is_grouped or _is_constant(column, groups)]
        varying = [column for column in rest if column not in once]
        target, relation = self._edge_columns(id_column, rest) if not prefix else (None, None)
        name_column = self._name_column(once, groups)
        proposal.entity["entityName"] = _variable(name_column) if name_column is not None else own_id
        used = [column for column in (name_column, target, relation) if column is not None]
        properties: dict[str, Any] = {}
        if target is not None and relation is not None:
            properties |= self._add_edges(id_column, target, relation)
            is_grouped = True
        elif (parent := self._parent_column(once, set(ids), prefix)) is not None:
            proposal.entity["parentEntityId"] = _variable(parent)
            used.append(parent)
            self._add_others(parent, set(ids))
        if is_grouped:
            proposal.for_each["groupBy"] = id_column.name
        definitions: dict[str, Any] = {name: value.pop("definition") for name, value in properties.items()}
        values = {name: value["value"] for name, value in properties.items()}
        taken = set(values)
        for column in once:
            if column not in used:
                self._add_property(column, taken, set(ids) if not prefix else set(), definitions, values)
        components: dict[str, Any] = {}
        self._add_varying(
            [column for column in varying if column not in used], groups, definitions, values, components
        )
        if values:
            own = {self._component: {"componentTypeId": self._type_id, "properties": values}}
            components = {**own, **components}
            proposal.component_types.insert(
                0, {"componentTypeId": self._type_id, "propertyDefinitions": definitions}
            )
        if components:
            proposal.entity["components"] = components
        if self._decimal == ",":
            proposal.for_each["decimal"] = ","
        self._transliterate()
        return proposal

    def _decide(self, place: Location, message: str, remedy: str) -> None:
        self._losses.append(NEEDS_A_DECISION.finding(place, message, remedy))

    def _id_column(self) -> Column:
        named = [column for column in find_columns("id", self._columns) if is_id_column(column)]
        unique = [
            column
            for column in self._columns
            if is_id_column(column) and len(set(column.texts)) == len(column.texts)
        ]
        if named:
            return named[0]
        if unique:
            first, *others = unique
            if others:
                names = list_some([quote_value(column.name) for column in others], 3)
                message = f"column {quote_value(first.name)} is taken as the id, and {names} could be it too"
                self._decide(first.place, message, "change entityId, if it is another one")
            return first
        if (refused := self._refused_id_column()) is not None:
            return refused
        first = next((column for column in self._columns if is_id_column(column)), self._columns[0])
        message = f"no column has another id in each row; {quote_value(first.name)} is taken"
        self._decide(first.place, message, "change entityId and groupBy, or add a column of ids")
        return first

    def _refused_id_column(self) -> Column | None:
        """Return a column that has another text in each row, some of which ids cannot have."""
        for column in (*find_columns("id", self._columns), *self._columns):
            texts = column.texts
            if len(set(texts)) < len(texts) or max(map(len, texts)) > _MAX_ID:
                continue
            index = next(
                (row for row, text in enumerate(texts) if not ENTITY_ID.fits(without_accents(text))), 0
            )
            name, text = quote_value(column.name), quote_value(texts[index])
            message = f"column {name} is taken as the id, and {text} is not allowed as one"
            remedy = 'write ids with letters a-z, digits, "-", "_", "." and ":"'
            self._decide(column.place_of(index), message, remedy)
            return column
        return None

    def _name_column(self, columns: Sequence[Column], groups: Sequence[Sequence[int]]) -> Column | None:
        for column in find_columns("name", columns):
            if (wrong := _first_unfit(column, groups, ENTITY_NAME)) is None:
                self._named.append(column)
                return column
            text = quote_value(column.texts[wrong])
            message = f"column {quote_value(column.name)} is no entityName: {text} is not allowed as one"
            remedy = "correct the cell and use the column, or leave it as a property"
            self._losses.append(CHANGED_ON_IMPORT.finding(column.place_of(wrong), message, remedy))
        return None

    def _parent_column(self, columns: Sequence[Column], ids: set[str], prefix: str) -> Column | None:
        for column in find_columns("parent", columns):
            texts = [text for text in column.texts if text]
            matching = sum(1 for text in texts if text in ids)
            fits = all(ENTITY_ID.fits(without_accents(text)) for text in texts)
            if texts and fits and not prefix and matching * 2 >= len(texts):
                self._named.append(column)
                return column
            if texts:
                message = f"column {quote_value(column.name)} may name parents, which have no row here"
                remedy = f'import them too, and write parentEntityId: "{_variable(column)}"'
                self._decide(column.place, message, remedy)
        return None

    def _add_others(self, column: Column, ids: set[str]) -> None:
        """Add the entities that a column names and the register has no row for."""
        unknown: dict[str, int] = {}
        for index, text in enumerate(column.texts):
            if text and text not in ids:
                unknown.setdefault(text, index)
        if not unknown:
            return
        for text in unknown:
            entity_id = without_accents(text)
            self._proposal.others.append({"entityId": entity_id, "entityName": entity_id})
        first, index = next(iter(unknown.items()))
        more = f", as have {len(unknown) - 1:,} more" if len(unknown) > 1 else ""
        message = f"{quote_value(first)} has no row of its own{more}, and becomes an entity with that name"
        self._decide(column.place_of(index), message, "complete them in entities/entities.yaml, or add rows")

    def _edge_columns(
        self, id_column: Column, columns: Sequence[Column]
    ) -> tuple[Column, Column] | tuple[None, None]:
        """Return the columns of target and relation of a register of relationships."""
        targets, relations = find_columns("target", columns), find_columns("relation", columns)
        if not targets or not relations:
            return None, None
        target, relation = targets[0], relations[0]
        texts = [text for text in target.texts if text]
        ids = set(id_column.texts)
        is_edges = sum(1 for text in texts if text in ids) * 2 >= len(texts) > 0
        few = len(set(relation.texts)) <= _MAX_RELATIONS
        return (target, relation) if is_edges and few else (None, None)

    def _add_edges(self, id_column: Column, target: Column, relation: Column) -> dict[str, Any]:
        """Return the lists of targets by property, and add the parent to the template."""
        self._named.append(target)
        relations = dict.fromkeys(text for text in relation.texts if text)
        parents = [text for text in relations if is_parent_relation(text)]
        properties: dict[str, Any] = {}
        taken: set[str] = set()
        variable = _variable(target)
        if parents:
            where = parents[0] if len(parents) == 1 else parents
            rows = {"where": {relation.name: where}, "parentEntityId": variable}
            self._proposal.entity["forRows"] = rows
        for text in relations:
            if text not in parents:
                item = {"where": {relation.name: text}, "targetEntityId": variable}
                properties[property_name(text, taken)] = {
                    "value": [{"forRows": item}],
                    "definition": {"dataType": {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}}},
                }
        self._add_others(target, set(id_column.texts))
        return properties

    def _add_property(
        self,
        column: Column,
        taken: set[str],
        ids: set[str],
        definitions: dict[str, Any],
        values: dict[str, Any],
    ) -> None:
        texts = {text for text in column.texts if text}
        if texts and texts <= ids and guess_type(column.texts, self._decimal) == "STRING":
            name = property_name(column.name, taken)
            definitions[name], values[name] = "RELATIONSHIP", _variable(column)
            self._named.append(column)
            return
        prop = self._property(column, taken)
        if prop is not None:
            definitions[prop.name], values[prop.name] = _definition(prop), _variable(column)

    def _property(self, column: Column, taken: set[str]) -> Property | None:
        """Return the property of a column; report one that is left out, or whose type is doubtful."""
        if not any(column.texts):
            message = f"column {quote_value(column.name)} is not imported: it is empty"
            self._losses.append(NOT_IMPORTED.finding(column.place, message))
            return None
        prop = guess_property(column, taken, self._decimal)
        if prop is None:
            message = f"column {quote_value(column.name)} is not imported: a text exceeds 256 characters"
            self._losses.append(NOT_IMPORTED.finding(column.place, message))
        elif prop.almost:
            index = prop.almost[0]
            more = f" and {len(prop.almost) - 1:,} more" if len(prop.almost) > 1 else ""
            text = f"{quote_value(column.texts[index])}{more}"
            message = f"column {quote_value(column.name)} is text because of {text}"
            self._decide(column.place_of(index), message, "clear or correct these cells and declare DOUBLE")
        return prop

    def _add_varying(
        self,
        columns: Sequence[Column],
        groups: Sequence[Sequence[int]],
        definitions: dict[str, Any],
        values: dict[str, Any],
        components: dict[str, Any],
    ) -> None:
        """Add what differs in the rows of one entity: a property or a component for each row."""
        if not columns:
            return
        keys = [*find_columns("point", columns), *columns]
        key = next((column for column in keys if _names_rows(column, groups)), None)
        if key is None:
            names = list_some([quote_value(column.name) for column in columns], 5)
            message = f"rows of one entity differ in {names}, and no column names these rows"
            self._decide(
                columns[0].place, message, "add a column with a name for each row, and use it in forRows"
            )
            return
        self._named.append(key)
        others = [column for column in columns if column is not key]
        points = dict.fromkeys(without_accents(text) for text in key.texts if text)
        is_value = len(others) == 1 and (
            bool(find_columns("value", others)) or guess_type(others[0].texts, self._decimal) != "STRING"
        )
        if is_value and len(points) <= _MAX_PROPERTIES and not set(points) & definitions.keys():
            (other,) = others
            for point in points:
                texts = [
                    text
                    for name, text in zip(key.texts, other.texts, strict=True)
                    if without_accents(name) == point
                ]
                definitions[point] = guess_type(texts, self._decimal)
            values["forRows"] = {_variable(key): _variable(other)}
            return
        taken: set[str] = set()
        properties: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for column in others:
            if (prop := self._property(column, taken)) is not None:
                own[prop.name], properties[prop.name] = _definition(prop), _variable(column)
        type_id = f"{self._type_id}Row"
        body: dict[str, Any] = {"componentTypeId": type_id}
        if properties:
            body["properties"] = properties
        components["forRows"] = {_variable(key): body}
        row_type: dict[str, Any] = {"componentTypeId": type_id}
        if own:
            row_type["propertyDefinitions"] = own
        self._proposal.component_types.append(row_type)

    def _transliterate(self) -> None:
        for column in self._named:
            index = next((index for index, text in enumerate(column.texts) if not text.isascii()), None)
            if index is not None:
                self._proposal.for_each["transliterate"] = True
                text = column.texts[index]
                spelling = quote_value(without_accents(text))
                message = f"ids and names have no accents: {quote_value(text)} becomes {spelling}"
                remedy = "write other ids and names, or leave transliterate: true"
                self._losses.append(CHANGED_ON_IMPORT.finding(column.place_of(index), message, remedy))
                return


def _variable(column: Column) -> str:
    return f"${{row.{column.name}}}"


def _definition(prop: Property) -> Any:
    return prop.data_type if isinstance(prop.data_type, str) else {"dataType": prop.data_type}


def _groups(column: Column) -> list[list[int]]:
    """Return the rows of each text of a column."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(column.texts):
        groups[text].append(index)
    return list(groups.values())


def _is_constant(column: Column, groups: Iterable[Sequence[int]]) -> bool:
    """Return whether the rows of each group have the same text, or only the first of them has one."""
    texts = column.texts
    return all(
        all(texts[index] == texts[group[0]] for index in group)
        or not any(texts[index] for index in group[1:])
        for group in groups
    )


def _names_rows(column: Column, groups: Iterable[Sequence[int]]) -> bool:
    """Return whether a column has another name for each row of a group."""
    texts = [without_accents(text) for text in column.texts]
    are_unique = all(len({texts[row] for row in group}) == len(group) for group in groups)
    return are_unique and all(NAME.fits(text) for text in texts)


def _first_unfit(column: Column, groups: Iterable[Sequence[int]], rule: StringRule) -> int | None:
    """Return the first row of a group whose text a rule does not allow, None where all are allowed."""
    texts = [without_accents(text) for text in column.texts]
    firsts = (group[0] for group in groups)
    return next((index for index in firsts if not rule.fits(texts[index])), None)

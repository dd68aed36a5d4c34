"""Properties of asset models of AWS IoT SiteWise, derived from those of component types."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from twin_stack.definition.formula_error import FormulaError
from twin_stack.definition.resolve import ResolvedType, stored_externally
from twin_stack.definition.schema import Variable
from twin_stack.twinmaker.data_types import SITEWISE_TYPES
from twin_stack.twinmaker.formula.functions import CONSTANTS, FUNCTIONS
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twin_stack.definition.formula import Formula
    from twin_stack.definition.schema import DataValue, PropertyDefinition

DATA_TYPES: Final = tuple(dict.fromkeys(SITEWISE_TYPES.values()))
"""Data types that SiteWise and TwinMaker have in common (API references of both)."""


class Input(NamedTuple):
    """A variable of an expression.

    Attributes:
        name: As SiteWise takes it: small letters, digits and ``_``.
        property_name: The property it stands for.
        component_type_id: Type of the components below whose property it is; None: one of the same asset.
    """

    name: str
    property_name: str
    component_type_id: str | None


@dataclass(frozen=True, slots=True)
class AssetProperty:
    """A property of an asset model.

    Attributes:
        name: That of the component type.
        data_type: One of ``DATA_TYPES``.
        unit: Unit, or None.
        kind: How it gets its values.
        default_value: Of an attribute, as text; None where it has none.
        expression: Of a transform or a metric, with SiteWise's names for its variables.
        inputs: Variables of the expression.
        window: Of a metric, such as ``5m``.
        former_names: The names that it had before, newest first.
    """

    name: str
    data_type: str
    unit: str | None
    kind: Literal["Attribute", "Measurement", "Transform", "Metric"]
    default_value: str | None = None
    expression: str | None = None
    inputs: tuple[Input, ...] = ()
    window: str | None = None
    former_names: tuple[str, ...] = ()


def is_attribute(definition: PropertyDefinition) -> bool:
    """Return whether a property is an attribute in SiteWise: one value, without a time.

    Args:
        definition: A property.
    """
    data_type = definition.data_type
    return not definition.is_time_series and data_type is not None and data_type.type in DATA_TYPES


def used_names(resolved: ResolvedType) -> set[str]:
    """Return the properties of a type that its own expressions use, as far as these can be read.

    Args:
        resolved: A type.
    """
    names: set[str] = set()
    for name, definition in resolved.properties.items():
        if definition.expression is None:
            continue
        with suppress(FormulaError):  # reported as TWIN063
            used = variable_sources(definition, formula_of(resolved, name)).values()
            names.update(source.property_name for source in used if source.component_type_id is None)
    return names


def imported_names(resolved: ResolvedType) -> set[str]:
    """Return the properties that the service's own connector imports from the asset model of a type.

    TwinMaker keeps a static property that no expression uses, so that entities can give values to it.

    Args:
        resolved: A checked type.
    """
    used = used_names(resolved)
    return {
        name
        for name, definition in resolved.properties.items()
        if stored_externally(definition) or (is_attribute(definition) and name in used)
    }


def asset_properties(resolved: ResolvedType, *, is_native: bool) -> Iterator[AssetProperty]:
    """Yield the properties of the asset model of a type.

    Args:
        resolved: A checked type.
        is_native: Whether the service's own connector reads the assets.
    """
    imported = imported_names(resolved) if is_native else None
    for name, definition in resolved.properties.items():
        data_type = definition.data_type
        if (
            data_type is None
            or data_type.type not in DATA_TYPES
            or name in (SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID)
        ):
            continue
        unit = data_type.unit_of_measure
        if definition.expression is not None:
            expression, inputs = _inputs(resolved, name, definition)
            yield AssetProperty(
                name,
                data_type.type,
                unit,
                "Metric" if definition.window else "Transform",
                expression=expression,
                inputs=inputs,
                window=definition.window,
            )
        elif definition.is_time_series:
            yield AssetProperty(name, data_type.type, unit, "Measurement")
        elif imported is None or name in imported:
            default = _text(definition.default_value)
            yield AssetProperty(name, data_type.type, unit, "Attribute", default_value=default)


def _text(value: DataValue | None) -> str | None:
    """Return a default value as text, as SiteWise takes it."""
    if not value or "expression" in value:
        return None
    content = next(iter(value.values()))
    if isinstance(content, bool):
        return "true" if content else "false"
    return str(content)


def formula_of(resolved: ResolvedType, name: str) -> Formula:
    """Return the expression of a property.

    Args:
        resolved: Its type.
        name: A property with an expression. It may use all others that SiteWise holds, and its variables.

    Raises:
        FormulaError: SiteWise would refuse it.
    """
    from twin_stack.definition.formula import read_formula  # noqa: PLC0415 (most definitions have no formula)

    definition = resolved.properties[name]
    own = [
        other
        for other, declared in resolved.properties.items()
        if other != name and declared.data_type is not None and declared.data_type.type in DATA_TYPES
    ]
    return read_formula(
        str(definition.expression),
        variables=[*own, *definition.declared_variables],
        is_metric=definition.window is not None,
    )


def variable_sources(definition: PropertyDefinition, formula: Formula) -> dict[str, Variable]:
    """Return the properties that an expression uses, by variable.

    Args:
        definition: The property that is computed.
        formula: Its expression.
    """
    return {
        name: definition.declared_variables.get(name) or Variable(property_name=name)
        for name in formula.variables
    }


def _inputs(
    resolved: ResolvedType, name: str, definition: PropertyDefinition
) -> tuple[str, tuple[Input, ...]]:
    """Return an expression with SiteWise's names for its variables, and the variables."""
    formula = formula_of(resolved, name)
    names: dict[str, str] = {}
    for variable in formula.variables:
        names[variable] = _variable_name(variable, names.values())
    inputs = (
        Input(names[variable], source.property_name, source.component_type_id)
        for variable, source in variable_sources(definition, formula).items()
    )
    return formula.renamed(names.__getitem__), tuple(inputs)


def _variable_name(name: str, taken: Collection[str]) -> str:
    """Return a name that SiteWise takes: a small letter, then small letters, digits and ``_``, 64 at most."""
    small = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().replace("-", "_")[:56]
    if not small[0].isalpha() or small in FUNCTIONS or small in CONSTANTS:
        small = f"p_{small}"
    new, count = small, 1
    while new in taken:
        count += 1
        new = f"{small}_{count}"
    return new

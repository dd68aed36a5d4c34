"""Rules of expressions: what AWS IoT SiteWise computes.

Sources: IoT SiteWise user guide on formula expressions, transforms and metrics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.asset_properties import formula_of, is_attribute, variable_sources
from twin_stack.definition.checks.references import unknown_property
from twin_stack.definition.checks.sitewise import not_for_sitewise
from twin_stack.definition.formula_error import FormulaError
from twin_stack.definition.graph import cycles
from twin_stack.definition.managed_types import managed_types, property_place
from twin_stack.definition.rule import rule
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.patterns import WINDOW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.formula import Formula
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import PropertyDefinition
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN063", "invalid-expression")
def invalid_expression(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that SiteWise accepts expressions.

    SiteWise does not accept an expression: AWS would report it when the asset model is created. The message
    names the character of the expression.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                power: {dataType: DOUBLE, isTimeSeries: true}
                mean: {expression: average(power), window: 5m}
              functions: {dataReader: plant}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                motor: {componentTypeId: com.example.Motor}

    Finding:
        component_types/t.yaml:4:24 TWIN063 "average" at character 1 is not a function of SiteWise; did you
        mean "avg"?

    Fix:
        Functions, operators and constants are those of the IoT SiteWise user guide, "Using formula
        expressions"; see "Computed properties" in [definition.md](definition.md).

    Good:
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                power: {dataType: DOUBLE, isTimeSeries: true}
                mean: {expression: avg(power), window: 5m}
              functions: {dataReader: plant}

    Args:
        definition: The definition.
    """
    types = managed_types(definition)
    for type_id, resolved in types.items():
        uses: dict[str, list[str]] = {}
        for name, declared in resolved.properties.items():
            if declared.expression is None:
                continue
            try:
                formula = formula_of(resolved, name)
            except FormulaError as error:
                place = property_place(definition, type_id, name, "expression")
                yield invalid_expression.finding(place, str(error), error.remedy)
            else:
                sources = variable_sources(declared, formula).values()
                uses[name] = [used.property_name for used in sources if used.component_type_id is None]
                yield from _invalid_inputs(definition, types, type_id, name, formula)
            yield from _invalid_window(definition, type_id, name, declared)
        for cycle in cycles(uses):
            place = property_place(definition, type_id, cycle[0], "expression")
            message = f"properties are computed from each other: {' -> '.join([*cycle, cycle[0]])}"
            yield invalid_expression.finding(place, message, "take one of them out of the cycle")
    yield from _settings_without_expression(definition)


@not_for_sitewise.checked_by
def uncomputed_expressions(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report expressions of types that no connector with managed assets reads.

    Args:
        definition: Component types and connectors.
    """
    computed = {
        property_place(definition, type_id, name, "expression")
        for type_id, resolved in managed_types(definition).items()
        for name, declared in resolved.properties.items()
        if declared.expression is not None
    }
    for type_id, own in definition.component_types.items():
        if definition.twin is None or definition.has_lost_reader(type_id):
            continue
        for name, declared in own.property_definitions.items():
            if declared.expression is None:
                continue
            path = ("propertyDefinitions", name, "expression")
            place = definition.where("component_types", type_id, *path)
            if place not in computed:
                message = f'"{name}" is not computed: no connector that manages assets reads this type'
                remedy = "read it through a connector of kind sitewise with assets: managed"
                yield not_for_sitewise.finding(place, message, remedy)


def _settings_without_expression(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report ``window`` and ``variables`` of properties that have no expression."""
    for type_id, own in definition.component_types.items():
        for name, declared in own.property_definitions.items():
            if not (declared.window or declared.variables) or declared.expression is not None:
                continue
            if definition.resolved_types[type_id].properties[name].expression is None:
                key = "window" if declared.window else "variables"
                place = definition.where("component_types", type_id, "propertyDefinitions", name, key)
                message = f'"{key}" belongs to an expression, and "{name}" has none'
                yield invalid_expression.finding(place, message, "add the expression")


def _invalid_window(
    definition: UncheckedDefinition, type_id: str, name: str, declared: PropertyDefinition
) -> Iterator[Finding]:
    if declared.window is None:
        return
    if int(declared.window[:-1]) * WINDOW_SECONDS[declared.window[-1]] > WINDOW_SECONDS["w"]:
        place = property_place(definition, type_id, name, "window")
        message = f"window {quote_value(declared.window)} is longer than a week"
        yield invalid_expression.finding(place, message, "write 1m to 1w")


def _invalid_inputs(
    definition: UncheckedDefinition,
    types: Mapping[str, ResolvedType],
    type_id: str,
    name: str,
    formula: Formula,
) -> Iterator[Finding]:
    """Report variables that an expression must not use."""
    properties = types[type_id].properties
    declared = properties[name]
    expression_place = property_place(definition, type_id, name, "expression")
    for variable in declared.declared_variables:
        if variable not in formula.variables:
            place = property_place(definition, type_id, name, "variables", variable)
            message = f"variable {quote_value(variable)} is not used"
            yield invalid_expression.finding(place, message, "use it in the expression, or remove it")
    has_series = False
    for variable, source in variable_sources(declared, formula).items():
        if source.component_type_id is not None:
            yield from _invalid_child(definition, types, type_id, name, variable)
            if declared.window is None:
                message = (
                    f"{quote_value(variable)} is of entities below, which are computed over a window only"
                )
                yield invalid_expression.finding(expression_place, message, "add window, such as 5m")
            if variable in formula.temporal:
                message = (
                    f"{quote_value(variable)} is of entities below, which a function of time cannot read"
                )
                yield invalid_expression.finding(
                    expression_place, message, "compute it in a property of theirs"
                )
            continue
        used = properties.get(source.property_name)
        if used is None:
            place = property_place(definition, type_id, name, "variables", variable, "propertyName")
            message = f'component type "{type_id}" has no property {quote_value(source.property_name)}'
            remedy = did_you_mean(source.property_name, properties)
            yield unknown_property.finding(place, message, remedy)
            has_series = True  # a missing property counts as one, or it would be reported twice
            continue
        has_series = has_series or bool(used.is_time_series)
        if is_attribute(used) and used.default_value is None:
            used_name = source.property_name
            message = f'SiteWise has no value for "{used_name}": assets take the default of the type'
            yield invalid_expression.finding(expression_place, message, f'give "{used_name}" a defaultValue')
        yield from _different_window(definition, type_id, name, used, variable)
        if used.window is not None and variable in formula.statetime:
            message = f"statetime cannot read {quote_value(variable)}, which is a metric"
            yield invalid_expression.finding(
                expression_place, message, "use the properties that the metric is computed from"
            )
    if declared.window is None and not has_series:
        message = f'"{name}" uses no time series, so SiteWise would never compute it'
        yield invalid_expression.finding(expression_place, message, "use one")


def _invalid_child(
    definition: UncheckedDefinition,
    types: Mapping[str, ResolvedType],
    type_id: str,
    name: str,
    variable: str,
) -> Iterator[Finding]:
    """Report a variable for a type or property that child entities do not have."""
    source = types[type_id].properties[name].declared_variables[variable]
    child_id = str(source.component_type_id)
    child = types.get(child_id)
    if child is None:
        place = property_place(definition, type_id, name, "variables", variable, "componentTypeId")
        message = f"component type {quote_value(child_id)} has no managed assets"
        yield invalid_expression.finding(place, message, did_you_mean(child_id, types))
    elif source.property_name not in child.properties:
        place = property_place(definition, type_id, name, "variables", variable, "propertyName")
        message = f'component type "{child_id}" has no property {quote_value(source.property_name)}'
        yield unknown_property.finding(place, message, did_you_mean(source.property_name, child.properties))
    else:
        used = child.properties[source.property_name]
        yield from _different_window(definition, type_id, name, used, variable)


def _different_window(
    definition: UncheckedDefinition, type_id: str, name: str, used: PropertyDefinition, variable: str
) -> Iterator[Finding]:
    """Report a metric that uses a metric with another window (IoT SiteWise user guide, metrics)."""
    own = definition.resolved_types[type_id].properties[name].window
    if own is not None and used.window not in (None, own):
        place = property_place(definition, type_id, name, "expression")
        message = f'"{name}" is computed over {own}, {quote_value(variable)} over {used.window}'
        yield invalid_expression.finding(place, message, "give both the same window")

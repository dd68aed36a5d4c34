"""Rules of CSV files, templates and layouts: violated while entities and nodes are generated."""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

INVALID_CSV = Rule(
    "TWIN030",
    "invalid-csv",
    """A CSV file cannot be read as a table: a row has more or fewer fields than the header, a quote is not
    closed, or a column has no name or the name of another.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv, as: row}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
        entities/machines.csv:
            id,name
            m-1,Machine 1
            m-2,Machine 2,spare

    Finding:
        entities/machines.csv:3:1 TWIN030 row has 3 fields, the header has 2; check commas and quotes

    Fix:
        Correct the row. Cells that hold commas or quotes are written in double quotes.

    Good:
        entities/machines.csv:
            id,name
            m-1,Machine 1
            m-2,Machine 2
    """,
)
UNKNOWN_VARIABLE = Rule(
    "TWIN031",
    "unknown-variable",
    """A `${...}` in a template of `forEach` or of a layout is not a known variable, or is not closed.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv, as: row}
            entity: {entityId: '${row.id}', entityName: '${row.nam}'}
        entities/machines.csv:
            id,name
            m-1,Machine 1

    Finding:
        entities/e.yaml:2:45 TWIN031 "${row.nam}" is not a column; did you mean "row.name"?

    Fix:
        Correct the name, or add the column.

    Good:
        entities/e.yaml:
            forEach: {csv: machines.csv, as: row}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
    """,
)
INVALID_LAYOUT = Rule(
    "TWIN060",
    "invalid-layout",
    """A layout of a scene cannot be applied: it has no arrangement or two, entities and rows of its CSV do
    not match, it is in a document with numbered nodes, or it makes more nodes than a scene holds.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {model: A}
        scenes/hall.yaml:
            nodes:
              - layout:
                  parentEntityId: $ROOT
                  templates: {com.example.Sensor: {}}

    Finding:
        scenes/hall.yaml:3:7 TWIN060 the nodes have no arrangement; give one of grid, line, circle and
        csv

    Fix:
        Give exactly one of `grid`, `line`, `circle` and `csv`; see "Layouts" in
        [definition.md](definition.md).

    Good:
        scenes/hall.yaml:
            nodes:
              - layout:
                  parentEntityId: $ROOT
                  grid: {spacing: 2}
                  templates: {com.example.Sensor: {}}
    """,
    remedy="give one of grid, line, circle and csv",
)
EMPTY_LAYOUT = Rule(
    "TWIN061",
    "empty-layout",
    """A layout finds no entity: none directly below its parent has a component of one of its templates'
    types.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {model: A}
        scenes/hall.yaml:
            nodes:
              - layout:
                  parentEntityId: machine-1
                  grid: {spacing: 2}
                  templates: {com.example.Sensor: {}}

    Finding:
        scenes/hall.yaml:3:7 TWIN061 warning: no entity below parentEntityId has a component of these
        types; correct parentEntityId or templates

    Fix:
        Name the parent whose children are to be laid out, or add a template for their type.

    Good:
        scenes/hall.yaml:
            nodes:
              - layout:
                  parentEntityId: $ROOT
                  grid: {spacing: 2}
                  templates: {com.example.Sensor: {}}
    """,
    severity=Severity.WARNING,
)

"""Rules of registers: CSV files as spreadsheets and other systems export them."""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

CSV_SEPARATOR = Rule(
    "TWIN190",
    "csv-separator",
    """The columns of a CSV file are separated by another character than the definition or the file says.
    Excel writes the list separator of the system's region, which is a semicolon where numbers have a decimal
    comma.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
        entities/machines.csv:
            id;name
            m-1;Machine 1

    Finding:
        entities/machines.csv:1:1 TWIN190 columns are separated by ";", not ","; add separator: ";"

    Fix:
        Add `separator` to the `forEach` or `layout` that names the file: `";"`, `"\\t"` (a tab) or `"|"`. A
        first line `sep=;`, which Excel understands too, does the same.

    Good:
        entities/e.yaml:
            forEach: {csv: machines.csv, separator: ";"}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
    """,
)
SPREADSHEET_ARTEFACT = Rule(
    "TWIN191",
    "spreadsheet-artefact",
    """A cell does not hold what was entered, but what a spreadsheet made of it: an error value (`#N/A`), a
    formula that keeps text (`="007"`), the apostrophe before a text (`'007`), a long number in scientific
    notation (`1.23E+11`), a date made of a code (`1-Mar` for `MAR-1`), a space that is none (U+00A0), or text
    in the wrong encoding (`BÃ¼ro`). The cells of a column are one finding, at the first of them. It is a
    warning where the service takes the text all the same.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv}
            entity: {entityId: '${row.id}', entityName: '${row.name}'}
        entities/machines.csv:
            id,name
            m-1,#N/A
            m-2,#REF!

    Finding:
        entities/machines.csv:2:5 TWIN191 "#N/A" is an error value of a spreadsheet, as is 1 more cell of
        column "name" (line 3); correct its formula there, or clear the cell

    Fix:
        Correct the cells in the spreadsheet. Columns of ids and codes keep their text if they have the format
        "Text" before anything is entered.

    Good:
        entities/machines.csv:
            id,name
            m-1,Machine 1
            m-2,Machine 2
    """,
)
NO_MATCHING_ROW = Rule(
    "TWIN192",
    "no-matching-row",
    """A `where` of `forEach` or `forRows` asks for a text that no row has in that column.

    Bad:
        entities/e.yaml:
            forEach: {csv: machines.csv, where: {status: activ}}
            entity: {entityId: '${row.id}', entityName: '${row.id}'}
        entities/machines.csv:
            id,status
            m-1,active
            m-2,removed

    Finding:
        entities/e.yaml:1:46 TWIN192 warning: no row has "activ" in column "status"; did you mean
        "active"?

    Fix:
        Correct the text. Letters of both cases differ, white space around a cell does not count.

    Good:
        entities/e.yaml:
            forEach: {csv: machines.csv, where: {status: active}}
            entity: {entityId: '${row.id}', entityName: '${row.id}'}
    """,
    severity=Severity.WARNING,
)
ROWS_DISAGREE = Rule(
    "TWIN193",
    "rows-disagree",
    """Rows that `groupBy` gathers into one entity have different texts in a column that the entity has once,
    or a row has no text in the column that rows are grouped by. An empty cell takes the text of the other
    rows.

    Bad:
        component_types/t.yaml:
            com.example.Ahu:
              propertyDefinitions: {supply: DOUBLE, return: DOUBLE}
        entities/e.yaml:
            forEach: {csv: points.csv, groupBy: ahu}
            entity:
              entityId: ${row.ahu}
              entityName: ${row.name}
              components:
                points:
                  componentTypeId: com.example.Ahu
                  properties: {forRows: {"${row.point}": "${row.limit}"}}
        entities/points.csv:
            ahu,name,point,limit
            ahu-1,AHU 1,supply,18
            ahu-1,AHU 2,return,22

    Finding:
        entities/points.csv:3:7 TWIN193 column "name" is "AHU 2", and "AHU 1" in line 2 of the same group;
        write the same in each row of the group, or use the column in forRows

    Fix:
        Correct the cell, or use the column inside of `forRows`, which is repeated for each row.

    Good:
        entities/points.csv:
            ahu,name,point,limit
            ahu-1,AHU 1,supply,18
            ahu-1,,return,22
    """,
)

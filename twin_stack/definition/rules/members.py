"""Rules of members: violated where the content of a file does not have the shape of the schema."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

UNKNOWN_KEY = Rule(
    "TWIN003",
    "unknown-key",
    """A key is not one of the service's members, nor one of the few that this project adds.

    Bad:
        entities/e.yaml:
            machine-1:
              entityNam: Machine 1
              entityName: Machine 1

    Finding:
        entities/e.yaml:2:3 TWIN003 "entityNam" is not a known key; did you mean "entityName"?

    Fix:
        Correct the spelling, or remove the key. Every key is listed in [definition.md](definition.md).

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    remedy="remove it",
    is_essential=True,
)
WRONG_TYPE = Rule(
    "TWIN004",
    "wrong-type",
    """A value has another type than its key takes: a number for text, text for true or false, a list for a
    mapping.

    Bad:
        entities/e.yaml:
            machine-1:
              entityName: 17

    Finding:
        entities/e.yaml:2:15 TWIN004 "entityName" is 17; write text; quote it

    Fix:
        Write the type asked for. Quotes make text of any value. `yes` and `no` are text; `true` and
        `false` are not.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: "17"
    """,
    remedy="change it to what is expected",
    is_essential=True,
)
VALUE_NOT_ALLOWED = Rule(
    "TWIN005",
    "value-not-allowed",
    """A value is not one of those allowed, is too long or too short, or has characters that are not allowed.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: FLOAT}

    Finding:
        component_types/t.yaml:2:32 TWIN005 "type" is "FLOAT", which is not allowed; use one of: BOOLEAN,
        DOUBLE, INTEGER, LIST, LONG, MAP, RELATIONSHIP, STRING

    Fix:
        Choose one of the values named, or shorten it. Free text is one line: in YAML, `>-` folds several
        lines into one.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: STRING}
    """,
    remedy="change it to what is allowed",
    is_essential=True,
)
MISSING_KEY = Rule(
    "TWIN006",
    "missing-key",
    """A required member is missing.

    Bad:
        entities/e.yaml:
            machine-1:
              description: A machine

    Finding:
        entities/e.yaml:1:1 TWIN006 "entityName" is missing; add it

    Fix:
        Add it.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              description: A machine
    """,
    remedy="add it",
    is_essential=True,
)
DUPLICATE_ID = Rule(
    "TWIN010",
    "duplicate-id",
    """Two component types, entities or scenes have the same id. Both places are named.

    Bad:
        entities/a.yaml:
            machine-1:
              entityName: Machine 1
        entities/b.yaml:
            machine-1:
              entityName: Machine 1

    Finding:
        entities/b.yaml:1:1 TWIN010 entity "machine-1" is declared twice, first at
        MODEL/entities/a.yaml:1:1; rename or remove one of them

    Fix:
        Rename or remove one. To the service, a renamed entity is a new one: the old one is deleted.
        `renames` of `twin.yaml` keeps its history, see [Renames](definition.md#renames).

    Good:
        entities/b.yaml:
            machine-2:
              entityName: Machine 2
    """,
    is_essential=True,
)
INVALID_ID = Rule(
    "TWIN011",
    "invalid-id",
    """An id or ARN does not match the service's pattern. The whole id has to match: CloudFormation's own
    check looks for a match anywhere in the id and accepts more, which the service may refuse later.

    Bad:
        entities/e.yaml:
            machine 1:
              entityName: Machine 1

    Finding:
        entities/e.yaml:1:1 TWIN011 entity id "machine 1" is not allowed, it has " " (U+0020 SPACE): 2 to
        128 characters, letters a-z without accents, digits, "-" and "_", "." and ":", beginning and ending
        with a letter or digit; rename it

    Fix:
        Rename it with the characters named. Ids that begin with `com.amazon.` belong to AWS's own
        component types.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    remedy="rename it",
    is_essential=True,
)
INVALID_NAME = Rule(
    "TWIN012",
    "invalid-name",
    """A name does not match the service's pattern. Names of entities follow CloudFormation's pattern, which
    is stricter than the API's.

    Bad:
        entities/e.yaml:
            machine-1:
              entityName: Machine (1)

    Finding:
        entities/e.yaml:2:15 TWIN012 entity name "Machine (1)" is not allowed, it has "(" (U+0028 LEFT
        PARENTHESIS), ")" (U+0029 RIGHT PARENTHESIS): 2 to 256 characters, letters a-z without accents,
        digits, "-" and "_", "." and spaces, ending with a letter or digit; rename it

    Fix:
        Rename it with the characters named; put what does not fit into `description`.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
    """,
    remedy="rename it",
    is_essential=True,
)

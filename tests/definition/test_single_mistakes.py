"""One mistake is one finding: what follows from it is not reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path

TYPES = "com.e.S: {propertyDefinitions: {m: STRING, k: {dataType: STRING, isRequiredInEntity: true}}}\n"
HALL = "h-1: {entityName: H1}\n"
MACHINE = (
    "m-1: {entityName: M1, parentEntityId: h-1, components: "
    "{c: {componentTypeId: com.e.S, properties: {m: a, k: b}}}}\n"
)
ROWS = 'forEach: {csv: rows.csv}\nentity: {entityId: "h-${row.n}", entityName: "H ${row.n}"}\n'
READ = "component_types/t.yaml"
WRITTEN = "entities/e.yaml"
MODEL: dict[str, str | bytes] = {READ: TYPES, WRITTEN: HALL, "entities/m.yaml": MACHINE}
MISTAKES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "file of types that is cut": ({READ: f"{TYPES}x: [\n"}, f"{READ}:3:1 TWIN002"),
    "file of types in another encoding": ({READ: TYPES.encode("utf-16")}, f"{READ}:1:1 TWIN001"),
    "property of no known type": ({READ: TYPES.replace("m: STRING", "m: TEXT")}, f"{READ}:1:36 TWIN005"),
    "type that is text": ({READ: "com.e.S: hello\n"}, f"{READ}:1:1 TWIN004"),
    "type with an unknown key": ({READ: TYPES.replace("{prop", "{x: 1, prop", 1)}, f"{READ}:1:11 TWIN003"),
    "type declared twice": ({"component_types/u.yaml": TYPES}, "component_types/u.yaml:1:1 TWIN010"),
    "types that extend each other": (
        {
            READ: "com.e.S: {extendsFrom: [com.e.T], propertyDefinitions: {m: STRING}}\n"
            "com.e.T: {extendsFrom: [com.e.S], propertyDefinitions: {k: STRING}}\n"
        },
        f"{READ}:1:24 TWIN018",
    ),
    "type that extends itself": ({READ: "com.e.S: {extendsFrom: [com.e.S]}\n"}, f"{READ}:1:24 TWIN018"),
    "types inside of each other": (
        {
            READ: TYPES + "com.e.A: {compositeComponentTypes: {b: {componentTypeId: com.e.B}}}\n"
            "com.e.B: {compositeComponentTypes: {c: {componentTypeId: com.e.C}}}\n"
            "com.e.C: {extendsFrom: [com.e.A]}\n"
        },
        f"{READ}:2:1 TWIN018",
    ),
    "type that extends an unknown one": ({READ: "com.e.S: {extendsFrom: [com.e.X]}\n"}, f"{READ}:1:25 TWIN014"),
    "lone type with its id misspelt": (
        {"component_types/u.json": '{"componentTypeID": "com.e.U", "propertyDefinitions": {"m": "STRING"}}'},
        "component_types/u.json:1:2 TWIN003",
    ),
    "type in AWS's namespace": (
        {"component_types/u.yaml": "com.amazon.kvs.video: {}\n"},
        "component_types/u.yaml:1:1 TWIN011",
    ),
    "inherited property that no parent has": (
        {READ: TYPES.replace("m: STRING", "m: {dataType: STRING, isInherited: true}")},
        f"{READ}:1:36 TWIN019",
    ),
    "function that requires a property of no type": (
        {READ: TYPES.replace("{prop", "{functions: {f: {requiredProperties: [x]}}, prop", 1)},
        f"{READ}:1:48 TWIN019",
    ),
    "property group of an entity with an unknown property": (
        {WRITTEN: HALL + "m-2: {entityName: M2, components: {c: {componentTypeId: com.e.S, properties: {k: b}, "
         "propertyGroups: {g: {groupType: TABULAR, propertyNames: [m, x]}}}}}\n"},
        f"{WRITTEN}:2:146 TWIN019",
    ),
    "required property of an entity without a value": (
        {
            WRITTEN: HALL + "m-2: {entityName: M2, components: {c: {componentTypeId: com.e.S, properties: "
            "{k: b, own: {definition: {dataType: STRING, isRequiredInEntity: true}}}}}}\n"
        },
        f"{WRITTEN}:2:39 TWIN020",
    ),
    "required property of an entity with a wrong value": (
        {
            WRITTEN: HALL + "m-2: {entityName: M2, components: {c: {componentTypeId: com.e.S, properties: "
            "{k: b, own: {value: 5, definition: {dataType: STRING, isRequiredInEntity: true}}}}}}\n"
        },
        f"{WRITTEN}:2:90 TWIN021",
    ),
    "member of a list that is not allowed": (
        {
            READ: TYPES.replace("m: STRING", "l: {dataType: {type: LIST, nestedType: {type: STRING, "
            "allowedValues: [a, b]}}, defaultValue: [a, c]}, m: STRING")
        },
        f"{READ}:1:130 TWIN022",
    ),
    "allowed list with a member that is not allowed": (
        {
            READ: TYPES.replace("m: STRING", "l: {dataType: {type: LIST, allowedValues: [[a], [a, c]], "
            "nestedType: {type: STRING, allowedValues: [a, b]}}}, m: STRING")
        },
        f"{READ}:1:85 TWIN022",
    ),
    "default value of the wrong type": (
        {READ: TYPES.replace("m: STRING", "m: {dataType: STRING, defaultValue: 5}")},
        f"{READ}:1:69 TWIN021",
    ),
    "default value that is not allowed": (
        {READ: TYPES.replace("m: STRING", "m: {dataType: {type: STRING, allowedValues: [a]}, defaultValue: c}")},
        f"{READ}:1:97 TWIN022",
    ),
    "relationship to an unknown type": (
        {READ: TYPES + "com.e.R: {propertyDefinitions: {r: {dataType: {type: RELATIONSHIP, relationship: "
         "{targetComponentTypeId: com.e.Q}}}}}\n"},
        f"{READ}:2:106 TWIN014",
    ),
    "children of a type": ({READ: TYPES + "com.e.P: {children: {}}\n"}, f"{READ}:2:11 TWIN003"),
    "parent with a bad name": ({WRITTEN: "h-1: {entityName: H(1)}\n"}, f"{WRITTEN}:1:19 TWIN012"),
    "parent that is text": ({WRITTEN: "h-1: Hall\n"}, f"{WRITTEN}:1:1 TWIN004"),
    "parent with a bad id": (
        {WRITTEN: HALL + "H 2: {entityName: H2, children: {m-2: {entityName: M2}}}\n"},
        f"{WRITTEN}:2:1 TWIN011",
    ),
    "id that ends in a line break": ({WRITTEN: HALL + '"h-2\\n": {entityName: H2}\n'}, f"{WRITTEN}:2:1 TWIN011"),
    "name that is misspelt": ({WRITTEN: "h-1: {entityNam: H1}\n"}, f"{WRITTEN}:1:7 TWIN003"),
    "name under another word": ({WRITTEN: "h-1: {name: H1}\n"}, f"{WRITTEN}:1:7 TWIN003"),
    "entity that is its own parent": (
        {WRITTEN: "h-1: {entityName: H1, parentEntityId: h-1}\n"},
        f"{WRITTEN}:1:39 TWIN017",
    ),
    "parents in a circle": (
        {
            WRITTEN: "h-1: {entityName: H1, parentEntityId: h-2}\nh-2: {entityName: H2, parentEntityId: h-3}\n"
            "h-3: {entityName: H3, parentEntityId: h-1}\n"
        },
        f"{WRITTEN}:1:39 TWIN017",
    ),
    "component without a type": (
        {"entities/m.yaml": MACHINE.replace("componentTypeId: com.e.S, ", "")},
        "entities/m.yaml:1:60 TWIN006",
    ),
    "component's type key misspelt": (
        {"entities/m.yaml": MACHINE.replace("componentTypeId", "componentType")},
        "entities/m.yaml:1:61 TWIN003",
    ),
    "properties that are a list": (
        {"entities/m.yaml": MACHINE.replace("{m: a, k: b}", "[1]")},
        "entities/m.yaml:1:99 TWIN004",
    ),
    "required value of the wrong type": (
        {"entities/m.yaml": MACHINE.replace("k: b", "k: 5")},
        "entities/m.yaml:1:109 TWIN021",
    ),
    "required value left empty": (
        {"entities/m.yaml": MACHINE.replace("k: b", "k: ")},
        "entities/m.yaml:1:109 TWIN021",
    ),
    "required property in a bad form": (
        {"entities/m.yaml": MACHINE.replace("k: b", "k: {value: b, definition: 5}")},
        "entities/m.yaml:1:132 TWIN004",
    ),
    "part of a component path that is not there": (
        {
            READ: TYPES + "com.e.P: {compositeComponentTypes: {motor: {componentTypeId: com.e.S}}}\n",
            "entities/x.yaml": "x-1: {entityName: X1, components: {p: {componentTypeId: com.e.P}}, "
            "compositeComponents: {p/motr: {properties: {m: a}}}}\n",
        },
        "entities/x.yaml:1:98 TWIN026",
    ),
    "relationship inside of a part": (
        {
            READ: TYPES + "com.e.P: {compositeComponentTypes: {motor: {componentTypeId: com.e.R}}}\n"
            "com.e.R: {propertyDefinitions: {r: {dataType: RELATIONSHIP}}}\n",
            "entities/x.yaml": "x-1: {entityName: X1, components: {p: {componentTypeId: com.e.P}}, "
            "compositeComponents: {p/motor: {properties: {r: y-1}}}}\n",
        },
        "entities/x.yaml:1:116 TWIN026",
    ),
    "name in another spelling": ({WRITTEN: "h-1: {entity_name: H1}\n"}, f"{WRITTEN}:1:7 TWIN003"),
    "component path into nothing": (
        {"entities/x.yaml": "x-1: {entityName: X1, compositeComponents: {c/d: {properties: {m: a}}}}\n"},
        "entities/x.yaml:1:50 TWIN026",
    ),
    "parents from a CSV that is not there": ({WRITTEN: ROWS}, f"{WRITTEN}:1:16 TWIN009"),
    "parents from a CSV with a bad row": (
        {WRITTEN: ROWS, "entities/rows.csv": "n,x\n1\n2,3\n"},
        "entities/rows.csv:2:1 TWIN030",
    ),
    "parents from a CSV with an open quote": (
        {WRITTEN: ROWS, "entities/rows.csv": 'n\n2\n"1\n'},
        "entities/rows.csv:3:1 TWIN030",
    ),
    "parents from a CSV with another column": (
        {WRITTEN: ROWS.replace("H ${row.n}", "H ${row.m}"), "entities/rows.csv": "n\n1\n"},
        f"{WRITTEN}:2:46 TWIN031",
    ),
    "variable without a column": (
        {WRITTEN: ROWS.replace("H ${row.n}", "H ${n}"), "entities/rows.csv": "n\n1\n"},
        f"{WRITTEN}:2:46 TWIN031",
    ),
    "variable that is not closed": (
        {WRITTEN: ROWS.replace("H ${row.n}", "H ${row.n"), "entities/rows.csv": "n\n1\n"},
        f"{WRITTEN}:2:46 TWIN031",
    ),
    "mistake in the template of many rows": (
        {WRITTEN: ROWS.replace("entityId", "x: 1, entityId"), "entities/rows.csv": "n\n1\n2\n3\n"},
        f"{WRITTEN}:2:10 TWIN003",
    ),
    "keys that fall together": (
        {
            WRITTEN: ROWS.replace("H ${row.n}\"}", "H ${row.n}\", tags: {\"${row.n}\": a, \"1\": b}}"),
            "entities/rows.csv": "n\n1\n",
        },
        f"{WRITTEN}:2:82 TWIN008",
    ),
    "connectors of a file that is cut": (
        {"twin.yaml": "workspaceId: [\n", READ: TYPES + "com.e.F: {functions: {dataReader: telemetry}}\n"},
        "twin.yaml:2:1 TWIN002",
    ),
    "connector of an unknown kind": (
        {
            "twin.yaml": "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamo}}\n",
            READ: TYPES + "com.e.F: {functions: {dataReader: telemetry}}\n",
        },
        "twin.yaml:2:32 TWIN005",
    ),
    "workspace id misspelt": ({"twin.yaml": "workspaceID: my-twin\n"}, "twin.yaml:1:1 TWIN003"),
    "second twin file": ({"twin.json": '{"workspaceId": "my-twin"}'}, "twin.json:1:1 TWIN013"),
    "description of several lines": (
        {WRITTEN: "h-1:\n  entityName: H1\n  description: |\n    a\n    b\n"},
        f"{WRITTEN}:3:16 TWIN005",
    ),
}  # fmt: skip


def test_model_is_right_without_the_mistakes(tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, MODEL)) == []


def test_mistake_is_reported_alone(tmp_path: Path) -> None:
    findings = {
        name: finding_lines(write(tmp_path / str(number), {**MODEL, **files}))
        for number, (name, (files, _)) in enumerate(MISTAKES.items())
    }
    assert {
        name: lines
        for name, lines in findings.items()
        if len(lines) != 1 or not lines[0].startswith(MISTAKES[name][1])
    } == {}

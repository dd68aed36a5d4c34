"""One small definition for each code: what is written, and the finding it gives, word for word.

The documentation of the codes shows these findings, and a test holds both together.
"""

from __future__ import annotations

from typing import NamedTuple

TWIN = "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"
TYPE = "com.example.Sensor:\n  propertyDefinitions: {model: STRING}\n"
ENTITY = "machine-1:\n  entityName: Machine 1\n"


SERIES = "{temperature: {dataType: DOUBLE, isTimeSeries: true}}"
READ = "functions: {dataReader: telemetry}"
READ_SENSOR = f"com.example.Sensor: {{propertyDefinitions: {SERIES}, {READ}}}\n"
INGEST = f"{TWIN}ingest:\n  temps: {{componentTypeId: com.example.Sensor"
ALARM_TYPE = f"com.example.Alarm: {{extendsFrom: [com.amazon.iottwinmaker.alarm.basic], {READ}}}\n"


class Case(NamedTuple):
    """Files of a model beside the usual ones, and the finding."""

    files: dict[str, str | bytes]
    finding: str


def sensor(properties: str, of_type: str = "{model: STRING}") -> dict[str, str | bytes]:
    """A machine with one sensor, and the type of that sensor."""
    return {
        "component_types/t.yaml": f"com.example.Sensor:\n  propertyDefinitions: {of_type}\n",
        "entities/e.yaml": (
            "machine-1:\n  entityName: Machine 1\n  components:\n    sensor:\n"
            f"      componentTypeId: com.example.Sensor\n      properties: {properties}\n"
        ),
    }


def managed(*properties: str, components: tuple[str, ...] = ("motor",)) -> dict[str, str | bytes]:
    """A machine with motors whose assets the twin makes."""
    return {
        "twin.yaml": "workspaceId: my-twin\nconnectors: {plant: {kind: sitewise, assets: managed}}\n",
        "component_types/t.yaml": "com.example.Motor:\n  propertyDefinitions:\n"
        + "".join(f"    {one}\n" for one in properties)
        + "  functions: {dataReader: plant}\n",
        "entities/e.yaml": "machine-1:\n  entityName: Machine 1\n  components:\n"
        + "".join(f"    {name}: {{componentTypeId: com.example.Motor}}\n" for name in components),
    }


def scene(text: str) -> dict[str, str | bytes]:
    """A scene of one node."""
    return {"scenes/hall.yaml": text, "entities/e.yaml": ENTITY}


CASES: dict[str, Case] = {
    "TWIN001": Case(
        {"entities/e.yaml": b"machine-1: {entityName: Caf\xe9}\n"},
        "entities/e.yaml:1:28 TWIN001 is not UTF-8 (byte 0xe9); save the file as UTF-8",
    ),
    "TWIN002": Case(
        {"entities/e.yaml": "machine-1: entityName: Machine 1\n"},
        "entities/e.yaml:1:22 TWIN002 is not valid YAML: mapping values are not allowed in this context; "
        "check indentation, quotes and brackets here",
    ),
    "TWIN003": Case(
        {"entities/e.yaml": "machine-1:\n  entityNam: Machine 1\n  entityName: Machine 1\n"},
        'entities/e.yaml:2:3 TWIN003 "entityNam" is not a known key; did you mean "entityName"?',
    ),
    "TWIN004": Case(
        {"entities/e.yaml": "machine-1:\n  entityName: 17\n"},
        'entities/e.yaml:2:15 TWIN004 "entityName" is 17; write text; quote it',
    ),
    "TWIN005": Case(
        {"component_types/t.yaml": "com.example.Sensor:\n  propertyDefinitions: {model: FLOAT}\n"},
        'component_types/t.yaml:2:32 TWIN005 "type" is "FLOAT", which is not allowed; use one of: BOOLEAN, '
        "DOUBLE, INTEGER, LIST, LONG, MAP, RELATIONSHIP, STRING",
    ),
    "TWIN006": Case(
        {"entities/e.yaml": "machine-1:\n  description: A machine\n"},
        'entities/e.yaml:1:1 TWIN006 "entityName" is missing; add it',
    ),
    "TWIN007": Case(
        {"entities/e.yaml": "machine-1: !!python/name:os.system\n"},
        'entities/e.yaml:1:12 TWIN007 holds the tag "tag:yaml.org,2002:python/name:os.system"; remove it; quote '
        "a value to make it text",
    ),
    "TWIN008": Case(
        {"entities/e.yaml": "machine-1:\n  entityName: Machine 1\n  entityName: Machine 2\n"},
        'entities/e.yaml:3:3 TWIN008 key "entityName" stands twice, first in line 2, column 3; keep one of them',
    ),
    "TWIN009": Case(
        {"entities/e.yaml": "forEach: {csv: machines.csv, as: row}\nentity: {entityName: '${row.name}'}\n"},
        'entities/e.yaml:1:16 TWIN009 CSV file "machines.csv" does not exist; create it, or correct its name',
    ),
    "TWIN010": Case(
        {"entities/a.yaml": ENTITY, "entities/b.yaml": ENTITY},
        'entities/b.yaml:1:1 TWIN010 entity "machine-1" is declared twice, first at MODEL/entities/a.yaml:1:1; '
        "rename or remove one of them",
    ),
    "TWIN011": Case(
        {"entities/e.yaml": "machine 1:\n  entityName: Machine 1\n"},
        'entities/e.yaml:1:1 TWIN011 entity id "machine 1" is not allowed: 2 to 128 characters, letters, '
        'digits, "-" and "_", "." and ":", beginning and ending with a letter or digit; rename it',
    ),
    "TWIN012": Case(
        {"entities/e.yaml": "machine-1:\n  entityName: Machine (1)\n"},
        'entities/e.yaml:2:15 TWIN012 entity name "Machine (1)" is not allowed: 2 to 256 characters, letters, '
        'digits, "-" and "_", "." and spaces, ending with a letter or digit; rename it',
    ),
    "TWIN013": Case(
        {"entitys/e.yaml": ENTITY},
        'entitys:1:1 TWIN013 folder "entitys" is not part of a definition; did you mean "entities"?',
    ),
    "TWIN014": Case(
        {**sensor("{}"), "component_types/t.yaml": "com.example.Sensors: {}\n"},
        'entities/e.yaml:5:24 TWIN014 component type "com.example.Sensor" is not defined; did you mean '
        '"com.example.Sensors"?',
    ),
    "TWIN015": Case(
        {
            "entities/e.yaml": "hall-1:\n  entityName: Hall 1\nmachine-1:\n  entityName: M 1\n  parentEntityId: hall1\n"
        },
        'entities/e.yaml:5:19 TWIN015 parent entity "hall1" is not defined; did you mean "hall-1"?',
    ),
    "TWIN016": Case(
        {
            "component_types/t.yaml": "com.example.Sensor:\n  functions: {dataReader: {connector: telemetri}}\n"
        },
        'component_types/t.yaml:2:39 TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean '
        '"telemetry"?',
    ),
    "TWIN017": Case(
        {
            "entities/e.yaml": "hall-1: {entityName: Hall 1, parentEntityId: hall-2}\n"
            "hall-2: {entityName: Hall 2, parentEntityId: hall-1}\n"
        },
        "entities/e.yaml:1:46 TWIN017 entities are their own ancestors: hall-1 -> hall-2 -> hall-1; give one of "
        "them another parent",
    ),
    "TWIN018": Case(
        {"component_types/t.yaml": "com.A: {extendsFrom: [com.B]}\ncom.B: {extendsFrom: [com.A]}\n"},
        "component_types/t.yaml:1:22 TWIN018 component types need each other: com.A -> com.B -> com.A; remove "
        "one of these parents or parts",
    ),
    "TWIN019": Case(
        sensor("{modell: TMP-117}"),
        'entities/e.yaml:6:28 TWIN019 component type "com.example.Sensor" has no property "modell"; did you '
        'mean "model"?',
    ),
    "TWIN020": Case(
        sensor("{}", "{model: {dataType: STRING, isRequiredInEntity: true}}"),
        'entities/e.yaml:5:7 TWIN020 component "sensor" of "machine-1" lacks the required property "model"; add '
        "properties.model",
    ),
    "TWIN021": Case(
        sensor("{model: 117}"),
        "entities/e.yaml:6:27 TWIN021 value 117 is a number, its type is STRING; quote it",
    ),
    "TWIN022": Case(
        sensor("{mode: AUTOMATIC}", "{mode: {dataType: {type: STRING, allowedValues: [AUTO, MANUAL]}}}"),
        'entities/e.yaml:6:26 TWIN022 property "mode" is "AUTOMATIC", which is not an allowed value; did you '
        'mean "AUTO"?',
    ),
    "TWIN023": Case(
        sensor("{}", "{temperature: {dataType: DOUBLE, isTimeSeries: true}}"),
        'entities/e.yaml:5:24 TWIN023 component type "com.example.Sensor" is abstract: no function reads '
        "temperature; give the type a dataReader with a connector",
    ),
    "TWIN024": Case(
        {"entities/e.yaml": "".join(f"m-{number}: {{entityName: Machine}}\n" for number in range(1, 402))},
        "entities/e.yaml:401:1 TWIN024 401 entities are more than the 400 of the cloudformation engine; move a "
        "part of them to a second workspace",
    ),
    "TWIN025": Case(
        {"entities/e.yaml": "".join(f"m-{number}: {{entityName: Machine}}\n" for number in range(1, 301))},
        "entities/e.yaml:300:1 TWIN025 warning: 300 entities come near the 400 of the cloudformation engine; "
        "plan a second workspace",
    ),
    "TWIN026": Case(
        sensor("{near: machine-2}", "{near: RELATIONSHIP}"),
        'entities/e.yaml:6:26 TWIN026 relationship target "machine-2" is not an entity of this definition; did '
        'you mean "machine-1"?',
    ),
    "TWIN027": Case(
        {
            "component_types/t.yaml": "com.example.Plate: {isSingleton: true}\n",
            "entities/e.yaml": "machine-1:\n  entityName: Machine 1\n  components:\n"
            "    a: {componentTypeId: com.example.Plate}\n    b: {componentTypeId: com.example.Plate}\n",
        },
        'entities/e.yaml:5:8 TWIN027 components "a" and "b" are both of a singleton type; remove one of them',
    ),
    "TWIN028": Case(
        {
            **sensor("{temperature: 20}"),
            "component_types/t.yaml": "com.example.Sensor:\n"
            "  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}\n"
            "  functions: {dataReader: {connector: telemetry}}\n",
        },
        'entities/e.yaml:6:33 TWIN028 property "temperature" is stored externally, its value comes from a '
        "connector; remove the value",
    ),
    "TWIN029": Case(
        {"component_types/t.yaml": "com.example.Sensor: {componentTypeName: Sensor}\n"},
        'component_types/t.yaml:1:41 TWIN029 warning: "componentTypeName" is not deployed, CloudFormation has '
        "no member for it; remove it",
    ),
    "TWIN030": Case(
        {
            "entities/e.yaml": "forEach: {csv: machines.csv, as: row}\n"
            "entity: {entityId: '${row.id}', entityName: '${row.name}'}\n",
            "entities/machines.csv": "id,name\nm-1,Machine 1\nm-2,Machine 2,spare\n",
        },
        "entities/machines.csv:3:1 TWIN030 row has 3 fields, the header has 2; check commas and quotes",
    ),
    "TWIN031": Case(
        {
            "entities/e.yaml": "forEach: {csv: machines.csv, as: row}\n"
            "entity: {entityId: '${row.id}', entityName: '${row.nam}'}\n",
            "entities/machines.csv": "id,name\nm-1,Machine 1\n",
        },
        'entities/e.yaml:2:45 TWIN031 "${row.nam}" is not a column; did you mean "row.name"?',
    ),
    "TWIN040": Case(
        scene("nodes:\n  - name: A\n    components: [{type: Hologram}]\n"),
        'scenes/hall.yaml:3:18 TWIN040 component type "Hologram" is not known; use one of: Animation, Camera, '
        "DataOverlay, EntityBinding, Light, ModelRef, ModelShader, MotionIndicator, PlaneGeometry, SubModelRef, "
        "Tag",
    ),
    "TWIN041": Case(
        scene(
            "rules: {heat: {statements: []}}\nnodes:\n  - components: [{type: Tag, ruleBasedMapId: haet}]\n"
        ),
        'scenes/hall.yaml:3:46 TWIN041 rule "haet" is not defined in this scene; did you mean "heat"?',
    ),
    "TWIN042": Case(
        {
            "scenes/hall.json": '{"specVersion": "1.0", "nodes": [\n{"name": "A", "transform": {}, "children": [1]}'
            '\n], "rootNodeIndexes": [0]}'
        },
        "scenes/hall.json:2:45 TWIN042 node index 1 is not one of the 1 nodes; write an index of a node",
    ),
    "TWIN043": Case(
        scene("nodes:\n  - components: [{type: ModelRef, modelType: GLB, uri: hall.glb}]\n"),
        'scenes/hall.yaml:2:56 TWIN043 file "hall.glb" is not in the folder assets; none is defined',
    ),
    "TWIN044": Case(
        scene(
            "nodes:\n  - components:\n    - type: Tag\n      valueDataBinding:\n"
            "        dataBindingContext: {entityId: machine-2, componentName: s, propertyName: t}\n"
        ),
        'scenes/hall.yaml:5:40 TWIN044 entity "machine-2" is not defined; did you mean "machine-1"?',
    ),
    "TWIN045": Case(
        scene("nodes:\n  - components: [{type: Camera, cameraIndex: 1}]\n"),
        "scenes/hall.yaml:2:46 TWIN045 camera index 1 is not one of the 0 cameras; write an index into cameras",
    ),
    "TWIN046": Case(
        {
            "twin.yaml": "workspaceId: my-twin\nconnectors:\n"
            "  archive: {kind: dynamodb, tableName: plant-archive, listDevices: true}\n",
            "component_types/t.yaml": "com.example.Sensor:\n"
            "  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}\n"
            "  functions: {dataReader: archive}\n",
            "entities/e.yaml": "".join(
                f"machine-{number:03}: {{entityName: M {number}, components: {{sensor: {{componentTypeId: "
                "com.example.Sensor}}}\n"
                for number in range(250)
            ),
        },
        'entities/e.yaml:250:1 TWIN046 the devices of connector "archive" take 3,524 characters, 3,000 fit into the '
        "function's environment; give the table an index by component type and name it in componentTypeIndex",
    ),
    "TWIN060": Case(
        {
            **sensor("{model: A}"),
            "scenes/hall.yaml": "nodes:\n  - layout:\n      parentEntityId: $ROOT\n"
            "      templates: {com.example.Sensor: {}}\n",
        },
        "scenes/hall.yaml:3:7 TWIN060 nothing says where nodes stand; give one of grid, line, circle and csv",
    ),
    "TWIN061": Case(
        {
            **sensor("{model: A}"),
            "scenes/hall.yaml": "nodes:\n  - layout:\n      parentEntityId: machine-1\n"
            "      grid: {spacing: 2}\n      templates: {com.example.Sensor: {}}\n",
        },
        "scenes/hall.yaml:3:7 TWIN061 warning: no entity below parentEntityId has a component of these types; "
        "correct parentEntityId or templates",
    ),
    "TWIN062": Case(
        managed("count: {dataType: LONG, isTimeSeries: true}"),
        'component_types/t.yaml:3:23 TWIN062 SiteWise has no data type LONG for "count"; use one of: STRING, '
        "INTEGER, DOUBLE, BOOLEAN",
    ),
    "TWIN063": Case(
        managed(
            "power: {dataType: DOUBLE, isTimeSeries: true}", "mean: {expression: average(power), window: 5m}"
        ),
        'component_types/t.yaml:4:24 TWIN063 function "average" at character 1 is not one of SiteWise; did you mean '
        '"avg"?',
    ),
    "TWIN064": Case(
        managed("power: {dataType: DOUBLE, isTimeSeries: true}", components=("left", "right")),
        'entities/e.yaml:5:12 TWIN064 components "left" and "right" of "machine-1" both have the property "power", and '
        "an alias belongs to one; rename the property in one type, or move one component to an entity of its own",
    ),
    "TWIN065": Case(
        {
            **managed("power: {dataType: DOUBLE, isTimeSeries: true}"),
            "entities/f.yaml": "machine-2:\n  entityName: Machine 2\n  parentEntityId: machine-1\n  components:\n"
            "    motor: {componentTypeId: com.example.Motor}\n",
        },
        'entities/f.yaml:5:12 TWIN065 warning: assets of "com.example.Motor" stay outside of those of '
        '"com.example.Motor": CloudFormation cannot create asset models that need each other; nothing needs to be '
        "done, they are read all the same",
    ),
    "TWIN066": Case(
        {
            **managed("power: {dataType: DOUBLE, isTimeSeries: true}"),
            "entities/e.yaml": "".join(
                f"machine-{number}: {{entityName: M {number}, components: {{motor: {{componentTypeId: "
                "com.example.Motor}}}\n"
                for number in range(230)
            ),
        },
        "entities/e.yaml:230:1 TWIN066 230 entities, 230 assets and about 42 others are more than the 500 resources of "
        "a stack; move a part of them to a second workspace",
    ),
    "TWIN080": Case(
        {
            "component_types/t.yaml": READ_SENSOR,
            "twin.yaml": f"{INGEST}, topic: plant/hall, deviceId: topic(2)}}\n",
        },
        'twin.yaml:4:77 TWIN080 part 2 of the topic "plant/hall" is "hall" in every message, so it cannot be '
        'the device id; write "+" for the device id',
    ),
    "TWIN081": Case(
        {
            "component_types/t.yaml": READ_SENSOR,
            "twin.yaml": f"{INGEST}, topic: plant/+, deviceId: topic(2), time: end}}\n",
        },
        'twin.yaml:4:90 TWIN081 "end" is a word of AWS IoT\'s SQL, which cannot read a member of that name; '
        "have devices call it otherwise",
    ),
    "TWIN082": Case(
        {
            **sensor("{}"),
            "twin.yaml": f"{INGEST}, topic: plant/+, deviceId: topic(2), connectors: [telemetry]}}\n",
        },
        'twin.yaml:4:28 TWIN082 component type "com.example.Sensor" has no time series; add isTimeSeries to a '
        "property of it",
    ),
    "TWIN083": Case(
        {
            "component_types/t.yaml": READ_SENSOR + READ_SENSOR.replace("Sensor", "Meter"),
            "entities/e.yaml": "machine-1:\n  entityName: Machine 1\n  components:\n"
            "    s: {componentTypeId: com.example.Sensor}\n    m: {componentTypeId: com.example.Meter}\n",
            "twin.yaml": f"{INGEST}, topic: a/+, deviceId: topic(2)}}\n"
            "  more: {componentTypeId: com.example.Meter, topic: b/+, deviceId: topic(2)}\n",
        },
        'twin.yaml:5:9 TWIN083 "temps" and "more" both write rows of device "machine-1", and the later of two '
        "with the same time would replace the other; send all of a device in one message, or give one component "
        "an external id of its own",
    ),
    "TWIN084": Case(
        {
            "component_types/t.yaml": f"{ALARM_TYPE}com.example.Sensor:\n"
            "  alarms: {hot: {property: temperature}}\n"
        },
        "component_types/t.yaml:3:17 TWIN084 neither above nor below nor missingAfterSeconds is given; change it "
        "to what is allowed",
    ),
    "TWIN085": Case(
        {
            "component_types/t.yaml": f"{ALARM_TYPE}com.example.Sensor: {{propertyDefinitions: {SERIES}, {READ},"
            " alarms: {hot: {property: temperature, above: 80}}}\n",
            "entities/e.yaml": "machine-1:\n  entityName: Machine 1\n  components:\n"
            "    s: {componentTypeId: com.example.Sensor}\n"
            "    a: {componentTypeId: com.example.Alarm, properties: {alarm_key: m-1}}\n",
        },
        'entities/e.yaml:5:69 TWIN085 alarm_key is "m-1", under which no alarm of "machine-1" is written; write '
        "machine-1-alarm, or change alarmKey of the alarm",
    ),
    "TWIN099": Case(
        {"entities/e.yaml": "".join(f"machine {number}: {{entityName: M 1}}\n" for number in range(1001))},
        ":1:1 TWIN099 more than 1,000 mistakes, the rest is not shown; correct these first",
    ),
}

"""Rules of ingest and alarms that the schema already checks; ``ingest`` and ``alarms`` check the rest."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

INVALID_TOPIC = Rule(
    "TWIN080",
    "invalid-topic",
    """A topic filter is not one of AWS IoT Core, or `deviceId` refers to a part of the topic that does not
    exist or is the same in every message.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/hall, deviceId: topic(2)}

    Finding:
        twin.yaml:4:77 TWIN080 part 2 of the topic "plant/hall" is "hall" in every message, so it cannot
        be the device id; write "+" for the device id

    Fix:
        Correct the topic, or the number in `deviceId`. Parts count from 1.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+, deviceId: topic(2)}
    """,
    remedy="change it to what is allowed",
)
NOT_IN_SQL = Rule(
    "TWIN081",
    "not-in-sql",
    """A name cannot be written in AWS IoT's SQL, the language of topic rules: it has other characters than
    letters, digits and `_`, or is a word of the language, and the language cannot quote a name.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+, deviceId: topic(2), time: end}

    Finding:
        twin.yaml:4:90 TWIN081 "end" is a word of AWS IoT's SQL, which cannot read a member of that name;
        have devices send it under another name

    Fix:
        Have devices send the member under another name; for a property, `configuration.attribute` gives
        the row another name.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: plant/+, deviceId: topic(2), time: end_time}
    """,
    remedy="change it to what is allowed",
)
INVALID_ALARM = Rule(
    "TWIN084",
    "invalid-alarm",
    """An alarm cannot work: its property is no time series of numbers or is not in a table of the twin, it
    has no limit or two, or it is not clear which component shows it.

    Bad:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: telemetry}
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
              alarms: {hot: {property: temperature}}

    Finding:
        component_types/t.yaml:7:17 TWIN084 neither above nor below nor missingAfterSeconds is given;
        change it to what is allowed

    Fix:
        Correct the alarm, see [definition.md](definition.md#alarms).

    Good:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: telemetry}
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
              alarms: {hot: {property: temperature, above: 80}}
    """,
    remedy="change it to what is allowed",
)

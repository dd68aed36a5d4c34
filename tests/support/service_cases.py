"""Requests, events and answers in the forms that AWS documents, for tests of the local services.

`make conformance` runs the same tests on what AWS published and on events that were captured in AWS.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT = {"dataType": {"type": "STRING"}}
_FLAGS = {
    "isTimeSeries": "timeSeries",
    "isRequiredInEntity": "requiredInEntity",
    "isExternalId": "externalId",
    "isStoredExternally": "storedExternally",
    "isImported": "imported",
    "isFinal": "final",
    "isInherited": "inherited",
}


def definition(*flags: str, data_type: str = "STRING", **members: Any) -> Json:
    """Return a property definition as GetEntity has it: with all flags."""
    assert set(flags) <= set(_FLAGS)
    if "dataType" not in members:
        members["dataType"] = {"type": data_type}
    return {**{name: name in flags for name in _FLAGS}, **members}


def in_event(item: Json) -> Json:
    """Return a property as an event has it: with each flag in both spellings."""
    flags = {old: item["definition"][name] for name, old in _FLAGS.items()}
    return {**item, "definition": {**item["definition"], **flags}}


def _initializer_request(*, is_type: bool, **members: str) -> Json:
    plate = {"stringValue": "plate-17"}
    names = {"plate": definition("isExternalId", "isRequiredInEntity", "isFinal"), "store": definition()}
    if is_type:
        names = {name: {**item, "defaultValue": plate} for name, item in names.items()}
    properties = {name: {"definition": item, "value": plate} for name, item in names.items()}
    return {"workspaceId": "Bakery", **members, "properties": properties}


_SPEED = {
    "dataType": {"type": "DOUBLE", "unitOfMeasure": "rpm"},
    "configuration": {"register": "40001"},
    "isTimeSeries": True,
}
_ALARM_STATES = [{"stringValue": state} for state in ("ACTIVE", "SNOOZE_DISABLED", "ACKNOWLEDGED", "NORMAL")]

# A trace: an oven whose alarm is read by a Lambda function.
_READER = {"dataReader": {"implementedBy": {"lambda": {"arn": "to be filled in"}}}}
_SERIES = {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}
_TRACE_TYPES = [
    {
        "componentTypeId": "com.example.recorded",
        "functions": _READER,
        "propertyDefinitions": {
            "recorder": {**TEXT, "isRequiredInEntity": True},
            "channel": {**TEXT, "isRequiredInEntity": True},
        },
    },
    {
        "componentTypeId": "com.example.bakery.alarm",
        "extendsFrom": ["com.example.recorded", "com.amazon.iottwinmaker.alarm.basic"],
        "functions": _READER,
        "propertyDefinitions": {"channel": {"defaultValue": {"stringValue": "alarms"}}},
    },
    {
        "componentTypeId": "com.example.bakery.oven",
        "extendsFrom": ["com.example.recorded"],
        "propertyDefinitions": {"channel": {"defaultValue": {"stringValue": "ovens"}}, "heat": _SERIES},
    },
]
_INHERITED_TEXT = definition("isRequiredInEntity", "isInherited")
_ALARM: Json = {
    "alarm_key": {
        "definition": definition("isRequiredInEntity", "isExternalId", "isInherited"),
        "value": {"stringValue": "oven-3-alarm"},
    },
    "alarm_status": {
        "definition": definition(
            "isTimeSeries",
            "isStoredExternally",
            "isInherited",
            dataType={"type": "STRING", "allowedValues": _ALARM_STATES},
        )
    },
    "recorder": {"definition": _INHERITED_TEXT, "value": {"stringValue": "recorder-1"}},
    "channel": {
        "definition": {**_INHERITED_TEXT, "defaultValue": {"stringValue": "alarms"}},
        "value": {"stringValue": "alarms"},
    },
}
_OVEN: Json = {
    "heat": {"definition": definition("isTimeSeries", "isStoredExternally", data_type="DOUBLE")},
    "recorder": {"definition": _INHERITED_TEXT, "value": {"stringValue": "recorder-2"}},
    "channel": {
        "definition": {**_INHERITED_TEXT, "defaultValue": {"stringValue": "ovens"}},
        "value": {"stringValue": "ovens"},
    },
}
_MANUALS: Json = {
    "documents": {
        "definition": definition(dataType={"type": "MAP", "nestedType": {"type": "STRING"}}),
        "value": {"mapValue": {"manual": {"stringValue": "https://example.com/oven-3.pdf"}}},
    }
}
_ACTIVE = {"state": "ACTIVE", "error": {}}
_REFERENCE = {"entityId": "oven-3", "componentName": "Alarm", "propertyName": "alarm_status"}
_TRACE_REQUEST = {
    "workspaceId": "Bakery",
    "entityId": "oven-3",
    "componentName": "Alarm",
    "selectedProperties": ["alarm_status"],
    "startTime": "2026-01-01T00:00:00Z",
    "endTime": "2026-02-01T00:00:00Z",
    "orderByTime": "ASCENDING",
}


def _component(name: str, type_id: str, properties: Json) -> Json:
    return {
        "componentName": name,
        "componentTypeId": type_id,
        "status": _ACTIVE,
        "properties": properties,
    }


def _result(values: list[Json], **reference: Any) -> Json:
    series = {"entityPropertyReference": {**_REFERENCE, **reference}, "values": values}
    return {"propertyValues": [series]}


def _captured(start: str, end: str, seconds: tuple[int, int], **members: Any) -> Json:
    """Return a reader's event with inherited and own properties."""
    series = ("isTimeSeries", "isStoredExternally")
    properties = {
        "running": {"definition": definition(*series, data_type="BOOLEAN")},
        "loaves": {"definition": definition(*series, data_type="INTEGER")},
        "heat": {"definition": definition(*series, data_type="DOUBLE")},
        "text": {"definition": definition(*series, "isInherited")},
        "recorder": {"definition": _INHERITED_TEXT, "value": {"stringValue": "recorder-4"}},
        "key": {
            "definition": definition("isRequiredInEntity", "isExternalId", "isInherited"),
            "value": {"stringValue": "line-1"},
        },
    }
    return {
        "workspaceId": "Bakery",
        "selectedProperties": ["heat"],
        "startDateTime": seconds[0],
        "startTime": start,
        "endDateTime": seconds[1],
        "endTime": end,
        "properties": {name: in_event(item) for name, item in properties.items()},
        "entityId": "line-1",
        "componentName": "Line",
        **members,
    }


def _sample_entity(entity_id: str, parent: str = "$ROOT", *next_ids: str, **components: Json) -> Json:
    if next_ids:
        targets = [{"relationshipValue": {"TargetEntityId": target}} for target in next_ids]
        components["Step"] = {
            "componentTypeId": "com.example.bakery.step",
            "properties": {"next": {"value": {"listValue": targets}}},
        }
    return {
        "entityId": entity_id,
        "entityName": entity_id.title(),
        "description": "",
        "parentEntityId": parent,
        "components": components,
    }


def _sample_oven(number: int) -> Json:
    key = {"definition": TEXT, "value": {"stringValue": f"oven-{number}"}}
    return {"componentTypeId": "com.example.bakery.oven", "properties": {"key": key}}


CASES: Json = {
    "initializer_of_type.request": _initializer_request(is_type=True),
    "initializer_of_type.response": {
        "properties": {
            "speed": {"definition": _SPEED},
            "maker": {"definition": {**TEXT, "isTimeSeries": False, "defaultValue": {"stringValue": "ACME"}}},
        }
    },
    "initializer_of_component.request": _initializer_request(
        is_type=False, entityId="oven-1", componentName="Oven"
    ),
    "initializer_of_component.response": {
        "properties": {
            "speed": {"definition": _SPEED},
            "maker": {"definition": {**TEXT, "isTimeSeries": False}, "value": {"stringValue": "ACME"}},
        }
    },
    "attribute_reader.request": {
        "workspaceId": "Bakery",
        "entityId": "oven-1",
        "componentName": "Oven",
        "selectedProperties": ["maker"],
        "properties": {"maker": {"definition": definition("isStoredExternally")}},
    },
    "writer.response": {
        "errorEntries": [
            {
                "errors": [
                    {
                        "errorCode": "423",
                        "errorMessage": "the recorder is locked",
                        "entry": {
                            "entryId": "oven-1",
                            "entityPropertyReference": {
                                "entityId": "oven-1",
                                "componentName": "Oven",
                                "propertyName": "heat",
                            },
                            "propertyValues": [
                                {"time": "2026-01-01T06:00:00Z", "value": {"doubleValue": 231.5}}
                            ],
                        },
                    }
                ]
            }
        ]
    },
    "documented_types": _TRACE_TYPES,
    "bulk_create": {
        "componentTypes": [{"componentTypeId": "com.example.oven", "tags": {"team": "bakers"}}],
        "entities": [{"entityId": "oven-1", "entityName": "Oven 1"}],
    },
    "bulk_update": {
        "componentTypes": [{"componentTypeId": "com.example.oven", "description": "gas or electric"}],
        "entities": [
            {"entityId": "hall", "entityName": "Hall"},
            {
                "entityId": "oven-2",
                "entityName": "Oven 2",
                "parentEntityId": "hall",
                "components": {
                    "Oven": {
                        "componentTypeId": "com.example.oven",
                        "properties": {
                            "load": {
                                "definition": {
                                    "configuration": {"column": "load"},
                                    "dataType": {"type": "DOUBLE", "unitOfMeasure": "kg"},
                                    "displayName": "Load",
                                }
                            }
                        },
                    }
                },
            },
        ],
        "entityComponents": [
            {
                "entityId": "oven-1",
                "componentTypeId": "com.example.oven",
                "componentName": "Plate",
                "description": "on its back",
                "properties": {
                    "maker": {
                        "definition": {"dataType": {"type": "STRING"}, "displayName": "Maker"},
                        "value": {"stringValue": "ACME"},
                    }
                },
            }
        ],
    },
    "trace.types": _TRACE_TYPES,
    "trace.request": _TRACE_REQUEST,
    "trace.entity": {
        "entityId": "oven-3",
        "entityName": "Oven 3",
        "arn": "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Bakery/entity/oven-3",
        "status": _ACTIVE,
        "workspaceId": "Bakery",
        "description": "",
        "components": {
            "Alarm": _component("Alarm", "com.example.bakery.alarm", _ALARM),
            "Oven": _component("Oven", "com.example.bakery.oven", _OVEN),
            "Manuals": _component("Manuals", "com.amazon.iottwinmaker.documents", _MANUALS),
        },
        "parentEntityId": "ovens",
        "hasChildEntities": False,
    },
    "trace.event": {
        **_TRACE_REQUEST,
        "maxResults": 100,
        "properties": {name: in_event(item) for name, item in _ALARM.items()},
    },
    "trace.response": {
        **_result([{"timestamp": 1767600000, "value": {"stringValue": "NORMAL"}}]),
        "nextToken": None,
    },
    "trace.result": _result(
        [{"timestamp": 1767600000.0, "value": {"stringValue": "NORMAL"}}],
        externalIdProperty={"alarm_key": "oven-3-alarm"},
    ),
    "event.ascending": _captured(
        "2026-01-01T06:00:00Z",
        "2026-01-02T06:00:00Z",
        (1767247200, 1767333600),
        maxResults=100,
        orderByTime="ASCENDING",
    ),
    "event.descending": _captured(
        "2026-01-01T06:00:00.000Z",
        "2026-01-01T06:00:30.000Z",
        (1767247200, 1767247230),
        maxResults=1,
        orderByTime="DESCENDING",
    ),
    "sample.types": [
        {
            "componentTypeId": "com.example.bakery.oven",
            "extendsFrom": ["com.example.bakery.recorded"],
            "isSingleton": False,
            "propertyDefinitions": {
                "heat": definition("isTimeSeries", "isStoredExternally", data_type="DOUBLE"),
                "key": definition("isExternalId", "isRequiredInEntity", "isInherited"),
            },
        },
        {
            "componentTypeId": "com.example.bakery.recorded",
            "isSingleton": False,
            "functions": {"dataReader": {**_READER["dataReader"], "isInherited": False}},
            "propertyDefinitions": {"key": definition("isExternalId", "isRequiredInEntity")},
        },
        {
            "componentTypeId": "com.example.bakery.step",
            "isSingleton": False,
            "propertyDefinitions": {
                "next": definition(dataType={"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}})
            },
        },
    ],
    "sample.entities": [
        _sample_entity("kneading", "bakery", "baking"),
        _sample_entity("baking", "bakery", "cooling", "packing"),
        _sample_entity("bakery"),
        _sample_entity("cooling", "bakery"),
        _sample_entity("packing", "bakery"),
        *(_sample_entity(f"oven-{number}", "baking", Oven=_sample_oven(number)) for number in range(12)),
    ],
}

"""Rules of values: violated while values get the form of their data type."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

WRONG_VALUE_TYPE = Rule(
    "TWIN021",
    "wrong-value-type",
    """A value does not fit the declared type, or exceeds its limits: 1 to 256 characters of text, 32 bits of
    INTEGER, 64 bits of LONG, 50 members of LIST and MAP; or there is no value at all.

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
                  properties: {model: 117}

    Finding:
        entities/e.yaml:6:27 TWIN021 value 117 is a number, its type is STRING; quote it

    Fix:
        Change the value, or the property's `dataType`. Numbers are not text: quote them where text is
        declared.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {model: "117"}
    """,
)
VALUE_NOT_IN_ALLOWED_VALUES = Rule(
    "TWIN022",
    "value-not-in-allowed-values",
    """A value, or a default value, is not among the property's `allowedValues`.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [AUTO, MANUAL]}}}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {mode: AUTOMATIC}

    Finding:
        entities/e.yaml:6:26 TWIN022 property "mode" is "AUTOMATIC", which is not an allowed value; did
        you mean "AUTO"?

    Fix:
        Use one of them, or add it to the list.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {mode: AUTO}
    """,
)
VALUE_STORED_EXTERNALLY = Rule(
    "TWIN028",
    "value-stored-externally",
    """A value is given for a property whose values come from a connector: a time series, or one with
    `isStoredExternally`.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {temperature: 20}

    Finding:
        entities/e.yaml:6:33 TWIN028 property "temperature" is stored externally, its value comes from a
        connector; remove the value

    Fix:
        Remove the value. A value that never changes belongs to a property without these flags.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {}
    """,
)

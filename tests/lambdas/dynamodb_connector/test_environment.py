"""Settings: defaults, names and refusals."""

import pytest

from connector_kit import ConfigurationError
from dynamodb_connector.environment import ENVIRONMENT_NAMES, Environment


def test_settings_have_defaults_when_only_the_table_is_named() -> None:
    environment = Environment.from_environ({"TABLE_NAME": "t", "COMPONENT_TYPE_INDEX": ""})
    assert environment == Environment("t", "device_id", "timestamp", "ms", None, None)


def test_settings_are_read_from_the_names_they_declare() -> None:
    environ = {
        "TABLE_NAME": "t",
        "PARTITION_KEY": "p",
        "SORT_KEY": "s",
        "TIME_UNIT": "iso",
        "COMPONENT_TYPE_INDEX": "i",
        "KEY_PROPERTY": "k",
        "PARTITION": "${device}#${day}",
        "SORT_PREFIX": "",
        "VALUE_ATTRIBUTE": "v",
        "DEVICE_ATTRIBUTE": "d",
        "PROPERTY_ATTRIBUTE": "q",
        "FIRST_BUCKET": "1970-01-01T00:00:01Z",
        "DEVICES": '{"a": ["b", "c"]}',
    }
    assert set(environ) == set(ENVIRONMENT_NAMES)
    assert Environment.from_environ(environ) == Environment(
        table_name="t",
        partition_key="p",
        sort_key="s",
        time_unit="iso",
        component_type_index="i",
        key_property="k",
        partition="${device}#${day}",
        value_attribute="v",
        device_attribute="d",
        property_attribute="q",
        first_bucket=10**9,
        devices={"a": ("b", "c")},
    )


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [
        (
            "PARTITION",
            "${device}#${property}#${hour}#${day}#${month}",
            {"FIRST_BUCKET": "2025-01-01T00:00:00Z"},
        ),
        ("SORT_PREFIX", "${device}#${property}#", {"TIME_UNIT": "iso"}),
    ],
)
def test_every_placeholder_may_be_named(name: str, text: str, more: dict[str, str]) -> None:
    environment = Environment.from_environ({"TABLE_NAME": "t", name: text, **more})
    assert getattr(environment, name.lower()) == text


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TABLE_NAME": ""}, "environment variable TABLE_NAME is not set"),
        ({"TIME_UNIT": "ns"}, 'TIME_UNIT is "ns"; set it to one of s, ms, us, iso'),
        ({"PARTITION": "${device}#${week}"}, r"it may contain \$\{device\}, \$\{property\}, \$\{hour\}"),
        ({"PARTITION": "${property}"}, r"PARTITION is .*; it must contain \$\{device\}"),
        ({"PARTITION": "${device}#${day}"}, "set FIRST_BUCKET to the instant of the first row"),
        ({"SORT_PREFIX": "x#"}, "a sort key of numbers has no prefix; set TIME_UNIT to iso"),
        (
            {"SORT_PREFIX": "${day}#", "TIME_UNIT": "iso"},
            r"it may contain \$\{device\}, \$\{property\}$",
        ),
        (
            {"SORT_PREFIX": "x#", "TIME_UNIT": "iso", "COMPONENT_TYPE_INDEX": "i"},
            "its rows would not be sorted by time, because of SORT_PREFIX; list the devices in DEVICES",
        ),
        (
            {"PARTITION": "${device}#x", "COMPONENT_TYPE_INDEX": "i"},
            "does not name its device by it; set DEVICE_ATTRIBUTE",
        ),
        ({"FIRST_BUCKET": "2025"}, "FIRST_BUCKET is .*; set it to an instant such as"),
        ({"DEVICES": '["a"]'}, "DEVICES is .*; set it to JSON such as"),
        ({"DEVICES": "{"}, "DEVICES is .*; set it to JSON such as"),
    ],
)
def test_wrong_settings_are_refused(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Environment.from_environ({"TABLE_NAME": "t"} | environ)

"""The function's settings: each field is an environment variable."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from connector_kit import ConfigurationError, RequestError
from connector_kit.times import parse_time

UNIT_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000}
"""The units a numeric sort key may count in, since the epoch in UTC."""

ISO = "iso"
"""Time unit of text sort keys: RFC 3339 in UTC, all of one precision, because others do not sort by time."""

BUCKETS = ("hour", "day", "month")
"""Time buckets that a partition may hold: ``2026-01-31T08``, ``2026-01-31``, ``2026-01`` in UTC."""

PLACEHOLDERS = ("device", "property", *BUCKETS)

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Environment(NamedTuple):
    """The table, and the form of its keys and rows.

    Rows are wide (an item an instant, an attribute a property) or, if ``PARTITION`` or
    ``SORT_PREFIX`` has ``${property}``, narrow (an item a property and instant).

    Attributes:
        table_name: ``TABLE_NAME``, required. The ARN of a table of another account or region.
        partition_key: ``PARTITION_KEY``, a string attribute; default ``device_id``.
        sort_key: ``SORT_KEY``, a number attribute, or text for ``iso``; default ``timestamp``.
        time_unit: ``TIME_UNIT`` of the sort key: ``s``, ``ms`` (default) or ``us``, each with
            fractions down to a nanosecond; or ``iso``.
        component_type_index: ``COMPONENT_TYPE_INDEX``, name of a global secondary index with
            partition key ``component_type_id`` and the table's sort key, which projects the
            partition key and the properties; without it and ``DEVICES`` component-type requests are
            served for one device only.
        key_property: ``KEY_PROPERTY``, name of the component property whose value is the
            device, where it is not the (first) external id.
        partition: ``PARTITION``, template of the partition key; default ``${device}``. It may also have
            ``${property}``, and one of ``${hour}``, ``${day}``, ``${month}`` for partitions that
            hold a time bucket.
        sort_prefix: ``SORT_PREFIX``, template of the text before the instant in a text sort key; default
            none.
        value_attribute: ``VALUE_ATTRIBUTE`` of a narrow row; default ``value``.
        device_attribute: ``DEVICE_ATTRIBUTE``, the attribute of the index's rows that names the device;
            default the partition key, if that is the device only.
        property_attribute: ``PROPERTY_ATTRIBUTE``, the attribute of the index's narrow rows that names
            the property; default ``property``.
        first_bucket: ``FIRST_BUCKET``, an instant such as ``2025-01-01T00:00:00Z`` before which there
            are no rows; required with time buckets, because no query lists the existing partitions.
        devices: ``DEVICES``, JSON object of component type ids to lists of their devices, for tables
            without the index. All environment variables together have at most 4 KB.
    """

    table_name: str
    partition_key: str = "device_id"
    sort_key: str = "timestamp"
    time_unit: str = "ms"
    component_type_index: str | None = None
    key_property: str | None = None
    partition: str = "${device}"
    sort_prefix: str = ""
    value_attribute: str = "value"
    device_attribute: str = ""
    property_attribute: str = "property"
    first_bucket: int | None = None
    devices: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.

        Raises:
            ConfigurationError: If ``TABLE_NAME`` is absent, or settings cannot be parsed or contradict
                each other.
        """
        settings = {name.lower(): environ[name] for name in ENVIRONMENT_NAMES if environ.get(name)}
        if "table_name" not in settings:
            raise ConfigurationError(
                "environment variable TABLE_NAME is not set; set it to the telemetry table's name"
            )
        first_bucket = settings.pop("first_bucket", None)
        environment = cls(
            first_bucket=None if first_bucket is None else _parse_instant(first_bucket),
            devices=_parse_devices(settings.pop("devices", "{}")),
            **settings,
        )
        _check(environment)
        return environment

    @property
    def is_narrow(self) -> bool:
        """Whether a row holds one property."""
        return "${property}" in self.partition + self.sort_prefix

    @property
    def bucket(self) -> str | None:
        """The kind of time bucket that a partition holds; None if a partition holds all times."""
        return next((name for name in BUCKETS if f"${{{name}}}" in self.partition), None)

    @property
    def device_name(self) -> str:
        """The attribute that names the device in a row of the index."""
        return self.device_attribute or self.partition_key


ENVIRONMENT_NAMES = tuple(map(str.upper, Environment._fields))


def _parse_instant(text: str) -> int:
    try:
        return parse_time(text)
    except RequestError as error:
        raise _invalid("FIRST_BUCKET", text, "set it to an instant such as 2025-01-01T00:00:00Z") from error


def _parse_devices(text: str) -> dict[str, tuple[str, ...]]:
    try:
        return {str(type_id): tuple(map(str, listed)) for type_id, listed in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError) as error:
        remedy = 'set it to JSON such as {"com.example.Sensor": ["device-1", "device-2"]}'
        raise _invalid("DEVICES", text, remedy) from error


def _check(environment: Environment) -> None:
    units = (*UNIT_NANOSECONDS, ISO)
    if environment.time_unit not in units:
        raise _invalid("TIME_UNIT", environment.time_unit, f"set it to one of {', '.join(units)}")
    for setting, text in (("PARTITION", environment.partition), ("SORT_PREFIX", environment.sort_prefix)):
        allowed = PLACEHOLDERS if setting == "PARTITION" else ("device", "property")
        if not set(_PLACEHOLDER.findall(text)) <= set(allowed):
            raise _invalid(setting, text, f"it may contain {', '.join(f'${{{name}}}' for name in allowed)}")
    if "${device}" not in environment.partition:
        raise _invalid("PARTITION", environment.partition, "it must contain ${device}")
    if environment.sort_prefix and environment.time_unit != ISO:
        raise _invalid(
            "SORT_PREFIX",
            environment.sort_prefix,
            "a sort key of numbers has no prefix; set TIME_UNIT to iso",
        )
    if environment.sort_prefix and environment.component_type_index:
        raise _invalid(
            "COMPONENT_TYPE_INDEX",
            environment.component_type_index,
            "its rows would not be sorted by time, because of SORT_PREFIX; list the devices in DEVICES",
        )
    if (
        environment.component_type_index
        and environment.partition != "${device}"
        and not environment.device_attribute
    ):
        raise _invalid(
            "PARTITION",
            environment.partition,
            "a row of the index does not name its device by it; set DEVICE_ATTRIBUTE to what does",
        )
    if environment.bucket and environment.first_bucket is None:
        raise _invalid("PARTITION", environment.partition, "set FIRST_BUCKET to the instant of the first row")


def _invalid(name: str, text: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f'environment variable {name} is "{text:.200}"; {remedy}')

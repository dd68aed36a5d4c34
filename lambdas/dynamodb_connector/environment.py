"""The function's settings: one field an environment variable."""

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
"""A sort key of text: RFC 3339 in UTC, all of one precision, for only then do they sort by time."""

BUCKETS = ("hour", "day", "month")
"""Stretches of time that a partition may hold: ``2026-01-31T08``, ``2026-01-31``, ``2026-01`` in UTC."""

PLACEHOLDERS = ("device", "property", *BUCKETS)

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Environment(NamedTuple):
    """Where the rows are and how they are keyed.

    A row is wide (one item an instant, an attribute a property) or, where ``PARTITION`` or
    ``SORT_PREFIX`` names ``${property}``, narrow (one item a property and instant).

    Attributes:
        table_name: ``TABLE_NAME``, required.
        partition_key: ``PARTITION_KEY``, a string attribute; default ``device_id``.
        sort_key: ``SORT_KEY``, a number attribute, or text for ``iso``; default ``timestamp``.
        time_unit: ``TIME_UNIT`` of the sort key: ``s``, ``ms`` (default) or ``us``, of which fractions
            are read too, down to a nanosecond; or ``iso``.
        component_type_index: ``COMPONENT_TYPE_INDEX``, name of a global secondary index with
            partition key ``component_type_id`` and the table's sort key, which projects the
            partition key and the properties; without it and ``DEVICES`` component-type requests can
            be answered for one device only.
        key_property: ``KEY_PROPERTY``, name of the component property whose value is the
            device, where it is not the (first) external id.
        partition: ``PARTITION``, how the partition key is written; default ``${device}``. Also
            ``${property}``, and one of ``${hour}``, ``${day}``, ``${month}`` for partitions that
            hold a stretch of time.
        sort_prefix: ``SORT_PREFIX``, text before the instant in a sort key of text; default none.
        value_attribute: ``VALUE_ATTRIBUTE`` of a narrow row; default ``value``.
        device_attribute: ``DEVICE_ATTRIBUTE``, where a row of the index names its device; default
            the partition key, if that is the device alone.
        property_attribute: ``PROPERTY_ATTRIBUTE``, where a narrow row of the index names its
            property; default ``property``.
        first_bucket: ``FIRST_BUCKET``, an instant as ``2025-01-01T00:00:00Z`` before which there are
            no rows; required with a stretch of time, for no query can ask which partitions exist.
        devices: ``DEVICES``, JSON of component type ids to lists of their devices: where no index
            lists them. Environment variables hold 4 KB together.
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
            ConfigurationError: If ``TABLE_NAME`` is absent, or settings cannot be read or do not go
                together.
        """
        given = {name.lower(): environ[name] for name in ENVIRONMENT_NAMES if environ.get(name)}
        if "table_name" not in given:
            raise ConfigurationError(
                "environment variable TABLE_NAME is not set; set it to the telemetry table's name"
            )
        first = given.pop("first_bucket", None)
        environment = cls(
            first_bucket=None if first is None else _instant(first),
            devices=_devices(given.pop("devices", "{}")),
            **given,
        )
        _check(environment)
        return environment

    @property
    def is_narrow(self) -> bool:
        """Whether a row holds one property."""
        return "${property}" in self.partition + self.sort_prefix

    @property
    def bucket(self) -> str | None:
        """The stretch of time that a partition holds; None where it holds all of it."""
        return next((name for name in BUCKETS if f"${{{name}}}" in self.partition), None)

    @property
    def device_name(self) -> str:
        """The attribute by which a row of the index names its device."""
        return self.device_attribute or self.partition_key


ENVIRONMENT_NAMES = tuple(map(str.upper, Environment._fields))


def _instant(text: str) -> int:
    try:
        return parse_time(text)
    except RequestError as error:
        raise _wrong("FIRST_BUCKET", text, "set it to an instant such as 2025-01-01T00:00:00Z") from error


def _devices(text: str) -> dict[str, tuple[str, ...]]:
    try:
        return {str(type_id): tuple(map(str, listed)) for type_id, listed in json.loads(text).items()}
    except (ValueError, AttributeError, TypeError) as error:
        remedy = 'set it to JSON such as {"com.example.Sensor": ["device-1", "device-2"]}'
        raise _wrong("DEVICES", text, remedy) from error


def _check(environment: Environment) -> None:
    units = (*UNIT_NANOSECONDS, ISO)
    if environment.time_unit not in units:
        raise _wrong("TIME_UNIT", environment.time_unit, f"set it to one of {', '.join(units)}")
    for name, text in (("PARTITION", environment.partition), ("SORT_PREFIX", environment.sort_prefix)):
        allowed = PLACEHOLDERS if name == "PARTITION" else ("device", "property")
        if not set(_PLACEHOLDER.findall(text)) <= set(allowed):
            raise _wrong(name, text, f"it may name {', '.join(f'${{{one}}}' for one in allowed)}")
    if "${device}" not in environment.partition:
        raise _wrong("PARTITION", environment.partition, "it must name ${device}")
    if environment.sort_prefix and environment.time_unit != ISO:
        raise _wrong(
            "SORT_PREFIX",
            environment.sort_prefix,
            "a sort key of numbers has no prefix; set TIME_UNIT to iso",
        )
    if environment.sort_prefix and environment.component_type_index:
        raise _wrong(
            "COMPONENT_TYPE_INDEX",
            environment.component_type_index,
            "its rows would not be sorted by time, because of SORT_PREFIX; list the devices in DEVICES",
        )
    if (
        environment.component_type_index
        and environment.partition != "${device}"
        and not environment.device_attribute
    ):
        raise _wrong(
            "PARTITION",
            environment.partition,
            "a row of the index does not name its device by it; set DEVICE_ATTRIBUTE to what does",
        )
    if environment.bucket and environment.first_bucket is None:
        raise _wrong("PARTITION", environment.partition, "set FIRST_BUCKET to the instant of the first row")


def _wrong(name: str, text: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f'environment variable {name} is "{text:.200}"; {remedy}')

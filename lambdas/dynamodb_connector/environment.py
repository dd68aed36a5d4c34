"""The function's settings: one field an environment variable."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector_kit import ConfigurationError

ENVIRONMENT_NAMES = (
    "TABLE_NAME",
    "PARTITION_KEY",
    "SORT_KEY",
    "TIME_UNIT",
    "COMPONENT_TYPE_INDEX",
    "KEY_PROPERTY",
)

UNIT_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000}
"""The units a sort key may count in, since the epoch in UTC."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the rows are and how they are keyed.

    Attributes:
        table_name: ``TABLE_NAME``, required.
        partition_key: ``PARTITION_KEY``, a string attribute; default ``device_id``.
        sort_key: ``SORT_KEY``, a number attribute; default ``timestamp``.
        time_unit: ``TIME_UNIT`` of the sort key: ``s``, ``ms`` (default) or ``us``. Fractions are
            read too, down to a nanosecond.
        component_type_index: ``COMPONENT_TYPE_INDEX``, name of a global secondary index with
            partition key ``component_type_id`` and the table's sort key, which projects the
            partition key and the properties; without it component-type requests can be answered
            for one device only.
        key_property: ``KEY_PROPERTY``, name of the component property whose value is the
            partition key, where it is not the (first) external id.
    """

    table_name: str
    partition_key: str = "device_id"
    sort_key: str = "timestamp"
    time_unit: str = "ms"
    component_type_index: str | None = None
    key_property: str | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.

        Raises:
            ConfigurationError: If ``TABLE_NAME`` is absent or ``TIME_UNIT`` is not a known unit.
        """
        given = {name.lower(): environ[name] for name in ENVIRONMENT_NAMES if environ.get(name)}
        if "table_name" not in given:
            raise ConfigurationError(
                "environment variable TABLE_NAME is not set; set it to the telemetry table's name"
            )
        environment = cls(**given)
        if environment.time_unit not in UNIT_NANOSECONDS:
            raise ConfigurationError(
                f'environment variable TIME_UNIT is "{environment.time_unit}"; '
                f"set it to one of {', '.join(UNIT_NANOSECONDS)}"
            )
        return environment

"""The function's settings: one field an environment variable."""

from collections.abc import Mapping
from dataclasses import dataclass

ENVIRONMENT_NAMES = ("PROPERTY_ALIAS",)


@dataclass(frozen=True, slots=True)
class Environment:
    """How properties are found that do not say it themselves.

    Attributes:
        property_alias: ``PROPERTY_ALIAS``, template of the alias of every property whose
            configuration names none and no SiteWise property; see ``addressing``. It is a setting
            because CloudFormation lets the configuration of a component type hold nothing but
            letters, digits, ``_`` and ``-``.
    """

    property_alias: str | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.
        """
        return cls(property_alias=environ.get("PROPERTY_ALIAS") or None)

"""The function's settings: each field is an environment variable."""

from collections.abc import Mapping
from dataclasses import dataclass

ENVIRONMENT_NAMES = ("PROPERTY_ALIAS",)


@dataclass(frozen=True, slots=True)
class Environment:
    """The address of properties whose configuration has none.

    Attributes:
        property_alias: ``PROPERTY_ALIAS``, template of the alias of every property whose
            configuration has neither an alias nor a SiteWise property; see ``addressing``. It is a
            setting because CloudFormation accepts only letters, digits, ``_`` and ``-`` in the
            configuration of a component type.
    """

    property_alias: str | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Environment":
        """Read the settings; an empty variable counts as absent.

        Args:
            environ: For example ``os.environ``.
        """
        return cls(property_alias=environ.get("PROPERTY_ALIAS") or None)

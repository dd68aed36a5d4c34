"""Which SiteWise property a property of TwinMaker is. Pure: no AWS SDK.

The first of these that the property's configuration has:

- ``sitewisePropertyId``, as for the service's own ``com.amazon.iotsitewise.connector``, or
  ``sitewisePropertyExternalId``. The asset is then the value (or default) of the component's
  property ``sitewiseAssetId`` or ``sitewiseAssetExternalId``. External ids go without SiteWise's
  prefix ``externalId:``, which CloudFormation lets no configuration hold; an id may have it.
- ``sitewisePropertyAlias``, else the function's setting ``PROPERTY_ALIAS``: a template of the alias
  of SiteWise's data stream, such as ``/plant/${entityId}/${propertyName}``. Placeholders are
  ``workspaceId``, ``entityId``, ``componentName`` and ``propertyName`` of what is asked for, and the
  names of the component's own properties, for their values or defaults.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

from connector_kit import ConfigurationError

ASSET_PROPERTY = "sitewiseAssetId"
ASSET_EXTERNAL_PROPERTY = "sitewiseAssetExternalId"
PROPERTY_CONFIGURATION = "sitewisePropertyId"
PROPERTY_EXTERNAL_CONFIGURATION = "sitewisePropertyExternalId"
ALIAS_CONFIGURATION = "sitewisePropertyAlias"

EXTERNAL = "externalId:"
"""Before an external id, where SiteWise takes one in place of an id."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Address(NamedTuple):
    """What SiteWise knows a property by: asset and property, or an alias.

    Attributes:
        name: The property's name in TwinMaker.
        asset_id: The asset's UUID, or its external id after ``externalId:``.
        property_id: The SiteWise property's, likewise.
        alias: Alias of the data stream, if there are no ids.
    """

    name: str
    asset_id: str = ""
    property_id: str = ""
    alias: str = ""

    def __str__(self) -> str:
        place = (
            f'alias "{self.alias}"' if self.alias else f"property {self.property_id} of asset {self.asset_id}"
        )
        return f"{self.name} ({place})"


class Named(Protocol):
    """A property with its configuration, as a request has it."""

    @property
    def name(self) -> str:
        """Its name in the component."""
        ...

    @property
    def configuration(self) -> Mapping[str, str]:
        """``definition.configuration``."""
        ...


def external(identifier: str | None) -> str | None:
    """Write an external id as SiteWise takes it in place of an id.

    Args:
        identifier: The external id, or None.
    """
    return identifier and EXTERNAL + identifier.removeprefix(EXTERNAL)


def asset_of(text_of: Callable[[str], str | None]) -> str | None:
    """Give the component's asset, or None if it names none.

    Args:
        text_of: Gives the value or default of a property of the component.
    """
    return text_of(ASSET_PROPERTY) or external(text_of(ASSET_EXTERNAL_PROPERTY))


def addresses_of(
    properties: Iterable[Named],
    *,
    text_of: Callable[[str], str | None],
    place: Mapping[str, str | None],
    template: str | None,
) -> list[Address]:
    """Find the SiteWise properties of a component's properties.

    Args:
        properties: The properties.
        text_of: Gives the value or default of a property of the component.
        place: ``workspaceId``, ``entityId`` and ``componentName``; None where there is none.
        template: The function's template of an alias, or None.

    Raises:
        ConfigurationError: If a property has no address, or its asset or a placeholder no value;
            all such are named at once.
    """
    asset_id = asset_of(text_of)
    found, unbound, faults = [], [], []
    lacks_asset = False
    for prop in properties:
        configuration = prop.configuration
        property_id = configuration.get(PROPERTY_CONFIGURATION) or external(
            configuration.get(PROPERTY_EXTERNAL_CONFIGURATION)
        )
        alias = configuration.get(ALIAS_CONFIGURATION) or template
        if property_id:
            lacks_asset = lacks_asset or asset_id is None
            found.append(Address(prop.name, asset_id=asset_id or "", property_id=property_id))
        elif alias:
            filled, missing = _fill(alias, {**place, "propertyName": prop.name}, text_of)
            found.append(Address(prop.name, alias=filled))
            faults += [
                f'{name} in the alias "{alias}" of {prop.name} has no value; it may be one of '
                f"{', '.join(place)}, propertyName or a property of the component with a value"
                for name in missing
            ]
        else:
            unbound.append(prop.name)
    if lacks_asset:
        faults.insert(
            0,
            f"{ASSET_PROPERTY} has no value; give the component (or its type, as default) the UUID "
            f"of the SiteWise asset, or its external id as {ASSET_EXTERNAL_PROPERTY}",
        )
    if unbound:
        faults.append(
            f"no {PROPERTY_CONFIGURATION} in the configuration of {', '.join(unbound)}; set it to the "
            f"UUID of the SiteWise property, or {PROPERTY_EXTERNAL_CONFIGURATION} to its external id, "
            f"or {ALIAS_CONFIGURATION} (for all properties: the function's PROPERTY_ALIAS) to its alias"
        )
    if faults:
        raise ConfigurationError("; ".join(faults))
    return found


def _fill(
    template: str, place: Mapping[str, str | None], text_of: Callable[[str], str | None]
) -> tuple[str, list[str]]:
    """Fill a template's placeholders, and list those without a value."""
    names = dict.fromkeys(_PLACEHOLDER.findall(template))
    values = {name: place[name] if name in place else text_of(name) for name in names}
    filled = _PLACEHOLDER.sub(lambda match: values[match[1]] or "", template)
    return filled, [f"${{{name}}}" for name, value in values.items() if not value]

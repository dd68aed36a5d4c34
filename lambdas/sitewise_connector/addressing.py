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
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from connector_kit import Component, ConfigurationError
from connector_kit.component import configuration_of

ASSET_PROPERTY = "sitewiseAssetId"
ASSET_EXTERNAL_PROPERTY = "sitewiseAssetExternalId"
PROPERTY_CONFIGURATION = "sitewisePropertyId"
PROPERTY_EXTERNAL_CONFIGURATION = "sitewisePropertyExternalId"
ALIAS_CONFIGURATION = "sitewisePropertyAlias"

EXTERNAL = "externalId:"
"""Before an external id, where SiteWise takes one in place of an id."""

_ID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|externalId:[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]"
)
"""SiteWise's pattern of an id that may be an external one (botocore, ``CustomID``)."""

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


def identifier(given: str | None, external: str | None, name: str) -> str | None:
    """Give what SiteWise takes as an id: the id itself, else the external id after ``externalId:``.

    Args:
        given: The id, or None.
        external: The external id, with or without its prefix, or None.
        name: Where the id comes from, for the message.

    Returns:
        The id, or None if there is neither.

    Raises:
        ConfigurationError: If it is neither a UUID nor an external id.
    """
    found = given or (external and EXTERNAL + external.removeprefix(EXTERNAL))
    if found and not _ID.fullmatch(found):
        raise ConfigurationError(
            f'{name} is "{found:.150}"; it must be a UUID in lower case, or {EXTERNAL} before an '
            "external id of letters, digits and _ - . :"
        )
    return found or None


def addresses_of(
    component: Component,
    names: Iterable[str],
    template: str | None,
    external_ids: Mapping[str, str] | None = None,
) -> list[Address]:
    """Find the SiteWise properties of a component's properties.

    Args:
        component: The component.
        names: The properties.
        template: The function's template of an alias, or None.
        external_ids: Values of the component that came beside it.

    Raises:
        ConfigurationError: If a property has no address, or its asset or a placeholder no value;
            all such are named at once.
    """
    finder = _Finder(component, template, external_ids or {})
    found = [finder.address_of(name) for name in names]
    finder.raise_faults()
    return found


class _Finder:
    """Finds addresses, and collects what is wrong with them."""

    def __init__(self, component: Component, template: str | None, external_ids: Mapping[str, str]) -> None:
        self._component = component
        self._template = template
        self._external_ids = external_ids
        self._place = {
            "workspaceId": component.workspace_id,
            "entityId": component.entity_id,
            "componentName": component.component_name,
        }
        self._unbound: list[str] = []
        self._faults: dict[str, None] = {}

    def address_of(self, name: str) -> Address:
        configuration = configuration_of(self._component.properties, name)
        property_id = self._identifier(
            configuration.get(PROPERTY_CONFIGURATION),
            configuration.get(PROPERTY_EXTERNAL_CONFIGURATION),
            f"the {PROPERTY_CONFIGURATION} of {name}",
        )
        if property_id:
            return Address(name, asset_id=self._asset_id(), property_id=property_id)
        alias = configuration.get(ALIAS_CONFIGURATION) or self._template
        if alias:
            return Address(name, alias=self._fill(alias, name))
        self._unbound.append(name)
        return Address(name)

    def raise_faults(self) -> None:
        faults = list(self._faults)
        if self._unbound:
            faults.append(
                f"no {PROPERTY_CONFIGURATION} in the configuration of {', '.join(self._unbound)}; set it "
                f"to the UUID of the SiteWise property, or {PROPERTY_EXTERNAL_CONFIGURATION} to its "
                f"external id, or {ALIAS_CONFIGURATION} (for all: the function's PROPERTY_ALIAS) to its "
                "alias"
            )
        if faults:
            raise ConfigurationError("; ".join(faults))

    def _asset_id(self) -> str:
        found = self._identifier(
            self._text_of(ASSET_PROPERTY), self._text_of(ASSET_EXTERNAL_PROPERTY), ASSET_PROPERTY
        )
        if not found:
            self._fault(
                f"{ASSET_PROPERTY} has no value; give the component (or its type, as default) the UUID "
                f"of the SiteWise asset, or its external id as {ASSET_EXTERNAL_PROPERTY}"
            )
        return found

    def _identifier(self, given: str | None, external: str | None, name: str) -> str:
        try:
            return identifier(given, external, name) or ""
        except ConfigurationError as error:
            self._fault(str(error))
            return given or "?"

    def _fill(self, template: str, name: str) -> str:
        """Fill a template's placeholders."""
        place = {**self._place, "propertyName": name}
        values = {
            key: place[key] if key in place else self._text_of(key)
            for key in dict.fromkeys(_PLACEHOLDER.findall(template))
        }
        for key, value in values.items():
            if not value:
                self._fault(
                    f'${{{key}}} in the alias "{template}" of {name} has no value; it may be one of '
                    f"{', '.join(place)} or a property of the component with a value"
                )
        return _PLACEHOLDER.sub(lambda match: str(values[match[1]] or ""), template)

    def _text_of(self, name: str) -> str | None:
        return self._component.text_of(name) or self._external_ids.get(name)

    def _fault(self, message: str) -> None:
        self._faults[message] = None

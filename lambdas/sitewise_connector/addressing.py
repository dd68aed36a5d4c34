"""Addresses: the SiteWise property of each TwinMaker property. Pure: no AWS SDK.

The address is the first of these that the property's configuration has:

- ``sitewisePropertyId``, as for the service's own ``com.amazon.iotsitewise.connector``, or
  ``sitewisePropertyExternalId``. The asset is then the value (or default) of the component's
  property ``sitewiseAssetId`` or ``sitewiseAssetExternalId``. External ids need no prefix
  ``externalId:``, because CloudFormation does not accept one in a configuration; an id may have it.
- ``sitewisePropertyAlias``, else the function's setting ``PROPERTY_ALIAS``: a template of the alias
  of SiteWise's data stream, such as ``/plant/${entityId}/${propertyName}``. Placeholders are
  ``workspaceId``, ``entityId``, ``componentName`` and ``propertyName`` of the request, ``partPath``,
  and the names of the component's own properties, for their values or defaults. For a part of a
  composite component ``componentName`` is its path, such as ``pump/motor``, and ``partPath`` the same
  with a slash at its end; for any other component ``partPath`` is empty.
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
"""Prefix of an external id in place of an id."""

_ID = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|externalId:[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]"
)
"""SiteWise's pattern of an id that may be an external one (botocore, ``CustomID``)."""

_MAX_ID = 139
"""Longest such id (botocore, ``CustomID``)."""

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_PART_PATH = "${partPath}"
"""The one placeholder that may be empty."""


class Address(NamedTuple):
    """The address of a property in SiteWise: asset and property, or an alias.

    Attributes:
        name: The property's name in TwinMaker.
        asset_id: The asset's UUID, or its external id after ``externalId:``.
        property_id: The SiteWise property's UUID, or its external id after ``externalId:``.
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


def resolve_id(configured_id: str | None, external_id: str | None, name: str) -> str | None:
    """Return the id that SiteWise accepts: the id itself, else the external id after ``externalId:``.

    Args:
        configured_id: The id, or None.
        external_id: The external id, with or without its prefix, or None.
        name: Name of the id for the message.

    Returns:
        The id, or None if there is neither.

    Raises:
        ConfigurationError: If it is neither a UUID nor an external id.
    """
    resolved = configured_id or (external_id and EXTERNAL + external_id.removeprefix(EXTERNAL))
    if resolved and (len(resolved) > _MAX_ID or not _ID.fullmatch(resolved)):
        raise ConfigurationError(
            f'{name} is "{resolved:.150}"; it must be a UUID in lower case, or {EXTERNAL} before an '
            "external id of letters, digits and _ - . :"
        )
    return resolved or None


def resolve_addresses(
    component: Component,
    names: Iterable[str],
    template: str | None,
    external_ids: Mapping[str, str] | None = None,
) -> list[Address]:
    """Return the addresses of a component's properties.

    Args:
        component: The component.
        names: The properties.
        template: The function's template of an alias, or None.
        external_ids: Values of external-id properties that the component itself does not have.

    Raises:
        ConfigurationError: If a property has no address, or its asset or a placeholder has no value;
            the message names all of them.
    """
    resolver = _AddressResolver(component, template, external_ids or {})
    addresses = [resolver.resolve(name) for name in names]
    resolver.raise_faults()
    return addresses


class _AddressResolver:
    """Resolves addresses, and collects their faults."""

    def __init__(self, component: Component, template: str | None, external_ids: Mapping[str, str]) -> None:
        self._component = component
        self._template = template
        self._external_ids = external_ids
        path = str(component.component_name or "")  # the contract does not check names in entries
        self._part_path = f"{path}/" if "/" in path else ""
        self._request_values = {
            "workspaceId": component.workspace_id,
            "entityId": component.entity_id,
            "componentName": path,
        }
        self._unaddressed: list[str] = []
        self._faults: dict[str, None] = {}

    def resolve(self, name: str) -> Address:
        configuration = configuration_of(self._component.properties, name)
        property_id = self._resolve_id(
            configuration.get(PROPERTY_CONFIGURATION),
            configuration.get(PROPERTY_EXTERNAL_CONFIGURATION),
            f"the {PROPERTY_CONFIGURATION} of {name}",
        )
        if property_id:
            return Address(name, asset_id=self._asset_id(), property_id=property_id)
        alias = configuration.get(ALIAS_CONFIGURATION) or self._template
        if alias:
            return Address(name, alias=self._fill(alias, name))
        self._unaddressed.append(name)
        return Address(name)

    def raise_faults(self) -> None:
        faults = list(self._faults)
        if self._unaddressed:
            faults.append(
                f"no {PROPERTY_CONFIGURATION} in the configuration of {', '.join(self._unaddressed)}; set it "
                f"to the UUID of the SiteWise property, or {PROPERTY_EXTERNAL_CONFIGURATION} to its "
                f"external id, or {ALIAS_CONFIGURATION} (for all: the function's PROPERTY_ALIAS) to its "
                "alias"
            )
        if faults:
            raise ConfigurationError("; ".join(faults))

    def _asset_id(self) -> str:
        asset_id = self._resolve_id(
            self._text_of(ASSET_PROPERTY), self._text_of(ASSET_EXTERNAL_PROPERTY), ASSET_PROPERTY
        )
        if not asset_id:
            self._add_fault(
                f"{ASSET_PROPERTY} has no value; give the component (or its type, as default) the UUID "
                f"of the SiteWise asset, or its external id as {ASSET_EXTERNAL_PROPERTY}"
            )
        return asset_id

    def _resolve_id(self, configured_id: str | None, external_id: str | None, name: str) -> str:
        try:
            return resolve_id(configured_id, external_id, name) or ""
        except ConfigurationError as error:
            self._add_fault(str(error))
            return configured_id or "?"

    def _fill(self, template: str, name: str) -> str:
        """Fill a template's placeholders."""
        template = template.replace(_PART_PATH, self._part_path)
        request_values = {**self._request_values, "propertyName": name}
        values = {
            key: request_values[key] if key in request_values else self._text_of(key)
            for key in dict.fromkeys(_PLACEHOLDER.findall(template))
        }
        for key, value in values.items():
            if not value:
                self._add_fault(
                    f'${{{key}}} in the alias "{template}" of {name} has no value; it may be one of '
                    f"{', '.join(request_values)} or a property of the component with a value"
                )
        return _PLACEHOLDER.sub(lambda match: str(values[match[1]] or ""), template)

    def _text_of(self, name: str) -> str | None:
        return self._component.text_of(name) or self._external_ids.get(name)

    def _add_fault(self, message: str) -> None:
        self._faults[message] = None

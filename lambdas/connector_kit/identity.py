"""The identifier of a component in the outside store."""

from connector_kit.component import Component
from connector_kit.errors import ConfigurationError
from connector_kit.request import Request


def store_id(component: Component, key_property: str | None = None) -> str | None:
    """Return the store's identifier of a component.

    It is the value, or else the default, of the first property that has one: the key property if
    there is one, then the component's external-id properties in the order of their names. Otherwise
    it is the entity id, or None for a component type.

    Args:
        component: The component of an event.
        key_property: Name of the property that holds the identifier; a setting of the connector.
    """
    names = [key_property, *component.external_ids()] if key_property else component.external_ids()
    texts = (component.text_of(name) for name in names)
    return next((text for text in texts if text), component.entity_id)


def external_id_name(request: Request, key_property: str | None = None) -> str | None:
    """Return the name of the property by which a component-type answer identifies entities.

    It is the key property if that is an external id of the component; else the first external id in
    the order of names, one with a value before one without.

    Args:
        request: The request.
        key_property: As in ``store_id``.

    Returns:
        The name for a component-type request; None for an entity request, whose answer echoes entity
        id and component name.

    Raises:
        ConfigurationError: If the component type has no external-id property.
    """
    if request.entity_id is not None:
        return None
    names = request.external_ids()
    if not names:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" has no property with isExternalId, so '
            "an answer cannot name the entity of a point; give it one"
        )
    if key_property in names:
        return key_property
    return next((name for name in names if request.text_of(name)), names[0])

"""Whose data is asked for: the identifier that the outside store knows a component by."""

from connector_kit.component import Component
from connector_kit.errors import ConfigurationError
from connector_kit.request import Request


def store_id(component: Component, key_property: str | None = None) -> str | None:
    """Give the store's identifier of the component asked for.

    The first of these that has a value (or, if not, a default): the key property, if the function
    is configured with one; the component's external-id properties in the order of their names.
    Else the entity id; None in component-type style.

    Args:
        component: The component that an event is about.
        key_property: Name of the property that holds the identifier; the caller's setting.
    """
    names = [key_property, *component.external_ids()] if key_property else component.external_ids()
    texts = (component.text_of(name) for name in names)
    return next((text for text in texts if text), component.entity_id)


def external_id_name(request: Request, key_property: str | None = None) -> str | None:
    """Name the property by which a component-type answer tells entities apart.

    The key property, if it is an external id of the component; else the first external id in the
    order of names, taking one that has a value before one that has none.

    Args:
        request: The request.
        key_property: As in ``store_id``.

    Returns:
        The name in component-type style; None in entity style, where the answer echoes entity id
        and component name.

    Raises:
        ConfigurationError: If the component type has no external-id property.
    """
    if request.entity_id is not None:
        return None
    names = request.external_ids()
    if not names:
        raise ConfigurationError(
            f'component type "{request.component_type_id}" has no property with isExternalId, so '
            "an answer could not say which entity a point belongs to; give it one"
        )
    if key_property in names:
        return key_property
    return next((name for name in names if request.text_of(name)), names[0])

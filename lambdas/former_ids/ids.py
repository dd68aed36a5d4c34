"""The former ids of a twin, which the deployment writes beside the code of its functions.

A file of the code has no limit that matters here (Lambda's environment takes 4 KB, which is less than 400
renamed entities), needs no permission and no call, and changes together with the function.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

FILE_NAME = "former_ids.json"
"""Name of the file, beside the packages of the function."""

_FILE = Path(__file__).parents[1] / FILE_NAME

_NONE: Mapping[str, Any] = MappingProxyType({})


class TypeFormerIds(NamedTuple):
    """The former ids in rows of one component type. Tuples have the newest id first.

    Attributes:
        type_ids: Former ids of the type.
        attributes: Former names of attributes, by the present name.
        devices: Former ids of devices, by the present id.
    """

    type_ids: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = _NONE
    devices: Mapping[str, tuple[str, ...]] = _NONE


NO_FORMER_IDS = TypeFormerIds()


class FormerIds:
    """The former ids in the rows that a function reads.

    Args:
        types: Former ids by the present id of the component type.
        components: Present ids of component types by entity id, then by component name; of types with former
            attributes. An event about an entity need not name the type.
    """

    def __init__(
        self, types: Mapping[str, TypeFormerIds] = _NONE, components: Mapping[str, Mapping[str, str]] = _NONE
    ) -> None:
        self._types = types
        self._components = components
        self._present_types = {
            former: type_id for type_id, former_ids in types.items() for former in former_ids.type_ids
        }
        self._present_devices = {
            type_id: _reverse(former_ids.devices) for type_id, former_ids in types.items()
        }

    @classmethod
    def load(cls, file: Path = _FILE) -> "FormerIds":
        """Read the file of a deployment; without one nothing was renamed.

        Args:
            file: The file. Default: that of the function's code.

        Raises:
            ValueError: The file is not in the form that ``parse`` expects.
        """
        return cls.parse(file.read_text(encoding="utf-8")) if file.is_file() else NOTHING_RENAMED

    @classmethod
    def parse(cls, text: str) -> "FormerIds":
        """Parse the text of the file.

        Args:
            text: JSON: ``{"types": {TYPE: {"typeIds": [...], "attributes": {NAME: [...]}, "devices":
                {DEVICE: [...]}}}, "components": {ENTITY: {COMPONENT: TYPE}}}``; all members may be absent.

        Raises:
            ValueError: The text has another form.
        """
        try:
            document = json.loads(text)
            return cls(
                {type_id: _parse_type(member) for type_id, member in document.get("types", {}).items()},
                document.get("components", {}),
            )
        except (AttributeError, TypeError) as error:
            raise ValueError(f"{FILE_NAME} does not have the expected form: {error}") from error

    def of_type(self, type_id: str | None) -> TypeFormerIds:
        """Return the former ids in rows of a component type.

        Args:
            type_id: The present id of the type.
        """
        return self._types.get(type_id or "", NO_FORMER_IDS)

    def of_component(
        self,
        entity_id: str | None,
        component_name: str | None,
        type_id: str | None,
        attributes: Collection[str],
    ) -> TypeFormerIds:
        """Return the former ids in rows of a component.

        If the type of the component is not known, they are those of all types, because ids of devices are
        unique in a table, without attributes that the component has under their present name.

        Args:
            entity_id: The entity, or None.
            component_name: The name or path of the component, or None.
            type_id: The type as the event names it, or None.
            attributes: The present names of all attributes of the component.
        """
        if not self._types:
            return NO_FORMER_IDS
        type_id = type_id or self._components.get(entity_id or "", _NONE).get(component_name or "")
        if type_id is not None:
            return self.of_type(type_id)
        return TypeFormerIds(
            attributes={
                name: tuple(former for former in formers if former not in attributes)
                for name, formers in _union(member.attributes for member in self._types.values()).items()
            },
            devices=_union(member.devices for member in self._types.values()),
        )

    def present_type(self, type_id: str) -> str:
        """Return the present id of a component type.

        Args:
            type_id: A present or former id.
        """
        return self._present_types.get(type_id, type_id)

    def present_device(self, type_id: str, device: str) -> str:
        """Return the present id of a device.

        Args:
            type_id: The present id of the component type of its rows.
            device: A present or former id.
        """
        return self._present_devices.get(type_id, _NONE).get(device, device)


NOTHING_RENAMED = FormerIds()


def _parse_type(document: Mapping[str, Any]) -> TypeFormerIds:
    return TypeFormerIds(
        type_ids=tuple(document.get("typeIds", ())),
        attributes={name: tuple(formers) for name, formers in document.get("attributes", {}).items()},
        devices={name: tuple(formers) for name, formers in document.get("devices", {}).items()},
    )


def _reverse(former_ids: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {former: present for present, formers in former_ids.items() for former in formers}


def _union(mappings: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    union: dict[str, dict[str, None]] = {}
    for mapping in mappings:
        for present, formers in mapping.items():
            union.setdefault(present, {}).update(dict.fromkeys(formers))
    return {present: tuple(formers) for present, formers in union.items()}

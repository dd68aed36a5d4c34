"""From a SiteWise asset model to the properties of a component. Pure: no AWS SDK.

As the service's own ``com.amazon.iotsitewise.connector`` does, the model is the value of the
component's property ``sitewiseAssetModelId``; here also its external id, in
``sitewiseAssetModelExternalId``.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connector_kit import Component, ConfigurationError, DataType, Definition
from sitewise_connector.addressing import PROPERTY_CONFIGURATION, identifier

if TYPE_CHECKING:
    from sitewise_connector.repository import Repository

MODEL_PROPERTY = "sitewiseAssetModelId"
MODEL_EXTERNAL_PROPERTY = "sitewiseAssetModelExternalId"

_DATA_TYPES = ("BOOLEAN", "DOUBLE", "INTEGER", "STRING")
"""Those of SiteWise that TwinMaker has too; STRUCT, JSON, VIDEO and ANNOTATION have no counterpart."""

_FORBIDDEN = re.compile(r"[^a-zA-Z_\-0-9]")


def definitions(component: Component, repository: "Repository") -> Mapping[str, Definition]:
    """Give the properties of the component's asset model.

    A property is named as in SiteWise, with ``_`` for every character but letters, digits, ``_``
    and ``-``. Attributes have one value, all else (measurements, metrics, transforms) a history;
    both stay in SiteWise. Properties of composite models are not among them, nor those of other
    data types than text, number and boolean.

    Args:
        component: The component that the service asks about.
        repository: Lists the model's properties.

    Raises:
        ConfigurationError: If the component names no model, or two properties get the same name.
        StoreError: If SiteWise fails.
    """
    given, external = component.text_of(MODEL_PROPERTY), component.text_of(MODEL_EXTERNAL_PROPERTY)
    model_id = identifier(given, external, MODEL_PROPERTY)
    if model_id is None:
        raise ConfigurationError(
            f"{MODEL_PROPERTY} has no value; give the component (or its type, as default) the UUID of "
            f"the SiteWise asset model, or its external id as {MODEL_EXTERNAL_PROPERTY}"
        )
    named: dict[str, list[Mapping[str, Any]]] = {}
    for item in repository.model_properties(model_id):
        if item["dataType"] in _DATA_TYPES:
            named.setdefault(_FORBIDDEN.sub("_", item["name"]), []).append(item)
    clashes = [
        f"{' and '.join(repr(item['name']) for item in items)} would both be {name}"
        for name, items in named.items()
        if len(items) > 1
    ]
    if clashes:
        raise ConfigurationError(
            f"properties of asset model {model_id} differ only in characters that TwinMaker has not: "
            f"{'; '.join(clashes)}; rename one in SiteWise"
        )
    return {name: _definition(item) for name, (item,) in named.items()}


def _definition(item: Mapping[str, Any]) -> Definition:
    return Definition(
        data_type=DataType(item["dataType"]),
        is_time_series="attribute" not in item["type"],
        unit_of_measure=item.get("unit"),
        configuration={PROPERTY_CONFIGURATION: item["id"]},
    )

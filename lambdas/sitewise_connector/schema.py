"""schemaInitializer for SiteWise: from an asset model to a component's properties. Pure: no AWS SDK.

The model is the value of the component's property ``sitewiseAssetModelId``, as in the service's own
``com.amazon.iotsitewise.connector``, or its external id in ``sitewiseAssetModelExternalId``.
"""

import re
from collections.abc import Mapping
from typing import Any

from connector_kit import Component, ConfigurationError, DataType, Definition
from sitewise_connector.addressing import PROPERTY_CONFIGURATION, resolve_id
from sitewise_connector.shapes import Repository

MODEL_PROPERTY = "sitewiseAssetModelId"
MODEL_EXTERNAL_PROPERTY = "sitewiseAssetModelExternalId"

_DATA_TYPES = ("BOOLEAN", "DOUBLE", "INTEGER", "STRING")
"""Data types of SiteWise that TwinMaker has too; it has no STRUCT, JSON, VIDEO or ANNOTATION."""

_FORBIDDEN = re.compile(r"[^a-zA-Z_\-0-9]")


def schema_of(component: Component, repository: Repository) -> Mapping[str, Definition]:
    """Return the properties of the component's asset model.

    A property has its name in SiteWise, with ``_`` in place of characters other than letters, digits,
    ``_`` and ``-``. Attributes have one value; measurements, metrics and transforms are time series.
    All values stay in SiteWise. Properties of composite models, and of data types other than text,
    number and boolean, are left out.

    Args:
        component: The component of the event.
        repository: Lists the model's properties.

    Raises:
        ConfigurationError: If the component names no model, or two properties get the same name.
        StoreError: If SiteWise fails.
    """
    configured, external = component.text_of(MODEL_PROPERTY), component.text_of(MODEL_EXTERNAL_PROPERTY)
    model_id = resolve_id(configured, external, MODEL_PROPERTY)
    if model_id is None:
        raise ConfigurationError(
            f"{MODEL_PROPERTY} has no value; give the component (or its type, as default) the UUID of "
            f"the SiteWise asset model, or its external id as {MODEL_EXTERNAL_PROPERTY}"
        )
    items_by_name: dict[str, list[Mapping[str, Any]]] = {}
    for item in repository.model_properties(model_id):
        if item["dataType"] in _DATA_TYPES:
            items_by_name.setdefault(_FORBIDDEN.sub("_", item["name"]), []).append(item)
    clashes = [
        f"{' and '.join(repr(item['name']) for item in items)} would both be {name}"
        for name, items in items_by_name.items()
        if len(items) > 1
    ]
    if clashes:
        raise ConfigurationError(
            f"properties of asset model {model_id} differ only in characters that TwinMaker does not allow: "
            f"{'; '.join(clashes)}; rename one in SiteWise"
        )
    return {name: _definition(item) for name, (item,) in items_by_name.items()}


def _definition(item: Mapping[str, Any]) -> Definition:
    return Definition(
        data_type=DataType(item["dataType"]),
        is_time_series="attribute" not in item["type"],
        unit_of_measure=item.get("unit"),
        configuration={PROPERTY_CONFIGURATION: item["id"]},
    )

"""Runs schema initializers: Lambda functions, or the native one for SiteWise.

An initializer runs with the component type if its scope is WORKSPACE, and with each component of an entity if
its scope is ENTITY. Without a scope, it runs with the component type if all its ``requiredProperties`` have
values there, else with the component. The documentation describes both lifecycles and does not say how AWS
chooses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from twin_stack.contract.events import initializer_event
from twin_stack.local.service.errors import FunctionFailedError, FunctionTimedOutError, ServiceError
from twin_stack.local.service.twinmaker.connector_answers import read
from twin_stack.local.service.twinmaker.values import value_problems
from twin_stack.twinmaker.data_types import SITEWISE_TYPES
from twin_stack.twinmaker.inheritance import is_implemented
from twin_stack.twinmaker.names import (
    ENTITY_SCOPE,
    SCHEMA_INITIALIZER,
    SITEWISE_ASSET_MODEL_ID,
    SITEWISE_PROPERTY_ID,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json


class SchemaInitializer:
    """Runs the schema initializer of a component type."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def applies(self, functions: Json, views: Mapping[str, Json], *, on_entity: bool) -> bool:
        """Return whether the initializer runs in this lifecycle."""
        function = functions.get(SCHEMA_INITIALIZER, {})
        if not is_implemented(function):
            return False
        ready = all("value" in views.get(name, {}) for name in function.get("requiredProperties", ()))
        if not ready:
            return False
        scope = function.get("scope")
        native = function["implementedBy"].get("isNative")
        return bool(native or scope is None or (scope == ENTITY_SCOPE) == on_entity)

    def run(
        self,
        scope: Scope,
        workspace_id: str,
        functions: Json,
        views: Mapping[str, Json],
        *,
        owner: Mapping[str, str] | None = None,
    ) -> Json:
        """Return the initializer's properties by name: ``{"definition": ..., "value": ...}``.

        Args:
            scope: Account and region.
            workspace_id: The workspace.
            functions: The resolved functions of the type.
            views: Properties known so far.
            owner: The members that identify the entity's component; None in the component type's lifecycle.

        Raises:
            FunctionFailedError: The initializer failed, or its answer is invalid.
            FunctionTimedOutError: The initializer took too long.
        """
        connector = functions[SCHEMA_INITIALIZER]["implementedBy"]
        if connector.get("isNative"):
            return self._sitewise(scope, views)
        event = initializer_event(workspace_id, views, owner=owner)
        arn = connector["lambda"]["arn"]
        return _checked(self._context.invoke(arn, event, self._context.connector_timeout))

    def outcome(
        self,
        scope: Scope,
        workspace_id: str,
        functions: Json,
        views: Mapping[str, Json],
        *,
        owner: Mapping[str, str] | None = None,
    ) -> tuple[Json, Json | None]:
        """Run the initializer, and return a failure as the ``error`` of a status instead of raising it."""
        try:
            return self.run(scope, workspace_id, functions, views, owner=owner), None
        except (FunctionFailedError, FunctionTimedOutError) as error:
            message = f"schema initializer: {error}"
            return {}, {"code": "PROCESSING_ERROR", "message": message[:2048]}

    def _sitewise(self, scope: Scope, views: Mapping[str, Json]) -> Json:
        """Return one property for each property of the asset model.

        A property has SiteWise's name, with ``_`` for characters other than letters, digits, ``_`` and ``-``.
        Attributes are single values, all other properties are time series.
        """
        model_id = views[SITEWISE_ASSET_MODEL_ID]["value"].get("stringValue", "")
        try:
            model = self._context.sitewise("DescribeAssetModel", {"assetModelId": model_id}, scope)
        except ServiceError as error:
            raise FunctionFailedError(error.message) from error
        return {
            re.sub(r"[^a-zA-Z_\-0-9]", "_", item["name"]): {
                "definition": {
                    "dataType": {
                        "type": SITEWISE_TYPES[item["dataType"]],
                        **({"unitOfMeasure": item["unit"]} if item.get("unit") else {}),
                    },
                    "isTimeSeries": "attribute" not in item["type"],
                    "isStoredExternally": True,
                    "configuration": {SITEWISE_PROPERTY_ID: item["id"]},
                    "displayName": item["name"],
                }
            }
            for item in model["assetModelProperties"]
            if item["dataType"] in SITEWISE_TYPES
        }


def _checked(answer: object) -> Json:
    """Return the ``properties`` of an initializer's answer after checking them."""
    result: Json = read(SCHEMA_INITIALIZER, answer)["properties"]
    problems = [
        problem
        for name, item in result.items()
        for key, value in (("value", item.get("value")), ("default", item["definition"].get("defaultValue")))
        if value is not None and "dataType" in item["definition"]
        for problem in value_problems(value, item["definition"]["dataType"], f"{name}.{key}")
    ]
    if problems:
        raise FunctionFailedError("; ".join(problems))
    return {
        name: {key: item[key] for key in ("definition", "value") if key in item}
        for name, item in result.items()
    }

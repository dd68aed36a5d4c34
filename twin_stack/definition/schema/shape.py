"""What all shapes of the definition files have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.wording import quote_value


def _check_unique(values: list[str]) -> list[str]:
    repeated = next((value for index, value in enumerate(values) if value in values[:index]), None)
    if repeated is None:
        return values
    raise refusal(VALUE_NOT_ALLOWED, "{value} is duplicated in the list", value=quote_value(repeated))


Unique = AfterValidator(_check_unique)
"""CloudFormation refuses repeated members of these lists."""


class Shape(BaseModel):
    """A frozen model with the service's member names: unknown ones are refused, nothing is converted."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        defer_build=True,
    )


class ResponseShape(Shape):
    """A shape that the service also returns.

    Members that the service returns and does not take are dropped, so that the JSON of a response can be
    pasted into a definition as it is.
    """

    read_only_members: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_read_only_members(cls, data: Any) -> Any:
        if isinstance(data, dict) and not cls.read_only_members.isdisjoint(data):
            return {key: value for key, value in data.items() if key not in cls.read_only_members}
        return data


READ_ONLY_MEMBERS = frozenset(
    {"workspaceId", "arn", "creationDateTime", "updateDateTime", "status", "syncSource", "ResponseMetadata"}
)
"""Members of the responses of GetComponentType and GetEntity that no request takes."""

LEFT_OUT_MEMBERS = {
    "entityPath": "the path of an entity follows from its parents",
    "entityExternalId": "only a metadata transfer job takes it",
    "componentExternalId": "only a metadata transfer job takes it",
    "componentTypeExternalId": "only a metadata transfer job takes it",
}
"""Members of AWS's own files that neither a request nor a template takes, with the reason.

Source: ``cookiefactory/entities/entities.json`` of aws-samples/aws-iot-twinmaker-samples, and guide,
"Metadata transfer job schema".
"""

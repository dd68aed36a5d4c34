"""What all shapes of the definition files have in common."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import core_schema

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.refusal import MEMBERS_CONTEXT, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


def _check_unique(values: list[str]) -> list[str]:
    if len(set(values)) == len(values):
        return values
    repeated = [index for index, value in enumerate(values) if value in values[:index]]
    raise refusal(VALUE_NOT_ALLOWED, "is duplicated in the list", **{MEMBERS_CONTEXT: repeated})


class _UniqueItems:
    """A list whose members differ."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check after the list was checked."""
        return core_schema.no_info_after_validator_function(_check_unique, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe it to editors."""
        return {**handler(schema), "uniqueItems": True}


Unique = _UniqueItems()
"""CloudFormation refuses repeated members of these lists."""


_set: Final = object.__setattr__


@cache
def _shared_set(names: frozenset[str]) -> set[str]:
    """Return a set that thousands of shapes share. ``model_copy`` copies it before it adds to it."""
    return set(names)


class Shape(BaseModel):
    """A frozen model with the service's member names: unknown ones are refused, nothing is converted.

    Attributes:
        short_form: JSON Schema of values that a validator turns into the mapping; None if there are none.
    """

    short_form: ClassVar[Mapping[str, Any] | None] = None

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        defer_build=True,
    )

    @classmethod
    def of_valid(cls, members: dict[str, Any], written: Iterable[str]) -> Self:
        """Return a shape without validation, in a fraction of the time of ``model_construct``.

        Args:
            members: All members in the order of the fields, valid, under the names of the fields.
            written: Names of the fields that were written.
        """
        shape = cls.__new__(cls)
        _set(shape, "__dict__", members)
        _set(shape, "__pydantic_fields_set__", _shared_set(frozenset(written)))
        _set(shape, "__pydantic_extra__", None)
        _set(shape, "__pydantic_private__", None)
        return shape

    def with_valid(self, **members: Any) -> Self:
        """Return a copy with other members, as ``model_copy`` does.

        Args:
            members: Valid members, under the names of the fields.
        """
        return self.of_valid({**self.__dict__, **members}, self.model_fields_set | members.keys())


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

"""Functions of component types, such as ``dataReader``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.names import LambdaArn, Name  # noqa: TC001
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.twinmaker.quotas import MAX_REQUIRED_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Mapping


class LambdaFunction(Shape):
    """A Lambda function by ARN.

    Attributes:
        arn: ARN of the function, without version or alias.
    """

    arn: LambdaArn


class Implementation(Shape):
    """What implements a function: a Lambda or the service itself.

    Attributes:
        lambda_: An existing Lambda function.
        is_native: The service itself.
    """

    lambda_: LambdaFunction | None = Field(default=None, alias="lambda")
    is_native: bool | None = None


class Function(Shape):
    """A function of a component type, such as ``dataReader``.

    Attributes:
        connector: Name of a connector of ``twin.yaml``; alternatively
        implemented_by: an existing Lambda's ARN, or native. With neither, the type is abstract.
        required_properties: Properties that need a value before the function can run, at most 256.
        scope: ENTITY or WORKSPACE.
        is_inherited: Returned by the service: such a function is never deployed.
    """

    short_form: ClassVar[Mapping[str, Any]] = {"type": "string"}

    connector: str | None = None
    implemented_by: Implementation | None = None
    required_properties: Annotated[list[Name], Field(max_length=MAX_REQUIRED_PROPERTIES), Unique] = Field(
        default=[]
    )
    scope: Literal["ENTITY", "WORKSPACE"] | None = None
    is_inherited: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"connector": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _check_single_implementation(self) -> Function:
        if self.connector is not None and self.implemented_by is not None:
            raise refusal(VALUE_NOT_ALLOWED, "both connector and implementedBy are given")
        return self

    @property
    def is_implemented(self) -> bool:
        """Whether a connector, a Lambda or the service implements it."""
        by = self.implemented_by
        return self.connector is not None or (
            by is not None and (by.lambda_ is not None or bool(by.is_native))
        )

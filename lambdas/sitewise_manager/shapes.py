"""What a template declares in AWS IoT SiteWise, and the operations that the pure core needs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Mapping[str, Any]
"""An answer of the service, with its own names of members."""

NewId = Callable[[], str]
"""Returns a new UUID."""


class RefusedError(Exception):
    """A change that would lose history, or that SiteWise does not allow; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of an expression.

    Attributes:
        name: Its name in the expression.
        property_name: The property that it stands for.
        hierarchy_name: The hierarchy whose children have the property; None for the asset itself.
    """

    name: str
    property_name: str
    hierarchy_name: str | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A property that an asset model is to have.

    Attributes:
        name: Its name, unique in the model.
        kind: ``attribute``, ``measurement``, ``transform`` or ``metric``.
        data_type: ``STRING``, ``INTEGER``, ``DOUBLE`` or ``BOOLEAN``.
        former_names: The names that it had before, newest first.
        unit: Its unit, or None.
        default_value: Of an attribute, as text; None for no default.
        expression: Of a transform or metric.
        variables: Of the expression.
        window: Of a metric, such as ``5m``.
    """

    name: str
    kind: str
    data_type: str
    former_names: tuple[str, ...] = ()
    unit: str | None = None
    default_value: str | None = None
    expression: str | None = None
    variables: tuple[Variable, ...] = ()
    window: str | None = None


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A hierarchy that an asset model is to have.

    Attributes:
        name: Its name, unique in the model.
        child_model_id: The id of the model of the assets below.
    """

    name: str
    child_model_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of an asset or a model, and the resource of a stack that owns it.

    Attributes:
        external_id: Its external id.
        former_external_ids: The external ids that it may have from before a renaming, newest first.
        owner: Stack and logical id of the resource that owns it.
        workspace: The name under which the twin keeps its data, for a tag.
        deletes_data: Whether the removal policy is Destroy: what the template no longer has may be deleted
            with its history.
        tags: The tags of the template.
        old_tags: The tags that the template had before this update.
    """

    external_id: str
    former_external_ids: tuple[str, ...]
    owner: str
    workspace: str
    deletes_data: bool
    tags: Mapping[str, str] = field(default_factory=dict)
    old_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """An asset model that a template declares.

    Attributes:
        identity: What identifies it.
        name: Its name.
        properties: Its properties.
        hierarchies: Its hierarchies.
    """

    identity: Identity
    name: str
    properties: tuple[Property, ...]
    hierarchies: tuple[Hierarchy, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset that a template declares.

    Attributes:
        identity: What identifies it.
        name: Its name.
        model_id: The id of its model.
        alias_prefix: The alias of a property is this and the name of the property.
        parent_id: The id of the asset above; None for none.
        hierarchy_name: The hierarchy of the parent's model.
    """

    identity: Identity
    name: str
    model_id: str
    alias_prefix: str
    parent_id: str | None = None
    hierarchy_name: str | None = None


class Repository(Protocol):
    """AWS IoT SiteWise, and the state of the stack.

    Each change returns when the resource is ACTIVE again; throttling and conflicts with other changes are
    retried within the time of the invocation.
    """

    def model(self, identifier: str) -> Json | None:
        """Return DescribeAssetModel's answer for an id or ``externalId:...``; None if there is none."""

    def asset(self, identifier: str) -> Json | None:
        """Return DescribeAsset's answer for an id or ``externalId:...``; None if there is none."""

    def create_model(self, members: Json) -> tuple[str, bool]:
        """Create a model and return its id and True; id and False of one that has the name already."""

    def update_model(self, model_id: str, members: Json) -> None:
        """Replace the definition of a model."""

    def delete_model(self, model_id: str) -> None:
        """Delete a model without assets."""

    def create_asset(self, members: Json) -> tuple[str, bool]:
        """Create an asset and return its id and True; id and False of one that exists already."""

    def update_asset(self, asset_id: str, members: Json) -> None:
        """Change name, description and external id."""

    def delete_asset(self, asset_id: str) -> None:
        """Delete an asset without parent and children, and wait until it is gone."""

    def set_alias(self, asset_id: str, property_id: str, alias: str | None, notification: str | None) -> None:
        """Set or remove the alias of a property; the notification state has to be given again."""

    def alias_holders(self, prefix: str) -> Mapping[str, tuple[str, str]]:
        """Return asset and property that have an alias, for each alias that begins with a prefix."""

    def parent(self, asset_id: str) -> Json | None:
        """Return the summary of the asset above; None if there is none."""

    def children(self, asset_id: str, hierarchy_id: str) -> Iterable[str]:
        """Return the ids of the assets below in one hierarchy."""

    def associate(self, parent_id: str, hierarchy_id: str, child_id: str) -> None:
        """Put an asset below another."""

    def disassociate(self, parent_id: str, hierarchy_id: str, child_id: str) -> None:
        """Take an asset from below another."""

    def assets_of(self, model_id: str) -> Iterable[Json]:
        """Return the summaries of the assets of a model."""

    def latest_values(self, addresses: Sequence[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], Any]]:
        """Yield each pair of asset and property that has a value, with its latest value."""

    def tags(self, arn: str) -> Mapping[str, str]:
        """Return the tags of a model or an asset."""

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add or change tags."""

    def untag(self, arn: str, keys: Sequence[str]) -> None:
        """Remove tags."""

    def is_rolling_back(self) -> bool:
        """Return whether the stack is rolling back."""

"""The resource mapping for ``cdk import``: what a template declares, exists, and belongs to no stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from twin_stack.client.template_values import references, resolve
from twin_stack.twinmaker.import_identifiers import IMPORT_IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.client.stack_resources import StackResource

    Template = Mapping[str, Any]
    Identifier = dict[str, str]

_PSEUDO = "AWS::"
_REMEDY = (
    "give --import-app if it only waits for it, or run `cdk deploy --import-existing-resources`, which "
    "creates one and imports the other"
)


class Inventory(Protocol):
    """What exists in an account and region."""

    def exists(self, type_name: str, identifier: Mapping[str, str]) -> bool:
        """Return whether there is a resource of a type with an identifier."""

    def generated(self, type_name: str, prefix: str) -> list[str]:
        """Return ids of resources of a type that begin with the prefix of a name that CloudFormation made."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A resource of the template that is not in the mapping.

    Attributes:
        logical_id: Its id in the template.
        type_name: Its type.
        reason: Why it is not in the mapping, and what to do.
    """

    logical_id: str
    type_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A resource mapping.

    Attributes:
        mapping: Identifiers by logical id, as ``cdk import --resource-mapping`` takes them.
        missing: Resources of types that can be imported, without those that the stack has already.
    """

    mapping: dict[str, Identifier]
    missing: list[Missing]


def import_map(
    stack: str,
    template: Template,
    *,
    inventory: Inventory,
    owned: list[StackResource],
    parameters: Mapping[str, str],
    keeps_order: bool = True,
) -> ImportMap:
    """Return the mapping of a stack's template.

    Args:
        stack: Name of the stack.
        template: Its synthesized template.
        inventory: What exists.
        owned: Resources of all stacks.
        parameters: Values of pseudo parameters, such as ``AWS::Region``.
        keeps_order: Whether the template is imported with its ``DependsOn``, so that what a resource waits
            for has to exist too.
    """
    in_stack = {resource.logical_id for resource in owned if resource.stack == stack}
    owners = {(resource.type_name, resource.physical_id): resource.stack for resource in owned}
    identifiers: dict[str, Identifier] = {}
    missing: list[Missing] = []
    for logical_id, resource in template.get("Resources", {}).items():
        type_name = resource["Type"]
        if logical_id in in_stack or type_name not in IMPORT_IDENTIFIERS:
            continue
        identifier, reason = _identify(stack, logical_id, template, inventory, parameters)
        owner = owners.get((type_name, "|".join(identifier.values()))) if identifier else None
        if owner is not None:
            reason = f"belongs to the stack {owner}; remove it there first, with DeletionPolicy Retain"
        if identifier is None or owner is not None:
            missing.append(Missing(logical_id, type_name, reason))
        else:
            identifiers[logical_id] = identifier
    for logical_id, needed in _unresolved(template, identifiers, in_stack, keeps_order=keeps_order):
        del identifiers[logical_id]
        reason = f"needs {needed}, which is neither in the stack nor in the mapping; {_REMEDY}"
        missing.append(Missing(logical_id, template["Resources"][logical_id]["Type"], reason))
    return ImportMap(dict(sorted(identifiers.items())), sorted(missing, key=lambda item: item.logical_id))


def _identify(
    stack: str,
    logical_id: str,
    template: Template,
    inventory: Inventory,
    parameters: Mapping[str, str],
) -> tuple[Identifier | None, str]:
    """Return the identifier of a resource that exists, else why there is none."""
    resource = template["Resources"][logical_id]
    type_name, properties = resource["Type"], resource.get("Properties", {})
    names = IMPORT_IDENTIFIERS[type_name]
    values = {name: resolve(properties.get(name), template, parameters) for name in names}
    if unknown := sorted(name for name, value in values.items() if value is None and name in properties):
        return None, f"{', '.join(unknown)} is known at the deployment only"
    identifier = {name: value for name, value in values.items() if value is not None}
    if len(identifier) == len(names):
        if inventory.exists(type_name, identifier):
            return identifier, ""
        return None, f"{' '.join(identifier.values())} does not exist"
    if len(names) > 1:
        return None, f"the template has no {', '.join(name for name in names if name not in identifier)}"
    return _generated(stack, logical_id, type_name, inventory)


def _generated(
    stack: str, logical_id: str, type_name: str, inventory: Inventory
) -> tuple[Identifier | None, str]:
    """Return the identifier of a resource whose name CloudFormation made, else why there is none."""
    (name,) = IMPORT_IDENTIFIERS[type_name]
    prefix = f"{stack}-{logical_id}-"
    candidates = inventory.generated(type_name, prefix)
    if len(candidates) == 1:
        return {name: candidates[0]}, ""
    if candidates:
        return None, f"several may be it: {', '.join(candidates)}; add {name} of one to the mapping"
    return None, f"the template has no {name}, and no generated name begins with {prefix}"


def _unresolved(
    template: Template, identifiers: Mapping[str, Identifier], in_stack: set[str], *, keeps_order: bool
) -> Iterator[tuple[str, str]]:
    """Yield resources that cannot be imported because of others, and one of those."""
    resources = template["Resources"]
    remaining = set(identifiers)
    while True:
        refused = {
            logical_id: min(needed)
            for logical_id in sorted(remaining)
            if (
                needed := {
                    name
                    for name in references(resources[logical_id], keeps_order=keeps_order)
                    if not name.startswith(_PSEUDO) and name not in remaining | in_stack
                }
            )
        }
        if not refused:
            return
        yield from refused.items()
        remaining -= refused.keys()

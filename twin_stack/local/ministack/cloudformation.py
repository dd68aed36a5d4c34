"""ministack's CloudFormation: handlers for more resource types, and how far its stacks are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.local.recovery_journal import TouchedResource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Json = dict[str, Any]


class CloudFormation:
    """Resource types and stacks of ministack.

    Args:
        cloudformation: ministack's module of this name.
        provisioners: ministack's module of this name.
        stacks: ministack's module of this name.
        changesets: ministack's module of this name.
        responses: ministack's module of this name.
    """

    def __init__(
        self, cloudformation: Any, provisioners: Any, stacks: Any, changesets: Any, responses: Any
    ) -> None:
        self._cloudformation = cloudformation
        self._provisioners = provisioners
        self._changesets = changesets
        self._responses = responses
        self._types: set[str] = set()
        runs_on_thread = stacks._runs_on_worker_thread
        # Our handlers commit to the disk and may run a schema initializer, which would block the event loop.
        stacks._runs_on_worker_thread = lambda type_name: (
            type_name in self._types or runs_on_thread(type_name)
        )

    def register(
        self,
        type_name: str,
        handlers: Mapping[str, Callable[..., Any]],
        *,
        create_only: tuple[str, ...] = (),
        tags: str = "",
    ) -> None:
        """Add handlers for a resource type.

        Args:
            type_name: CloudFormation's name of the type.
            handlers: Functions by ``create``, ``update`` and ``delete``.
            create_only: Properties whose change replaces the resource.
            tags: Form of ``Tags`` in templates, ``map`` or ``list``; empty where the type has none.
        """
        self._types.add(type_name)
        self._provisioners._RESOURCE_HANDLERS[type_name] = dict(handlers)
        self._provisioners._REPLACING_PROPERTIES[type_name] = create_only
        if tags:
            self._provisioners._STACK_TAG_PROPERTY[type_name] = ("Tags", tags)

    def register_import(
        self, type_name: str, identifiers: tuple[str, ...], adopt: Callable[[str], tuple[str, Json] | None]
    ) -> None:
        """Let change sets import existing resources of a registered type.

        Args:
            type_name: CloudFormation's name of the type.
            identifiers: Properties that identify a resource, ``primaryIdentifier`` of the type's schema.
            adopt: Returns physical id and attributes of a resource by its physical id, the identifiers joined
                by ``|``; None where there is none.
        """

        def problem(*values: str) -> str | None:
            physical_id = "|".join(values)
            for stack in list(self._cloudformation._stacks.values()):
                if stack["StackStatus"] != "DELETE_COMPLETE" and any(
                    (resource["ResourceType"], resource.get("PhysicalResourceId")) == (type_name, physical_id)
                    for resource in stack.get("_resources", {}).values()
                ):
                    return f"{physical_id} already exists in stack {stack['StackId']}"
            if adopt(physical_id) is None:
                return str(self._changesets._IMPORT_NOT_FOUND).format(type=type_name, value=physical_id)
            return None

        def import_existing(identifier: Mapping[str, str]) -> tuple[str, Json]:
            adopted = adopt("|".join(identifier[name] for name in identifiers))
            assert adopted is not None  # noqa: S101 (looked up just before)
            return adopted

        self._changesets._IMPORT_LOOKUPS[type_name] = (identifiers, problem)
        self._provisioners._RESOURCE_HANDLERS[type_name]["import"] = import_existing

    def caller(self) -> tuple[str, str]:
        """Return account and region of the current request."""
        return self._responses.get_account_id(), self._responses.get_region()

    @property
    def has_unsettled_stacks(self) -> bool:
        """Whether any stack is being created, updated or deleted."""
        stacks = list(self._cloudformation._stacks._data.values())
        return any(stack["StackStatus"].endswith("_IN_PROGRESS") for stack in stacks)

    def progress(self) -> tuple[int, int]:
        """Return a value that changes with each event of a stack: numbers of stacks and of events."""
        events = list(self._cloudformation._stack_events._data.values())
        return len(events), sum(len(of_stack) for of_stack in events)

    def stack_resources(self) -> Iterator[tuple[TouchedResource, Json]]:
        """Yield each resource of each stack with its properties, in the order of creation."""
        for (account, region, _), stack in self._cloudformation._stacks._data.items():
            for resource in stack.get("_resources", {}).values():
                key = TouchedResource(
                    account, region, resource["ResourceType"], resource["PhysicalResourceId"]
                )
                yield key, resource.get("Properties", {})

"""Resources whose names exist already: a stack imports them or is refused, as in AWS."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOPIC_RULE = "AWS::IoT::TopicRule"

_imported: ContextVar[frozenset[str]] = ContextVar("imported", default=frozenset())
"""Names of the buckets that the running operation imports."""


def accept_imported_buckets(changesets: Any, provisioners: Any) -> None:
    """Validate a stack without a conflict over the name of a bucket that its change set imports.

    ministack's validation before a deployment has the buckets of the stack only, so that it fails every
    import of a bucket.

    Args:
        changesets: ministack's module of this name.
        provisioners: ministack's module of this name.
    """
    deploy, conflict_of = changesets._deploy_stack_async, provisioners.s3_bucket_name_conflict

    async def deploy_with_imports(
        *args: Any, imports: Mapping[str, Mapping[str, str]] | None = None, **options: Any
    ) -> None:
        identifiers = (imports or {}).values()
        _imported.set(frozenset(name for identifier in identifiers for name in identifier.values()))
        await deploy(*args, imports=imports, **options)

    def conflict(name: str) -> str | None:
        message: str | None = None if name in _imported.get() else conflict_of(name)
        return message

    changesets._deploy_stack_async = deploy_with_imports
    provisioners.s3_bucket_name_conflict = conflict


def refuse_existing_topic_rules(provisioners: Any, iot: Any) -> None:
    """Refuse to create a topic rule whose name another one has, which ministack would replace.

    Source: AWS IoT API reference, CreateTopicRule, ``ResourceAlreadyExistsException``.

    Args:
        provisioners: ministack's module of this name.
        iot: ministack's module of this name.
    """
    create = provisioners._iot_topic_rule_create

    def create_new(logical_id: str, properties: Mapping[str, Any], stack_name: str) -> Any:
        name = properties.get("RuleName")
        if name is not None and name in iot._topic_rules:
            raise ValueError(f"Resource of type '{_TOPIC_RULE}' with identifier '{name}' already exists.")
        return create(logical_id, properties, stack_name)

    provisioners._iot_topic_rule_create = create_new
    provisioners._RESOURCE_HANDLERS[_TOPIC_RULE]["create"] = create_new

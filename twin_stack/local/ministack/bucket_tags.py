"""Tags of ministack's buckets: those of a template are set, which ministack leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]

_BUCKET = "AWS::S3::Bucket"


def set_bucket_tags(provisioners: Any, s3: Any) -> None:
    """Let templates set the tags of buckets.

    Args:
        provisioners: ministack's module of this name.
        s3: ministack's module of this name.
    """
    handlers: dict[str, Callable[..., Any]] = provisioners._RESOURCE_HANDLERS[_BUCKET]
    create, update = handlers["create"], handlers["update"]

    def tag(name: str, properties: Json) -> None:
        tags = {item["Key"]: item["Value"] for item in properties.get("Tags") or ()}
        if tags:
            s3._bucket_tags[name] = tags
        else:
            s3._bucket_tags.pop(name, None)

    def create_with_tags(logical_id: str, properties: Json, stack_name: str) -> tuple[str, Json]:
        name, attributes = create(logical_id, properties, stack_name)
        tag(name, properties)
        return name, attributes

    def update_with_tags(physical_id: str, old: Json, new: Json, stack_name: str) -> tuple[str, Json]:
        name, attributes = update(physical_id, old, new, stack_name)
        if new.get("Tags") != old.get("Tags"):
            tag(name, new)
        return name, attributes

    handlers["create"], handlers["update"] = create_with_tags, update_with_tags

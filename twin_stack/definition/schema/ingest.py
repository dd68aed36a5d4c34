"""Messages that devices publish to AWS IoT Core."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from twin_stack.definition.rules.settings import INVALID_TOPIC, NOT_IN_SQL
from twin_stack.definition.schema.names import ComponentTypeId, Name  # noqa: TC001
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns

STAGE_PLACEHOLDER: Final = "${stage}"
"""Text in a topic that becomes the name of the stage."""

TOPIC = StringRule(
    INVALID_TOPIC,
    "topic",
    patterns.TOPIC_FILTER.min_length,
    patterns.TOPIC_FILTER.max_length,
    patterns.topic_filter(rf"({patterns.TOPIC_CHARACTER}|{re.escape(STAGE_PLACEHOLDER)})+"),
    'at most 8 parts of letters, digits and "_.:=,@-" between slashes, "+" for any one, "#" as the last, '
    f"{STAGE_PLACEHOLDER} for the name of the stage",
)
MEMBER = StringRule(
    NOT_IN_SQL,
    "member of the message",
    *patterns.SQL_MEMBER,
    'names of letters a-z without accents, digits and "_", nested ones separated by "."',
)
DEVICE = StringRule(
    NOT_IN_SQL,
    "source of the device id",
    1,
    256,
    rf"{patterns.SQL_TOPIC_SEGMENT.pattern}|clientid\(\)|{patterns.SQL_MEMBER.pattern}",
    "topic(N) for a part of the topic, clientid(), or a member of the message such as device.id",
)


class Ingest(Shape):
    """Messages of devices, published to AWS IoT Core: a topic rule writes them to where connectors read.

    Attributes:
        topic: Topic filter of the messages; ``${stage}`` in it becomes the name of the stage.
        device_id: Where the device id comes from: ``topic(N)``, counted from 1, ``clientid()``, or a member
            of the message. It is the component's external id, or else the entity id.
        component_type_id: Component type whose properties they carry. A rule writes rows of one type.
        time: Member of the message with the time of the measurement, a number since 1970 in UTC. With the
            device id it is the key of a row, so that a repeated or late message does no harm.
        time_unit: What that number counts; ``auto`` tells it by the size of the number, for times since
            2001-09-09. A time that cannot be one of its unit is not stored.
        max_age_days: Number of days after which a message is too old to be stored: its clock is wrong.
        max_ahead_seconds: Number of seconds by which a message may be ahead of AWS IoT's clock.
        properties: Members by property. If absent: each time series of the type under its own name.
        connectors: Connectors that read what is written. If absent: the reader of the component type.
        expires_after_days: Number of days after which DynamoDB may delete a row. If absent: never.
        basic_ingest: Devices publish to the rule itself, past the message broker: cheaper, and no other
            client can subscribe.
        shared_topics: Whether stages of one account and region may all take these messages.
    """

    topic: Annotated[str, TOPIC]
    device_id: Annotated[str, DEVICE]
    component_type_id: ComponentTypeId
    time: Annotated[str, MEMBER] = "timestamp"
    time_unit: Literal["s", "ms", "us", "ns", "auto"] = "ms"
    max_age_days: Annotated[int, Field(ge=1, le=36_500)] = 3650
    max_ahead_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    properties: dict[Name, Annotated[str, MEMBER]] = Field(default={})
    connectors: Annotated[list[Name], Field(min_length=1), Unique] | None = None
    expires_after_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    basic_ingest: bool = False
    shared_topics: bool = False

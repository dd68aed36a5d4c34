"""Stages side by side: what keeps the twins of one account and region apart."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.rules.stages import STAGES_SHARE_IDENTITY, STAGES_SHARE_TOPICS
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.quotas import MAX_STACK_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from twin_stack.definition.findings import Finding, Location


@dataclass(frozen=True, slots=True)
class StageTopic:
    """A topic filter that a stage takes messages from.

    Attributes:
        ingest: Name of the ingest.
        topic: Topic filter as it is deployed.
        basic_ingest: Whether devices publish to the rule itself.
        is_shared: Whether the ingest allows that other stages take the same messages.
        place: Where the topic was written.
    """

    ingest: str
    topic: str
    basic_ingest: bool
    is_shared: bool
    place: Location


@dataclass(frozen=True, slots=True)
class StageIdentity:
    """What identifies the twin of a stage in AWS.

    Attributes:
        name: Name of the stage.
        account: Account, None where it is not known.
        region: Region, None where it is not known.
        stack: Name of the stack.
        workspace_id: Id of the workspace.
        data_name: Name that the names of its data begin with.
        topics: Topics of its devices.
        place: Where the stage was written.
    """

    name: str
    account: str | None
    region: str | None
    stack: str
    workspace_id: str
    data_name: str
    topics: Sequence[StageTopic]
    place: Location


def stack_name(workspace_id: str) -> str:
    """Return the name of a workspace's stack: CloudFormation allows no ``_`` and requires a letter first.

    Different workspaces never share a stack: a name that had to be changed ends with a hash of the id.

    Args:
        workspace_id: The id of the workspace, 2 to 128 characters.
    """
    name = workspace_id.replace("_", "-")
    name = name if name[0].isalpha() else f"twin-{name}"
    if name == workspace_id:
        return name
    digest = hashlib.sha256(workspace_id.encode()).hexdigest()[:8]
    return f"{name[: MAX_STACK_NAME - len(digest) - 1]}-{digest}"


def compare_stages(selected: StageIdentity, others: Iterable[StageIdentity]) -> list[Finding]:
    """Return what a stage shares with others of the same account and region.

    Args:
        selected: The stage that is deployed.
        others: The other stages.
    """
    findings: list[Finding] = []
    for other in others:
        if (selected.account, selected.region) == (other.account, other.region):
            findings += _shared_identity(selected, other)
            findings += _shared_topics(selected, other)
    return findings


def overlap(first: str, second: str) -> bool:
    """Return whether a message can match two topic filters.

    Args:
        first: A topic filter of MQTT: ``+`` stands for one level, ``#`` for any number of levels.
        second: Another one.
    """
    levels, other_levels = first.split("/"), second.split("/")
    for level, other_level in zip(levels, other_levels, strict=False):
        if "#" in (level, other_level):
            return True
        if level != other_level and "+" not in (level, other_level):
            return False
    longer = max(levels, other_levels, key=len)
    # "plant/#" also matches "plant".
    return len(levels) == len(other_levels) or longer[min(len(levels), len(other_levels))] == "#"


def _shared_identity(selected: StageIdentity, other: StageIdentity) -> Iterator[Finding]:
    shared = (
        ("workspace", selected.workspace_id, other.workspace_id, "workspaceId"),
        ("stack", selected.stack, other.stack, "stackName"),
        ("data name", selected.data_name, other.data_name, "dataName"),
    )
    for label, value, other_value, key in shared:
        if value == other_value:
            message = (
                f'stages "{selected.name}" and "{other.name}" of one account and region have the same '
                f"{label}, {quote_value(value)}"
            )
            yield STAGES_SHARE_IDENTITY.finding(selected.place, message, f"give one of them another {key}")
            return


def _shared_topics(selected: StageIdentity, other: StageIdentity) -> Iterator[Finding]:
    for topic in selected.topics:
        for other_topic in other.topics:
            if topic.is_shared or (topic.basic_ingest and other_topic.basic_ingest):
                continue
            if overlap(topic.topic, other_topic.topic):
                message = (
                    f'the topic {quote_value(topic.topic)} of stage "{selected.name}" also takes messages on '
                    f'{quote_value(other_topic.topic)} of stage "{other.name}", in the same account and '
                    "region"
                )
                yield STAGES_SHARE_TOPICS.finding(topic.place, message)
                break

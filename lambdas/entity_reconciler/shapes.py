"""What the parts of the reconciler exchange: entities, jobs, errors, the interfaces of twin and bucket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Protocol

Json = dict[str, Any]

ROOT = "$ROOT"
"""The parent of entities at the top of a workspace."""


class ReconcileError(Exception):
    """A deployment of entities that is refused or failed; CloudFormation shows the message."""


class RefusedError(Exception):
    """A call that the service refused; the message is the service's."""


class StepFailedError(Exception):
    """A step failed, so that the operation returns to the former state.

    Args:
        message: What failed.
        failures: Reasons by entity.
    """

    def __init__(self, message: str, failures: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.failures = dict(failures or {})


class OutOfTimeError(Exception):
    """The invocation has no time for another call. The next one goes on."""

    def __init__(self) -> None:
        super().__init__("the time of the function ended; give it more time")


class LostLockError(Exception):
    """Another invocation has changed the operation in the meantime and goes on with it."""


class Entry(NamedTuple):
    """An entity of a state, without its content.

    Attributes:
        parent: The id of the entity above it.
        digest: Of its content.
        size: Bytes that it takes in the file of a transfer job.
        chunk: The key of the chunk with its content.
        is_direct: Whether it needs a call of its own, because a transfer job cannot write it.
    """

    parent: str
    digest: bytes
    size: int
    chunk: str
    is_direct: bool


class LiveEntity(NamedTuple):
    """An entity as ListEntities has it.

    Attributes:
        parent: The id of the entity above it.
        updated: When it was changed last, in epoch seconds of the service.
        state: As the API has it, such as ``ACTIVE``.
        error: Why its last change failed; empty if it did not.
    """

    parent: str
    updated: float
    state: str = "ACTIVE"
    error: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A metadata transfer job.

    Attributes:
        state: As the API has it.
        failed: Number of entities that it could not write.
        succeeded: Number of entities that it has written.
        message: The error that the service reports.
        report_url: Where the service keeps its own report, for some time.
    """

    state: str
    failed: int
    succeeded: int
    message: str
    report_url: str

    @property
    def has_ended(self) -> bool:
        """Whether it does nothing more."""
        return self.state in {"COMPLETED", "ERROR", "CANCELLED"}


def members_of(item: Any) -> Json:
    """Return the members of a dataclass by name. ``dataclasses.asdict`` copies whatever they hold.

    Args:
        item: The object of a dataclass.
    """
    return {member.name: getattr(item, member.name) for member in fields(item)}


class Twin(Protocol):
    """The entities of one workspace. Any call may raise ``OutOfTimeError`` or ``RefusedError``."""

    @property
    def calls(self) -> int:
        """Number of calls so far, those included that the service throttled."""

    def list_entities(self, token: str | None) -> tuple[Mapping[str, LiveEntity], str | None]:
        """Return one page of at most 200 entities by id, and the token of the next page."""

    def get_entity(self, entity_id: str) -> Json | None:
        """Return an entity as GetEntity does; None if there is none."""

    def type_properties(self, type_id: str) -> Sequence[str]:
        """Return the names of the properties that a component type has."""

    def nested_component(self, entity_id: str, path: str) -> tuple[Mapping[str, Json], Sequence[str]]:
        """Return the values of a component in a component, without defaults, and the names of those in it.

        Args:
            entity_id: The entity.
            path: The names of the component and of those around it, outermost first.
        """

    def create_entity(self, members: Json) -> bool:
        """Create an entity; return False if it exists already."""

    def update_entity(self, entity_id: str, members: Json) -> None:
        """Change an entity by members of UpdateEntity."""

    def get_tags(self, arn: str) -> Mapping[str, str]:
        """Return the tags of an entity."""

    def set_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Make the tags of an entity these."""

    def delete_entity(self, entity_id: str, *, is_recursive: bool) -> None:
        """Delete an entity; one that does not exist is deleted already."""

    def start_job(self, job_id: str, key: str) -> bool:
        """Start a transfer job from an object of the bucket; one that exists already is started already.

        Returns:
            False if as many jobs wait as an account may have.
        """

    def get_job(self, job_id: str) -> Job | None:
        """Return a transfer job; None if there is none."""

    def cancel_job(self, job_id: str) -> None:
        """Cancel a transfer job; one that has ended stays as it is."""


class Store(Protocol):
    """The objects of one prefix in the bucket of the workspace."""

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Return an object and its ETag; None if there is none."""

    def write(self, key: str, body: bytes) -> None:
        """Write an object."""

    def write_if(self, key: str, body: bytes, etag: str | None) -> str:
        """Write an object if it still has the ETag, or if there is none for None; return the new ETag.

        Raises:
            LostLockError: The object has changed.
        """

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with a prefix."""

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects."""

    def read_asset(self, bucket: str, key: str) -> bytes:
        """Return an object of any bucket."""


class Clock(Protocol):
    """The time of an invocation."""

    def now(self) -> float:
        """Return epoch seconds."""

    def seconds_left(self) -> float:
        """Return the seconds in which calls may begin."""

    def sleep(self, seconds: float) -> None:
        """Wait."""

"""Carries out one step of a plan. Each can be repeated: what was done already is not done twice."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from entity_reconciler.adoption import read_contents, write_contents
from entity_reconciler.entity_changes import content_of, create_members, merge, update_members
from entity_reconciler.estimate import FORWARD_SECONDS
from entity_reconciler.live import look_up, read_marks
from entity_reconciler.operation import Operation
from entity_reconciler.plans import Plan, Step
from entity_reconciler.shapes import (
    Clock,
    Entry,
    Job,
    Json,
    OutOfTimeError,
    RefusedError,
    StepFailedError,
    Store,
    Twin,
)
from entity_reconciler.states import States

_SAVE_EVERY = 50
"""Calls after which the checkpoint is written. A killed invocation repeats at most so many."""

_BATCH = 500
"""Entities whose contents are in memory at once, of those that are written by calls."""

_FIRST_POLL, _MAX_POLL = 0.5, 10.0
_DELETE_TRIES = 5
_MAX_MESSAGE = 400


@dataclass(slots=True)
class StepRunner:
    """Carries out steps of an operation.

    Attributes:
        twin: The workspace.
        store: The engine's prefix in the bucket.
        states: The copies of states.
        clock: The time of the invocation.
        operation: The operation, which is changed.
        save: Writes the checkpoint.
    """

    twin: Twin
    store: Store
    states: States
    clock: Clock
    operation: Operation
    save: Callable[[], None]

    def run(self, step: Step, plan: Plan, target: Mapping[str, Entry]) -> None:
        """Carry out the rest of a step.

        Args:
            step: The step.
            plan: The plan that it is of.
            target: The desired entities.

        Raises:
            StepFailedError: The service refuses something, or the operation's time ends.
            OutOfTimeError: The invocation's time ends; the next one goes on.
        """
        if step.kind == "job":
            self._run_job(step, plan, target)
        elif step.kind == "calls":
            self._count(step, self._write(step, plan, target))
        elif step.kind == "keep":
            self._count(step, self._keep(step, target))
        elif step.kind == "restore":
            self._count(step, self._restore(step))
        else:
            if not self.operation.done:
                self._check_moves(plan, target)
            self._count(step, self._delete(step))

    def check_time(self) -> None:
        """Fail if the operation has to return to the former state now.

        Raises:
            StepFailedError: Its time ends.
        """
        operation = self.operation
        elapsed = self.clock.now() - operation.started
        if operation.undoes or operation.action == "Delete" or elapsed <= FORWARD_SECONDS:
            return
        done = operation.written + operation.done
        raise StepFailedError(
            f"the entities were not written in {FORWARD_SECONDS / 60:.0f} minutes, of the hour that an "
            f"operation has ({done} of {operation.total} are done); deploy fewer changes at once"
        )

    def _count(self, step: Step, results: Iterator[None]) -> None:
        """Run through the items of a step, and save the checkpoint from time to time."""
        operation = self.operation
        try:
            for _ in results:
                operation.done += 1
                if operation.done % _SAVE_EVERY == 0 and operation.done < len(step.ids):
                    self.save()
                    self.check_time()
        except OutOfTimeError:
            self.save()
            raise

    def _write(self, step: Step, plan: Plan, target: Mapping[str, Entry]) -> Iterator[None]:
        operation = self.operation
        rest = iter(step.ids[operation.done :])
        others = [self.states.index(key) for key in {operation.former, operation.target} - {operation.goal}]
        former = self._former_contents(plan)
        while batch := list(islice(rest, _BATCH)):
            contents = self._contents(batch, target)
            forms = [self._contents(batch, other) for other in others]
            for entity_id in batch:
                is_new = entity_id in plan.parents and entity_id not in plan.adopted
                try:
                    if not (is_new and self.twin.create_entity(create_members(contents[entity_id]))):
                        present = [form[entity_id] for form in forms if entity_id in form]
                        self._update(contents[entity_id], former.get(entity_id), present)
                except RefusedError as error:
                    raise _failure("cannot be written", {entity_id: str(error)}) from error
                yield

    def _keep(self, step: Step, target: Mapping[str, Entry]) -> Iterator[None]:
        """Save what entities to adopt have, before they are changed."""
        rest = iter(step.ids[self.operation.done :])
        # An adoption that did not end has changed some already.
        present = read_contents(self.store)
        types: dict[str, Collection[str]] = {}
        while batch := list(islice(rest, _SAVE_EVERY)):
            wanted = self._contents(batch, target)
            contents = {}
            for entity_id in batch:
                if entity_id in present or (live := self.twin.get_entity(entity_id)) is None:
                    continue
                type_ids = {
                    name: item["componentTypeId"] for name, item in (live.get("components") or {}).items()
                }
                for type_id in set(type_ids.values()).difference(types):
                    types[type_id] = self.twin.type_properties(type_id)
                of_types = {name: types[type_id] for name, type_id in type_ids.items()}
                contents[entity_id] = content_of(live, of_types)
                if nested := dict(self._nested_values(live)):
                    contents[entity_id]["nested"] = nested
                if wanted[entity_id].get("tags"):
                    contents[entity_id]["tags"] = self.twin.get_tags(live["arn"])
            write_contents(self.store, contents)
            yield from (None for _ in batch)

    def _nested_values(self, live: Json) -> Iterator[tuple[str, Mapping[str, Json]]]:
        """Yield path and values of each component in a component."""
        pending = [
            f"{name}/{inner}"
            for name, item in (live.get("components") or {}).items()
            for inner in item.get("compositeComponents") or {}
        ]
        while pending:
            path = pending.pop()
            values, inside = self.twin.nested_component(live["entityId"], path)
            yield path, values
            pending += [f"{path}/{name}" for name in inside]

    def _restore_nested(self, entity_id: str, nested: Mapping[str, Mapping[str, Json]]) -> None:
        updates: dict[str, Json] = {}
        for path, values in nested.items():
            present, _ = self.twin.nested_component(entity_id, path)
            if present != values:
                properties: Json = {name: {"value": value} for name, value in values.items()}
                resets = {name: {"updateType": "RESET_VALUE"} for name in present if name not in values}
                updates[path] = {"updateType": "UPDATE", "propertyUpdates": {**resets, **properties}}
        if updates:
            self.twin.update_entity(entity_id, {"compositeComponentUpdates": updates})

    def _restore(self, step: Step) -> Iterator[None]:
        """Give entities back what they had before they were adopted."""
        contents = read_contents(self.store)
        for entity_id in step.ids[self.operation.done :]:
            content = contents[entity_id]
            try:
                # What was deleted in the meantime was not deleted by this engine.
                if (live := self.twin.get_entity(entity_id)) is not None:
                    for members in update_members(content, live):
                        self.twin.update_entity(entity_id, members)
                    self._restore_nested(entity_id, content.get("nested", {}))
                    if "tags" in content:
                        self.twin.set_tags(live["arn"], content["tags"])
            except RefusedError as error:
                raise _failure("cannot be given back", {entity_id: str(error)}) from error
            yield

    def _former_contents(self, plan: Plan) -> dict[str, Json]:
        """Return entities of which changes made by hand stay, as the definition had them."""
        if not plan.kept:
            return {}
        return self._contents(plan.kept, self.states.index(self.operation.former))

    def _contents(self, ids: Collection[str], index: Mapping[str, Entry]) -> dict[str, Json]:
        """Return the contents of those entities that a state has."""
        present = [entity_id for entity_id in ids if entity_id in index]
        return {entity["entityId"]: entity for entity in self.states.entities(present, index)}

    def _update(self, entity: Json, former: Json | None, others: Sequence[Json]) -> None:
        """Make a live entity the desired one.

        Args:
            entity: The desired one.
            former: The one before, if what was changed by hand stays.
            others: Forms of the entity in other states, that it may have at the moment.
        """
        entity_id = entity["entityId"]
        live = self.twin.get_entity(entity_id)
        if live is None:
            self.twin.create_entity(create_members(entity))
            return
        wanted = entity if former is None else merge(former, entity, live)
        for members in update_members(wanted, live, *others):
            self.twin.update_entity(entity_id, members)
        if entity.get("tags") or any(other.get("tags") for other in others):
            self.twin.set_tags(live["arn"], entity.get("tags", {}))

    def _check_moves(self, plan: Plan, target: Mapping[str, Entry]) -> None:
        """Check that no entity is left below those that are deleted with all below them."""
        live = look_up(self.twin, plan.moved_out, plan.pages)
        places = {**plan.restored, **{item: target[item].parent for item in plan.moved_out if item in target}}
        left = [item for item in plan.moved_out if item in live and live[item].parent != places[item]]
        if left:
            raise _failure("did not move to its place", dict.fromkeys(left, "the service has not moved it"))

    def _delete(self, step: Step) -> Iterator[None]:
        for entity_id in step.ids[self.operation.done :]:
            tries = 0
            while True:
                tries += 1
                try:
                    self.twin.delete_entity(entity_id, is_recursive=entity_id in step.recursive)
                    break
                except RefusedError as error:
                    # The deletion of its children may not have ended yet.
                    if tries == _DELETE_TRIES:
                        raise _failure("cannot be deleted", {entity_id: str(error)}) from error
                    self.clock.sleep(float(tries))
            yield

    def _run_job(self, step: Step, plan: Plan, target: Mapping[str, Entry]) -> None:
        operation = self.operation
        if not operation.job:
            job_id = self._job_id()
            self.store.write(_job_key(job_id), self.states.transfer_file(step.ids, target))
            operation.job, operation.job_started = job_id, self.clock.now()
            self.save()
            self._start(job_id)
        delay = _FIRST_POLL
        while True:
            job = self.twin.get_job(operation.job)
            if job is not None and job.has_ended:
                break
            if job is None:
                # The invocation was killed before it started the job, or too many jobs wait.
                self._start(operation.job)
            else:
                operation.done = job.succeeded
                self.save()
            try:
                self.check_time()
            except StepFailedError:
                self._give_up_job()
                raise
            self.clock.sleep(delay)
            delay = min(2 * delay, _MAX_POLL)
        if job.state != "COMPLETED" or job.failed:
            raise self._job_failure(job, step, plan)

    def _start(self, job_id: str) -> None:
        try:
            self.twin.start_job(job_id, _job_key(job_id))
        except RefusedError as error:
            raise StepFailedError(f"the transfer job cannot be started: {error}") from error

    def _give_up_job(self) -> None:
        operation = self.operation
        operation.stuck_jobs = (*operation.stuck_jobs, operation.job)
        operation.avoids_jobs = True
        try:
            self.twin.cancel_job(operation.job)
        except RefusedError:
            return  # It has ended in the meantime, or cannot be cancelled: the undoing waits for it.

    def _job_failure(self, job: Job, step: Step, plan: Plan) -> StepFailedError:
        """Return the failure of a job, with the entities that it did not write."""
        message = f"the transfer job {self.operation.job} ended as {job.state}: {job.message}"[:_MAX_MESSAGE]
        live = look_up(self.twin, step.ids, plan.pages)
        marks, started = read_marks(self.store), self.operation.job_started - _CLOCK_SKEW
        reason = job.message or "the service gives no reason"
        missing = [
            item for item in step.ids if item not in live or live[item].updated <= marks.get(item, started)
        ]
        report = f"; the service's report: {job.report_url}" if job.report_url else ""
        return _failure(f"cannot be written ({message}{report})", dict.fromkeys(missing, reason))

    def _job_id(self) -> str:
        operation = self.operation
        # A job of an operation whose checkpoint was lost is another one, even of the same request.
        identity = f"{operation.stack_id} {operation.request_id} {operation.started}"
        name = sha256(identity.encode()).hexdigest()[:24]
        return f"twin-stack-{name}-{operation.undo_attempts}-{operation.step}"


_CLOCK_SKEW = 5.0
"""Seconds by which the clocks of Lambda and of the service may differ."""

_MAX_NAMED = 20


def _job_key(job_id: str) -> str:
    return f"jobs/{job_id}.json"


def _failure(what: str, failures: Mapping[str, str]) -> StepFailedError:
    ids: Sequence[str] = list(failures)
    more = f" and {len(ids) - _MAX_NAMED} more" if len(ids) > _MAX_NAMED else ""
    subject = f"entity {ids[0]}" if len(ids) == 1 else f"{len(ids)} entities"
    named = "" if len(ids) <= 1 else f": {', '.join(ids[:_MAX_NAMED])}{more}"
    reason = f": {failures[ids[0]]}" if len(ids) == 1 else ""
    return StepFailedError(f"{subject} {what}{named}{reason}", failures)

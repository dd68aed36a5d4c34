"""What uploads write and cleanups remove, also with failures in between."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene_uploader.shapes import Ledger, SourceFile, StoredObject, UploadError, content_id_of
from scene_uploader.upload import clean_up, remove_all, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping


class CallFailedError(Exception):
    """A call to S3 that failed."""


@dataclass
class Version:
    number: str
    content: bytes
    mark: str | None


@dataclass
class Bucket:
    """A bucket with versions, whose calls fail once the budget of calls is used up."""

    versions: dict[str, list[Version | None]] = field(default_factory=dict)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    has_versions: bool = True
    budget: int | None = None
    watch: Callable[[], None] = lambda: None
    counter: int = 0

    def put(self, key: str, content: bytes, mark: str | None = None) -> None:
        self.counter += 1
        self.versions.setdefault(key, []).append(Version(str(self.counter), content, mark))

    def delete(self, key: str) -> None:
        self.versions.setdefault(key, []).append(None)

    def content(self, key: str) -> bytes | None:
        versions = self.versions.get(key)
        return versions[-1].content if versions and versions[-1] is not None else None

    def contents(self) -> dict[str, bytes]:
        return {key: content for key in self.versions if (content := self.content(key)) is not None}

    def spend(self) -> None:
        if self.budget is not None:
            if self.budget == 0:
                raise CallFailedError
            self.budget -= 1


class FakeStore:
    """The store of one upload to a bucket."""

    def __init__(self, bucket: Bucket, name: str = "plant") -> None:
        self._bucket = bucket
        self._name = name

    def read_ledger(self) -> Ledger:
        self._bucket.spend()
        return self._bucket.ledgers.get(self._name, Ledger())

    def write_ledger(self, ledger: Ledger) -> None:
        self._bucket.spend()
        self._bucket.ledgers[self._name] = Ledger(dict(ledger.written), dict(ledger.live))

    def remove_ledger(self) -> None:
        self._bucket.spend()
        self._bucket.ledgers.pop(self._name, None)

    def other_ledgers(self) -> Iterable[Ledger]:
        self._bucket.spend()
        return [ledger for name, ledger in self._bucket.ledgers.items() if name != self._name]

    def keeps_versions(self) -> bool:
        self._bucket.spend()
        return self._bucket.has_versions

    def look_up(self, keys: Collection[str]) -> Mapping[str, StoredObject]:
        self._bucket.spend()
        present = {key: self._bucket.versions[key][-1] for key in keys if self._bucket.versions.get(key)}
        return {key: StoredObject(v.mark, v.number) for key, v in present.items() if v is not None}

    def write(self, file: SourceFile) -> None:
        self._bucket.spend()
        with file.open() as opened:
            self._bucket.put(file.key, opened.read(), file.content)
        self._bucket.watch()

    def restore(self, key: str, version: str) -> None:
        self._bucket.spend()
        (former,) = [v for v in self._bucket.versions[key] if v is not None and v.number == version]
        self._bucket.put(key, former.content, former.mark)
        self._bucket.watch()

    def remove(self, key: str) -> None:
        self._bucket.spend()
        self._bucket.delete(key)
        self._bucket.watch()


def source(key: str, content: bytes) -> SourceFile:
    return SourceFile(key, content_id_of(content), lambda: io.BytesIO(content))


def put(store: FakeStore, files: Mapping[str, bytes]) -> None:
    upload(store, [source(key, content) for key, content in files.items()], has_time=lambda: True)


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def store(bucket: Bucket) -> FakeStore:
    return FakeStore(bucket)


def test_files_are_written_in_their_order(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"hall.glb": b"g", "a.json": b"{}"})

    assert list(bucket.contents().items()) == [("hall.glb", b"g"), ("a.json", b"{}")]


def test_unchanged_file_is_not_written_again(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"a": b"1", "b": b"2"})
    put(store, {"a": b"1", "b": b"3"})

    assert len(bucket.versions["a"]) == 1
    assert bucket.contents() == {"a": b"1", "b": b"3"}


def test_last_of_several_files_with_one_key_is_written(bucket: Bucket, store: FakeStore) -> None:
    upload(store, [source("a", b"1"), source("a", b"2")], has_time=lambda: True)

    assert [version.content for version in bucket.versions["a"] if version] == [b"2"]


def test_file_that_left_stays_until_the_cleanup(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"old.glb": b"1"})
    put(store, {"new.glb": b"1"})
    assert set(bucket.contents()) == {"old.glb", "new.glb"}

    clean_up(store)

    assert set(bucket.contents()) == {"new.glb"}
    assert set(bucket.ledgers["plant"].written) == {"new.glb"}


def test_cleanup_after_a_rollback_removes_what_the_failed_update_wrote(
    bucket: Bucket, store: FakeStore
) -> None:
    put(store, {"old.glb": b"1", "a.json": b"old"})
    put(store, {"new.glb": b"2", "a.json": b"new"})

    put(store, {"old.glb": b"1", "a.json": b"old"})
    clean_up(store)

    assert bucket.contents() == {"old.glb": b"1", "a.json": b"old"}


def test_leftovers_of_a_failed_upload_go_with_the_next_cleanup(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"a": b"1"})
    bucket.budget = 4
    with pytest.raises(CallFailedError):
        put(store, {"b": b"2", "c": b"3"})
    bucket.budget = None
    assert set(bucket.contents()) == {"a", "b"}

    put(store, {"a": b"1"})
    clean_up(store)

    assert set(bucket.contents()) == {"a"}


def test_object_edited_in_the_bucket_stays_until_its_file_changes(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"a.json": b"1", "b.json": b"1"})
    bucket.put("a.json", b"composed")

    put(store, {"a.json": b"1", "b.json": b"2"})
    assert bucket.content("a.json") == b"composed"

    put(store, {"a.json": b"3", "b.json": b"2"})
    assert bucket.content("a.json") == b"3"


def test_object_edited_in_the_bucket_is_not_removed(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"a.json": b"1", "b.json": b"1"})
    bucket.put("a.json", b"composed")

    put(store, {"b.json": b"1"})
    clean_up(store)
    assert bucket.contents() == {"a.json": b"composed", "b.json": b"1"}

    remove_all(store)
    assert bucket.contents() == {"a.json": b"composed"}


def test_edited_object_stays_when_an_upload_that_would_replace_it_fails_before(
    bucket: Bucket, store: FakeStore
) -> None:
    put(store, {"a.json": b"1", "b.json": b"1"})
    bucket.put("b.json", b"composed")
    bucket.budget = 5
    with pytest.raises(CallFailedError):
        put(store, {"a.json": b"2", "b.json": b"2"})
    bucket.budget = None

    put(store, {"a.json": b"1", "b.json": b"1"})

    assert bucket.contents() == {"a.json": b"1", "b.json": b"composed"}


def test_lost_object_is_written_again(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"a": b"1", "b": b"1"})
    bucket.delete("a")

    put(store, {"a": b"1", "b": b"2"})

    assert bucket.content("a") == b"1"


def test_replaced_object_of_others_is_restored_when_the_file_leaves(bucket: Bucket, store: FakeStore) -> None:
    bucket.put("hall.glb", b"by hand")
    put(store, {"hall.glb": b"1"})
    put(store, {"hall.glb": b"2"})
    assert bucket.content("hall.glb") == b"2"

    put(store, {})
    clean_up(store)

    assert bucket.content("hall.glb") == b"by hand"


def test_object_of_others_is_refused_without_versions_before_anything_changes(
    bucket: Bucket, store: FakeStore
) -> None:
    bucket.has_versions = False
    bucket.put("hall.glb", b"by hand")

    with pytest.raises(UploadError) as caught:
        put(store, {"a.glb": b"1", "hall.glb": b"1"})

    assert str(caught.value) == (
        "the bucket keeps no versions, and objects with other content would be lost, which no deployment "
        "wrote: hall.glb; turn on the versions of the bucket, or remove these objects, or rename the files, "
        "and deploy again"
    )
    assert bucket.contents() == {"hall.glb": b"by hand"}
    assert bucket.ledgers == {}


def test_message_names_some_of_many_objects(bucket: Bucket, store: FakeStore) -> None:
    bucket.has_versions = False
    keys = [f"{number}.glb" for number in range(7)]
    for key in keys:
        bucket.put(key, b"by hand")

    with pytest.raises(UploadError, match=r"wrote: 0\.glb, 1\.glb, 2\.glb, 3\.glb, 4\.glb and 2 more;"):
        put(store, dict.fromkeys(keys, b"1"))


def test_bucket_without_versions_takes_changed_files(bucket: Bucket, store: FakeStore) -> None:
    bucket.has_versions = False
    put(store, {"a": b"1"})
    put(store, {"a": b"2"})

    assert bucket.content("a") == b"2"


def test_upload_that_has_no_time_left_says_how_far_it_came(bucket: Bucket, store: FakeStore) -> None:
    left = iter([True, False])

    with pytest.raises(UploadError) as caught:
        upload(store, [source("a", b"1"), source("b", b"2")], has_time=lambda: next(left))

    assert str(caught.value) == (
        "time ran out after 1 of 2 files, before b; deploy again with smaller or fewer files, or copy the "
        "largest yourself"
    )
    assert bucket.contents() == {"a": b"1"}


def test_deletion_removes_all_that_was_written_and_the_ledger(bucket: Bucket, store: FakeStore) -> None:
    bucket.put("notes.txt", b"by hand")
    put(store, {"a": b"1"})
    put(store, {"b": b"1"})

    remove_all(store)

    assert bucket.contents() == {"notes.txt": b"by hand"}
    assert bucket.ledgers == {}


def test_file_that_another_upload_needs_is_not_removed(bucket: Bucket, store: FakeStore) -> None:
    put(store, {"shared.glb": b"1", "a.json": b"1"})
    put(FakeStore(bucket, "other"), {"shared.glb": b"1"})

    remove_all(store)
    assert set(bucket.contents()) == {"shared.glb"}

    # A stack that takes over the files of another removes them too.
    put(FakeStore(bucket, "other"), {})
    clean_up(FakeStore(bucket, "other"))
    assert bucket.contents() == {}


@dataclass(frozen=True)
class Deployment:
    """A deployment.

    Attributes:
        files: The files of its scenes.
        upload_budget: After how many calls one of the upload fails.
        cleanup_budget: The same of the cleanup.
        scene_fails: Whether a scene fails after the upload.
    """

    files: Mapping[str, bytes]
    upload_budget: int | None
    cleanup_budget: int | None
    scene_fails: bool


@dataclass(frozen=True)
class UserAction:
    """A user writes an object, or removes it if there is no content."""

    key: str
    content: bytes | None


KEYS = st.sampled_from(["hall.glb", "mill.glb", "a.json", "b.json"])
BUDGETS = st.none() | st.integers(0, 12)
STEPS = st.lists(
    st.builds(
        Deployment,
        st.dictionaries(KEYS, st.sampled_from([b"1", b"2", b"3"])),
        BUDGETS,
        BUDGETS,
        st.booleans(),
    )
    | st.builds(UserAction, KEYS, st.none() | st.sampled_from([b"x", b"y"])),
    max_size=8,
)


class Plant:
    """A stack with scenes in a bucket that a user works in too.

    It deploys as CloudFormation does: update, roll back what failed, clean up. At each change of the bucket,
    all files that the deployed scenes need must be there, unless the user removed them.
    """

    def __init__(self) -> None:
        self.bucket = Bucket(watch=self._check)
        self.store = FakeStore(self.bucket)
        self.shown: Mapping[str, bytes] = {}
        self.of_user: dict[str, set[bytes]] = {}
        self._removed_by_user: set[str] = set()

    def act(self, action: UserAction) -> None:
        if action.content is None:
            self.bucket.delete(action.key)
            self._removed_by_user.add(action.key)
        else:
            self.bucket.put(action.key, action.content)
            self.of_user.setdefault(action.key, set()).add(action.content)

    def deploy(self, deployment: Deployment) -> None:
        is_uploaded = self._attempt(lambda: put(self.store, deployment.files), deployment.upload_budget)
        if is_uploaded and not deployment.scene_fails:
            self.shown = deployment.files
        else:
            assert self._attempt(lambda: put(self.store, self.shown), None)
        self._removed_by_user.clear()
        self._attempt(lambda: clean_up(self.store), deployment.cleanup_budget)
        for key, content in self.shown.items():
            assert self.bucket.content(key) in {content, *self.of_user.get(key, ())}

    def _attempt(self, work: Callable[[], None], budget: int | None) -> bool:
        self.bucket.budget = budget
        try:
            work()
        except CallFailedError:
            return False
        finally:
            self.bucket.budget = None
            self._check()
        return True

    def _check(self) -> None:
        assert set(self.shown) <= set(self.bucket.contents()) | self._removed_by_user


@given(STEPS)
def test_nothing_that_a_scene_needs_is_ever_missing(steps: list[Deployment | UserAction]) -> None:
    plant = Plant()

    for step in steps:
        plant.deploy(step) if isinstance(step, Deployment) else plant.act(step)

    clean_up(plant.store)
    versions = plant.bucket.versions
    for key, contents in plant.of_user.items():
        # What a user wrote can be restored, and is there if no file took its place.
        assert contents <= {version.content for version in versions[key] if version and version.mark is None}
    written = {key for key, (*_, last) in versions.items() if last is not None and last.mark is not None}
    assert written <= set(plant.shown)

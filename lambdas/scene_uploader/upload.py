"""The core: what an upload writes, and what a cleanup removes.

A scene is updated after its files were written, and a rollback makes it what it was. So an upload removes
nothing: a cleanup, which CloudFormation starts when an update or its rollback is complete, removes what was
written and is no longer needed. The ledger in the bucket says what that is. It is saved before an object is
written, so that what a failed upload wrote is known too.
"""

from collections.abc import Callable, Mapping, Sequence

from scene_uploader.shapes import Ledger, SourceFile, Store, StoredObject, UploadError

_MAX_NAMED_KEYS = 5


def upload(store: Store, files: Sequence[SourceFile], *, has_time: Callable[[], bool]) -> None:
    """Write the files that are not in the bucket yet, in their order.

    An object that was edited in the bucket stays as it is until its file in the definition changes.

    Args:
        store: The bucket.
        files: All files of the scenes. The last of several files with one key counts.
        has_time: Returns whether there is time to write another file.

    Raises:
        UploadError: Time runs out, or an object that something else wrote would be lost.
    """
    by_key = {file.key: file for file in files}
    wanted = {key: file.content for key, file in by_key.items()}
    ledger = store.read_ledger()
    stored = store.look_up(wanted)
    to_write = keys_to_write(wanted, ledger.live, stored)
    overwritten = {key for key in to_write if key in stored and stored[key].content is None}
    if overwritten and not store.keeps_versions():
        raise _lost_objects_error(sorted(overwritten))

    written = dict(ledger.written)
    for key in wanted:
        if key in overwritten:
            written[key] = stored[key].version
        elif key in to_write or stored[key].content is not None:
            # Also an object that the upload of another stack wrote, such as one that is destroyed now.
            written.setdefault(key, None)
    # Until all files are there, scenes need those of the upload before.
    store.write_ledger(Ledger(written, ledger.live))
    for number, key in enumerate(to_write):
        if not has_time():
            raise UploadError(
                f"time ran out after {number} of {len(to_write)} files, before {key}; deploy again with "
                "smaller or fewer files, or copy the largest yourself"
            )
        store.write(by_key[key])
    store.write_ledger(Ledger(written, wanted))


def clean_up(store: Store) -> None:
    """Remove what the upload wrote and scenes no longer need.

    Args:
        store: The bucket.
    """
    ledger = store.read_ledger()
    leftovers = {key: version for key, version in ledger.written.items() if key not in ledger.live}
    if leftovers:
        _remove(store, leftovers)
        written = {key: version for key, version in ledger.written.items() if key in ledger.live}
        store.write_ledger(Ledger(written, ledger.live))


def remove_all(store: Store) -> None:
    """Remove all that the upload wrote.

    Args:
        store: The bucket.
    """
    _remove(store, store.read_ledger().written)
    store.remove_ledger()


def keys_to_write(
    wanted: Mapping[str, str], live: Mapping[str, str], stored: Mapping[str, StoredObject]
) -> list[str]:
    """Return the keys whose objects are missing or have another content.

    Args:
        wanted: The ids of contents by key.
        live: The same of the upload before.
        stored: The objects that exist, by key.
    """
    return [
        key
        for key, content in wanted.items()
        if key not in stored
        or (
            stored[key].content != content
            # Edited in the bucket, such as by a scene composer, and not in the definition.
            and not (stored[key].content is None and live.get(key) == content)
        )
    ]


def _remove(store: Store, written: Mapping[str, str | None]) -> None:
    """Remove objects that are still as an uploader wrote them, unless another upload needs them."""
    if not written:
        return
    needed_elsewhere = {key for ledger in store.other_ledgers() for key in ledger.live}
    keys = [key for key in written if key not in needed_elsewhere]
    for key, stored in store.look_up(keys).items():
        if stored.content is None:
            continue
        version = written[key]
        if version is None:
            store.remove(key)
        else:
            store.restore(key, version)


def _lost_objects_error(keys: Sequence[str]) -> UploadError:
    named = ", ".join(keys[:_MAX_NAMED_KEYS])
    more = f" and {len(keys) - _MAX_NAMED_KEYS} more" if len(keys) > _MAX_NAMED_KEYS else ""
    return UploadError(
        f"the bucket keeps no versions, and objects with other content would be lost, which no deployment "
        f"wrote: {named}{more}; turn on the versions of the bucket, or remove these objects, or rename the "
        "files, and deploy again"
    )

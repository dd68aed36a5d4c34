"""Archives that are read in ranges, and the files in them."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
import zlib

from scene_uploader.archive import files_of, open_archive
from scene_uploader.shapes import content_id_of


class Ranges:
    """Bytes that are read in ranges."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.lengths: list[int] = []

    def read(self, first: int, last: int) -> bytes:
        assert 0 <= first <= last < len(self.content)
        self.lengths.append(last - first + 1)
        return self.content[first : last + 1]

    def open(self) -> zipfile.ZipFile:
        return open_archive(len(self.content), self.read)


def archive(files: dict[str, bytes]) -> Ranges:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return Ranges(content.getvalue())


def test_files_have_key_content_id_and_content() -> None:
    files = {"hall.glb": b"\0" * 100_000, "textures/steel.png": b"png", "empty": b""}

    read = list(files_of(archive(files).open(), "factory"))

    assert [(file.key, file.content) for file in read] == [
        (f"factory/{name}", content_id_of(content)) for name, content in files.items()
    ]
    for file, content in zip(read, files.values(), strict=True):
        with file.open() as opened:
            assert opened.read() == content


def test_content_id_is_that_of_other_tools() -> None:
    assert content_id_of(b"{}") == f"{zlib.crc32(b'{}'):08x}-2"


def test_folders_are_no_files() -> None:
    assert [file.key for file in files_of(archive({"textures/": b"", "a": b"1"}).open(), "f")] == ["f/a"]


def test_values_take_the_place_of_markers() -> None:
    document = b'{"table": "<<value-1>>", "again": "<<value-1>><<value-2>>"}'
    filled = '{"table": "telemetry", "again": "telemetryüber"}'.encode()

    (file,) = files_of(
        archive({"a.json": document}).open(), "f", {"<<value-1>>": "telemetry", "<<value-2>>": "über"}
    )

    assert file.content == content_id_of(filled)
    with file.open() as opened:
        assert opened.read() == filled


def test_archive_is_read_in_parts_and_never_held_as_a_whole() -> None:
    # Bytes that cannot be compressed, so that the archive has the size of the file.
    size = 48 * 1024 * 1024
    noise = bytes(range(256)) * 16
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_STORED) as opened:
        opened.writestr("large.glb", noise * (size // len(noise)))
    ranges = Ranges(source.getvalue())
    (file,) = files_of(ranges.open(), "f")

    tracemalloc.start()
    read = 0
    with file.open() as stream:
        while part := stream.read(1024 * 1024):
            read += len(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == size
    assert len(ranges.lengths) > 3
    assert peak < size / 2


def test_files_at_the_top_of_a_bucket_have_no_prefix() -> None:
    keys = [file.key for file in files_of(archive({"textures/a": b"1", "b": b"1"}).open(), ".")]
    assert keys == ["textures/a", "b"]

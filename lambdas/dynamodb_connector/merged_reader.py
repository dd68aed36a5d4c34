"""K-way merge of the rows of several devices. Pure: the repository runs the queries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice, repeat
from typing import Any, NamedTuple

from dynamodb_connector.range_reader import RangeReader, ResumePoint
from dynamodb_connector.shapes import QueryPage, Repository, WireItem


class DeviceRow(NamedTuple):
    """A row of one of several devices.

    Attributes:
        device: The device.
        sort_key: The row's sort key without its prefix.
        item: The row.
    """

    device: str
    sort_key: str
    item: WireItem


class MergedReader:
    """Reads the rows of several devices in the request's order; rows of one instant by device.

    Args:
        readers: The reader of each device.
        repository: Runs the first queries of all readers concurrently.
        order: Converts a sort key to a value that sorts as DynamoDB sorts it.
        ascending: The request's order.
        limit: Maximum number of rows to yield at once.
    """

    def __init__(
        self,
        readers: Mapping[str, RangeReader],
        repository: Repository,
        *,
        order: Callable[[str], Any],
        ascending: bool,
        limit: int,
    ) -> None:
        self._readers = readers
        self._repository = repository
        self._order = order
        self._ascending = ascending
        self._limit = limit

    def read(self, resume: ResumePoint | None) -> Iterator[tuple[Sequence[DeviceRow], bool]]:
        """Yield rows, and whether they are the last.

        Args:
            resume: Sort key and device of the last row that was read, or None.
        """
        resumes = {device: self._resume_point(device, resume) for device in self._readers}
        first_queries = {
            device: query
            for device, reader in self._readers.items()
            if (query := reader.first_query(resumes[device])) is not None
        }
        first_pages = self._repository.query_all(list(first_queries.values()))
        streams = [
            self._stream(device, resumes[device], page)
            for device, page in zip(first_queries, first_pages, strict=True)
        ]
        rows = merge(
            *streams, key=lambda row: (self._order(row.sort_key), row.device), reverse=not self._ascending
        )
        while chunk := list(islice(rows, self._limit)):
            yield chunk, False
        yield [], True

    def _resume_point(self, device: str, resume: ResumePoint | None) -> ResumePoint | None:
        if resume is None:
            return None
        # At one instant the devices follow each other by name: those after it are not read yet.
        is_after = device > resume.row_key if self._ascending else device < resume.row_key
        return ResumePoint(resume.sort_key, is_read=not is_after)

    def _stream(self, device: str, resume: ResumePoint | None, first_page: QueryPage) -> Iterator[DeviceRow]:
        reader = self._readers[device]
        for items, _ in reader.read(resume, first_page):
            yield from map(DeviceRow, repeat(device), reader.sort_keys(items), items)

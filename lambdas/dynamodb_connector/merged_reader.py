"""K-way merge of rows that several queries read. Pure: the repository runs the queries."""

from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from dynamodb_connector.range_reader import RangeReader, ResumePoint
from dynamodb_connector.shapes import QueryPage, Repository, WireItem


class RowStream(NamedTuple):
    """Rows that one reader yields.

    Attributes:
        reader: Reads the rows in the request's order.
        place: Returns the device of a row, and the rank of the row among those of the device at one time.
        device: The device, if all rows are of one device.
    """

    reader: RangeReader
    place: Callable[[WireItem], tuple[str, int]]
    device: str | None = None


class MergedRow(NamedTuple):
    """The rows of one device at one time.

    Attributes:
        device: The device.
        sort_key: The rows' sort key without its prefix.
        items: The rows, the first of which counts most. Nearly always there is one.
    """

    device: str
    sort_key: str
    items: Sequence[WireItem]


class MergedReader:
    """Reads rows of several streams in the request's order; rows of one time by device.

    Args:
        streams: The streams.
        repository: Runs the first queries of all readers concurrently.
        order: Converts a sort key to a value that sorts as DynamoDB sorts it.
        ascending: The request's order.
        limit: Maximum number of rows to yield at once.
    """

    def __init__(
        self,
        streams: Sequence[RowStream],
        repository: Repository,
        *,
        order: Callable[[str], Any],
        ascending: bool,
        limit: int,
    ) -> None:
        self._streams = streams
        self._repository = repository
        self._order = order
        self._ascending = ascending
        self._limit = limit

    def read(self, resume: ResumePoint | None) -> Iterator[tuple[Sequence[MergedRow], bool]]:
        """Yield rows, and whether they are the last.

        Args:
            resume: Sort key and device of the last row that was read, or None.
        """
        started = [
            (stream, point, query)
            for stream in self._streams
            for point in [self._resume_point(stream, resume)]
            if (query := stream.reader.first_query(point)) is not None
        ]
        first_pages = self._repository.query_all([query for _, _, query in started])
        keyed_rows = [
            self._keyed_rows(stream, point, page)
            for (stream, point, _), page in zip(started, first_pages, strict=True)
        ]
        rows = self._merged_rows(merge(*keyed_rows, key=itemgetter(0), reverse=not self._ascending), resume)
        while chunk := list(islice(rows, self._limit)):
            yield chunk, False
        yield [], True

    def _resume_point(self, stream: RowStream, resume: ResumePoint | None) -> ResumePoint | None:
        if resume is None:
            return None
        is_read = stream.device is not None and not self._is_after(stream.device, resume)
        return ResumePoint(resume.sort_key, is_read=is_read)

    def _is_after(self, device: str, resume: ResumePoint) -> bool:
        # At one time the devices follow each other by name: those after it are not read yet.
        return device > resume.row_key if self._ascending else device < resume.row_key

    def _keyed_rows(
        self, stream: RowStream, resume: ResumePoint | None, first_page: QueryPage
    ) -> Iterator[tuple[Any, str, RowStream, WireItem]]:
        for items, _ in stream.reader.read(resume, first_page):
            sort_keys = stream.reader.sort_keys(items)
            yield from zip(map(self._order, sort_keys), sort_keys, repeat(stream), items)

    def _merged_rows(
        self, keyed_rows: Iterator[tuple[Any, str, RowStream, WireItem]], resume: ResumePoint | None
    ) -> Iterator[MergedRow]:
        for _, group in groupby(keyed_rows, key=itemgetter(0)):
            rows = list(group)
            sort_key = rows[0][1]
            by_device: dict[str, list[tuple[int, WireItem]]] = {}
            for _, _, stream, item in rows:
                device, rank = stream.place(item)
                by_device.setdefault(device, []).append((rank, item))
            for device in sorted(by_device, reverse=not self._ascending):
                if resume is not None and sort_key == resume.sort_key and not self._is_after(device, resume):
                    continue
                ranked = sorted(by_device[device], key=itemgetter(0))
                yield MergedRow(device, sort_key, [item for _, item in ranked])

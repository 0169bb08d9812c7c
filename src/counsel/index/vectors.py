"""vectors.faiss: one unit row per passage, in passage order, in FAISS's own format of an IndexFlatIP.

Written and read by us: faiss.write_index can lose a full disk's error and takes three times the memory (FAISS 1.15.1).
A test reads our files with faiss.read_index and holds FAISS's own bytes against ours.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from .files import BLOCK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]

# Tag, dimension, rows, two numbers FAISS no longer uses, whether trained, metric (0 is the inner product), floats that follow.
_HEADER = struct.Struct("<4siqqq?iQ")
_UNUSED = 1 << 20
ROWS_AT_ONCE = 4096  # 6 MiB of 384 floats


def header(count: int, dimension: int) -> bytes:
    return _HEADER.pack(b"IxFI", dimension, count, _UNUSED, _UNUSED, True, 0, count * dimension)


def chunks(count: int, dimension: int, rows: Callable[[int, int], Rows]) -> Iterator[bytes]:
    """The bytes of the file; `rows(start, stop)` gives that range of rows."""
    yield header(count, dimension)
    for start in range(0, count, ROWS_AT_ONCE):
        yield rows(start, min(start + ROWS_AT_ONCE, count)).astype("<f4", copy=False).tobytes()


class VectorRows:
    """The rows of an open file, read from any thread. Raises ValueError where it is another file."""

    def __init__(self, file: io.FileIO, count: int, dimension: int) -> None:
        self._file, self._count, self._dimension = file, count, dimension
        head = os.pread(file.fileno(), _HEADER.size, 0)
        if head != header(count, dimension) or os.fstat(file.fileno()).st_size != _HEADER.size + 4 * count * dimension:
            raise ValueError("it does not hold the rows that were written")

    @cached_property
    def all(self) -> Rows:
        """Shape (count, dimension), not to be written to; kept in memory."""
        rows = self._read(0, self._count)
        rows.flags.writeable = False
        return rows

    def some(self, wanted: NDArray[np.int64]) -> Rows:
        """Those of ascending numbers, shape (len(wanted), dimension), read from the disk."""
        import numpy as np

        found = np.empty((len(wanted), self._dimension), "<f4")
        breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
        for start, stop in pairwise([0, *breaks.tolist(), len(wanted)]):
            if stop > start:
                found[start:stop] = self._read(int(wanted[start]), int(wanted[stop - 1]) + 1)
        return found

    def _read(self, start: int, stop: int) -> Rows:
        import numpy as np

        rows = np.empty((stop - start, self._dimension), "<f4")
        rest, at = memoryview(rows.view(np.uint8).reshape(-1).data), _HEADER.size + 4 * self._dimension * start
        while rest:
            got = os.preadv(self._file.fileno(), [rest[: 8 * BLOCK]], at)
            if not got:
                raise ValueError("it ends too early")
            rest, at = rest[got:], at + got
        return rows


def mapped(path: Path, count: int, dimension: int) -> Rows:
    """The rows of a proved file, read from the disk as they are asked for."""
    import numpy as np

    if not count:
        return np.empty((0, dimension), np.float32)
    return np.memmap(path, "<f4", "r", _HEADER.size, (count, dimension))


def nearest(rows: Rows, query: Rows, k: int) -> NDArray[np.int64]:
    """At least the k rows nearest to a unit row by FAISS's exact search, with all that are as near as the last of them; ascending."""
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(1)  # of this thread: it shares out questions, and one question only waits (1.5 ms, with two threads 15)
    asked, k = np.ascontiguousarray(query, np.float32)[None], min(k, len(rows))
    if k <= 0:
        return np.empty(0, np.int64)
    wide = k
    while True:
        wide = min(2 * wide, len(rows))
        scores, found = faiss.knn(asked, rows, wide, metric=faiss.METRIC_INNER_PRODUCT)
        if wide == len(rows) or scores[0, -1] < scores[0, k - 1]:  # no passage left out is as near as the last one taken
            return np.sort(found[0])

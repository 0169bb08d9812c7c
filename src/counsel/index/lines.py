"""lines.int8: a row for each line of every passage's embedding text, in passage order, one byte a number.

    header | where each passage's lines begin, n + 1 counts of 8 bytes | lines of `dimension` bytes

A row keeps its direction alone: its largest number is 127, and readers bring it back to length one (of the cosines of xquad's 1,169
lines with its 305 passages none moves by more than 0.0021). Rows are read from the disk as they are asked for: in memory an index
takes eight bytes a passage for them.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.float32]
    Packed = NDArray[np.int8]  # rows in one byte a number, shape (n, dimension)

_HEADER = struct.Struct("<8sqqq")  # tag, dimension, passages, lines
_TAG = b"lines1\0\0"
AT_ONCE = 4096  # passages


def packed(rows: Rows) -> Packed:
    """Rows in one byte a number, shape (n, dimension)."""
    import numpy as np

    if not len(rows):
        return np.empty(rows.shape, np.int8)
    small: Packed = np.rint(rows * (127 / np.abs(rows).max(axis=1, keepdims=True))).astype(np.int8)
    return small


def chunks(counts: Sequence[int], dimension: int, rows: Callable[[int, int], Packed]) -> Iterator[bytes]:
    """The bytes of the file; `counts` are each passage's lines, `rows(start, stop)` gives those of a range of passages."""
    import numpy as np

    begins = np.concatenate([[0], np.cumsum(counts, dtype="<i8")]).astype("<i8")
    yield _HEADER.pack(_TAG, dimension, len(counts), int(begins[-1]))
    yield begins.tobytes()
    for start in range(0, len(counts), AT_ONCE):
        yield rows(start, min(start + AT_ONCE, len(counts))).tobytes()


class LineRows:
    """The rows of an open file. Raises ValueError where it is another file, OSError where it cannot be read."""

    def __init__(self, file: io.FileIO, passages: int, dimension: int) -> None:
        import numpy as np

        self._file = file
        self._dimension = dimension
        head = os.pread(file.fileno(), _HEADER.size, 0)
        lines = _HEADER.unpack(head)[-1] if len(head) == _HEADER.size else -1
        self._first = _HEADER.size + 8 * (passages + 1)
        if head != _HEADER.pack(_TAG, dimension, passages, lines) or os.fstat(file.fileno()).st_size != self._first + lines * dimension:
            raise ValueError("it does not hold the rows that were written")
        self.begins = np.frombuffer(os.pread(file.fileno(), 8 * (passages + 1), _HEADER.size), "<i8")
        if len(self.begins) != passages + 1 or self.begins[0] or self.begins[-1] != lines or (np.diff(self.begins) < 1).any():
            raise ValueError("its passages do not follow each other")

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many lines each passage has."""
        import numpy as np

        counts: NDArray[np.int64] = np.diff(self.begins)
        return counts

    def packed(self, start: int, stop: int) -> Packed:
        """The rows of a range of passages as they are kept."""
        import numpy as np

        first, last = int(self.begins[start]), int(self.begins[stop])
        size = (last - first) * self._dimension
        data = os.pread(self._file.fileno(), size, self._first + first * self._dimension)
        if len(data) != size:
            raise ValueError("it ends too early")
        return np.frombuffer(data, np.int8).reshape(last - first, self._dimension)

    def rows(self, passages: Sequence[int]) -> tuple[Rows, NDArray[np.int64]]:
        """The unit rows of these passages' lines one passage after another, and how many each has."""
        import numpy as np

        wanted = np.asarray(passages, np.int64)
        starts, counts = self.begins[wanted], self.begins[wanted + 1] - self.begins[wanted]
        places = zip((counts * self._dimension).tolist(), (self._first + starts * self._dimension).tolist(), strict=True)
        data = b"".join([os.pread(self._file.fileno(), size, at) for size, at in places])
        if len(data) != int(counts.sum()) * self._dimension:
            raise ValueError("it ends too early")
        rows = np.frombuffer(data, np.int8).reshape(-1, self._dimension).astype(np.float32)
        lengths = np.sqrt(np.vecdot(rows, rows))[:, None]
        return rows / np.maximum(lengths, 1), counts

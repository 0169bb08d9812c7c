"""vectors.faiss: one unit row per passage, in passage order, in FAISS's own format of an IndexFlatIP.

Written and read by us: faiss.write_index can lose a full disk's error and takes three times the memory (FAISS 1.15.1).
A test reads our files with faiss.read_index and holds FAISS's own bytes against ours.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator
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


def load(file: io.FileIO, count: int, dimension: int) -> Rows:
    """The rows of an open file, shape (count, dimension), not to be written to. Raises ValueError where it is another file."""
    import numpy as np

    file.seek(0)
    if file.read(_HEADER.size) != header(count, dimension) or file.seek(0, io.SEEK_END) != _HEADER.size + 4 * count * dimension:
        raise ValueError("it does not hold the rows that were written")
    file.seek(_HEADER.size)
    rows = np.empty((count, dimension), "<f4")
    rest = memoryview(rows.view(np.uint8).reshape(-1).data)
    while rest:
        got = file.readinto(rest[: 8 * BLOCK])
        if not got:
            raise ValueError("it ends too early")
        rest = rest[got:]
    rows.flags.writeable = False
    return rows


def mapped(path: Path, count: int, dimension: int) -> Rows:
    """The rows of a proved file, read from the disk as they are asked for."""
    import numpy as np

    if not count:
        return np.empty((0, dimension), np.float32)
    return np.memmap(path, "<f4", "r", _HEADER.size, (count, dimension))

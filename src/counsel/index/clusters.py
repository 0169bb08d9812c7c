"""clusters.bin: passages that lie near each other, together, so that a question is compared with those of the nearest clusters only.

    header | centroids | where each cluster begins | rows of passages, by cluster | their vectors in the same order, one byte a number

The inverted file of Jégou, Douze and Schmid, Product Quantization for Nearest Neighbor Search, 2011, its lists read from the disk as
they are asked for. FAISS finds the clusters. Written for large collections only: up to `EXACT` passages every one is compared. A
build keeps the clusters of the generation before while the collection has not doubled or halved.
"""

from __future__ import annotations

import io
import math
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]  # unit rows
    Rows = NDArray[np.int64]

EXACT = 200_000  # passages: to compare 18,162 takes 1.5 ms, so these about 16 ms and 300 MB, as much as the rest of a reply
PROBED = 16  # one cluster of so many is looked into: of 220,829 lines and passages of six sets, 0.9875 of the ten nearest are there
RESCORED = 2  # times as many candidates as wanted get exact cosines: a byte a number moves one by 0.0006 on average, 0.009 at most
SAMPLE = 64  # rows a cluster that its centroid is found from
ROUNDS = 8  # of k-means
AT_ONCE = 65_536  # rows
LARGEST = 0.35  # no number of a unit row of 384 is larger, of six sets; what is larger is taken for this

_HEADER = struct.Struct("<8sqqqq")  # tag, dimension, passages, clusters, passages when the centroids were found
_TAG = b"cluster1"


@dataclass(frozen=True, slots=True)
class Known:
    """The clusters of a generation: their centroids, the number of passages they were found for, and the cluster of each row."""

    centroids: Vectors
    trained: int
    of_rows: NDArray[np.uint32]


def clustered(rows: Vectors, known: Known | None, places: Rows) -> Known:
    """The clusters of rows, which may be mapped from a disk.

    With `known`, its centroids, and its clusters for those rows that it has: row n is its row `places[n]`, none where that is -1.
    """
    import faiss
    import numpy as np

    count = len(rows)
    if known is None or not known.trained / 2 <= count <= known.trained * 2:
        number = 2 ** round(math.log2(2 * math.sqrt(count)))
        search = faiss.Kmeans(rows.shape[1], number, niter=ROUNDS, spherical=True, seed=1, min_points_per_centroid=1)
        search.train(np.ascontiguousarray(rows[:: max(1, count // (SAMPLE * number))]))
        assert search.centroids is not None
        known, places = Known(search.centroids, count, np.empty(0, np.uint32)), np.full(count, -1)
    of_rows = np.empty(count, np.uint32)
    for start in range(0, count, AT_ONCE):
        part = slice(start, min(start + AT_ONCE, count))
        new = places[part] < 0
        of_rows[part][~new] = known.of_rows[places[part][~new]]
        if new.any():
            given = np.ascontiguousarray(rows[part][new])
            of_rows[part][new] = faiss.knn(given, known.centroids, 1, metric=faiss.METRIC_INNER_PRODUCT)[1][:, 0]
    return Known(known.centroids, known.trained, of_rows)


def chunks(known: Known, rows: Vectors) -> Iterator[bytes]:
    """The bytes of the file; `rows` may be mapped from a disk."""
    import numpy as np

    order = np.argsort(known.of_rows, kind="stable")
    begins = np.searchsorted(known.of_rows[order], np.arange(len(known.centroids) + 1))
    yield _HEADER.pack(_TAG, rows.shape[1], len(rows), len(known.centroids), known.trained)
    yield known.centroids.astype("<f4").tobytes()
    yield begins.astype("<i8").tobytes()
    yield order.astype("<u4").tobytes()
    for start in range(0, len(order), AT_ONCE):
        taken = rows[order[start : start + AT_ONCE]]
        yield np.rint(taken.clip(-LARGEST, LARGEST) * (127 / LARGEST)).astype(np.int8).tobytes()


class Clusters:
    """An open file, read from any thread. Raises ValueError where it is another file, OSError where it cannot be read."""

    def __init__(self, file: io.FileIO, passages: int, dimension: int) -> None:
        import numpy as np

        self._file, self._passages, self._dimension = file, passages, dimension
        head = os.pread(file.fileno(), _HEADER.size, 0)
        _, _, _, number, self._trained = _HEADER.unpack(head) if len(head) == _HEADER.size else (0, 0, 0, -1, 0)
        self._begins_at = _HEADER.size + 4 * dimension * number
        self._rows_at = self._begins_at + 8 * (number + 1)
        self._codes_at = self._rows_at + 4 * passages
        whole = os.fstat(file.fileno()).st_size == self._codes_at + dimension * passages
        if number < 1 or not whole or head != _HEADER.pack(_TAG, dimension, passages, number, self._trained):
            raise ValueError("it does not hold the clusters that were written")
        self._centroids = np.frombuffer(self._read(_HEADER.size, self._begins_at), "<f4").reshape(number, dimension)
        self._begins = np.frombuffer(self._read(self._begins_at, self._rows_at), "<i8")
        if self._begins[0] or self._begins[-1] != passages or (np.diff(self._begins) < 0).any() or not np.isfinite(self._centroids).all():
            raise ValueError("its clusters do not follow each other")

    def known(self) -> Known:
        """What the next generation takes over."""
        import numpy as np

        of_rows = np.empty(self._passages, np.uint32)
        of_rows[self._rows(0, self._passages)] = np.repeat(np.arange(len(self._centroids), dtype=np.uint32), np.diff(self._begins))
        return Known(self._centroids, self._trained, of_rows)

    def candidates(self, query: Vectors, k: int) -> Rows:
        """Rows among which the k nearest to a unit row mostly are, `RESCORED` times as many, ascending."""
        import numpy as np

        nearest = np.argsort(-np.vecdot(self._centroids, query), kind="stable")
        enough = int(np.searchsorted(np.cumsum(np.diff(self._begins)[nearest]), k)) + 1  # clusters can be small, and empty
        nearest = np.sort(nearest[: max(enough, len(nearest) // PROBED)])
        rows, cosines = [], []
        for start, stop in zip(self._begins[nearest].tolist(), self._begins[nearest + 1].tolist(), strict=True):
            codes = np.frombuffer(self._read(self._codes_at + start * self._dimension, self._codes_at + stop * self._dimension), np.int8)
            cosines.append(codes.reshape(-1, self._dimension).astype(np.float32) @ query)
            rows.append(self._rows(start, stop))
        found, near = np.concatenate(rows), np.concatenate(cosines)
        if len(found) > RESCORED * k:
            found = found[np.argpartition(-near, RESCORED * k)[: RESCORED * k]]
        return np.sort(found).astype(np.int64)

    def _rows(self, start: int, stop: int) -> NDArray[np.uint32]:
        import numpy as np

        rows = np.frombuffer(self._read(self._rows_at + 4 * start, self._rows_at + 4 * stop), "<u4")
        if len(rows) and rows.max() >= self._passages:
            raise ValueError("it names passages that are not there")
        return rows

    def _read(self, start: int, stop: int) -> bytes:
        data = os.pread(self._file.fileno(), stop - start, start)
        if len(data) != stop - start:
            raise ValueError("it ends too early")
        return data

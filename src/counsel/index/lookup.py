"""What a generation finds by meaning and by words: rows of passages, and the vectors of passages and lines."""

from __future__ import annotations

import contextlib
import struct
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import DamagedIndex
from . import vectors
from .files import opened
from .lexicon import Lexicon
from .lines import LineRows
from .manifest import CLUSTERS, LEXICON, LINES, REBUILD, VECTORS
from .publication import Generation
from .vectors import VectorRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .clusters import Clusters

    Rows = NDArray[np.float32]

AT_ONCE = 65_536  # rows compared: a filter that keeps most of a million passages would load 1.5 GB of vectors


class Lookup:
    """The files of numbers of one generation. May be used from any thread."""

    def __init__(self, generation: Generation) -> None:
        """Raises DamagedIndex for files that are not what the manifest says."""
        self.manifest = generation.manifest
        self.folder = generation.folder
        self.generation = generation.manifest.generation
        try:
            self._vectors_file = opened(generation.path / VECTORS)
            self._lines_file = opened(generation.path / LINES)
            self._lexicon_file = opened(generation.path / LEXICON)
            self._clusters_file = opened(generation.path / CLUSTERS) if CLUSTERS in self.manifest.files else None
        except OSError as error:
            raise DamagedIndex(f"{error.filename or generation.path} cannot be read: {error.strerror or error}.", REBUILD) from error
        with self._reading(LEXICON):
            self._lexicon = Lexicon(self._lexicon_file, len(self))
        with self._reading(VECTORS):
            self._vectors = VectorRows(self._vectors_file, len(self), self.manifest.dimension)
        self._loading = threading.Lock()

    def __len__(self) -> int:
        return self.manifest.passages

    def close(self) -> None:
        for file in (self._vectors_file, self._lines_file, self._lexicon_file, self._clusters_file):
            if file:
                file.close()

    @property
    def vectors(self) -> Rows:
        """One unit row per passage, shape (n, dimension), read on first use, not to be written to."""
        with self._reading(VECTORS), self._loading:
            return self._vectors.all

    def vectors_of(self, rows: NDArray[np.int64]) -> Rows:
        """The unit rows of these passages, by ascending numbers, shape (len(rows), dimension)."""
        if self._clusters is None:
            return self.vectors[rows]
        with self._reading(VECTORS):
            return self._vectors.some(rows)

    def line_rows(self, passages: Sequence[int]) -> tuple[Rows, NDArray[np.int64]]:
        """The unit rows of the lines of these passages' embedding texts, one passage after another, and how many each has."""
        with self._reading(LINES):
            return self._lines.rows(passages)

    def nearest(self, query: Rows, k: int, among: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], Rows]:
        """The rows nearest to a unit row, the nearest first, ties in row order, with their cosines; with `among`, of those rows.

        All are compared, by FAISS, unless a large index has clusters: then those of the nearest clusters, see clusters.py.
        """
        import numpy as np

        if not np.isfinite(query).all():
            raise ValueError("a query without direction has no nearest passages")
        clusters = self._clusters
        if among is not None:
            rows = among
        elif clusters is None:
            rows = vectors.nearest(self.vectors, query, k)
        else:
            with self._reading(CLUSTERS):
                rows = clusters.candidates(query, k)
        cosines = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            # Not matmul: it gives equal rows sums that differ in the last bit (numpy 2.4.6, OpenBLAS 0.3.31), and takes twice as long.
            cosines[part] = np.vecdot(self.vectors_of(rows[part]), query)
        order = np.lexsort((rows, -cosines))[:k]
        return rows[order], cosines[order]

    def matching(
        self, terms: Sequence[str], k: int, among: NDArray[np.int64] | None = None, needed: Sequence[str] = ()
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The k passages that match any of these terms best by BM25, ties in row order, with their scores; see `Lexicon.matching`."""
        with self._reading(LEXICON):
            return self._lexicon.matching(terms, k, among, needed)

    def holding(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The rows of the passages that hold these terms one after the other, in title, headings or text, ascending."""
        with self._reading(LEXICON):
            return self._lexicon.holding(terms)

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each term, in title, headings or text."""
        with self._reading(LEXICON):
            return {term: self._lexicon.document_frequency(term) for term in terms}

    def terms_from(self, letters: str) -> list[str]:
        """Every term of the passages that begins with these letters."""
        with self._reading(LEXICON):
            return self._lexicon.beginning(letters)

    @cached_property
    def _clusters(self) -> Clusters | None:
        if self._clusters_file is None:
            return None
        from .clusters import Clusters

        with self._reading(CLUSTERS):
            return Clusters(self._clusters_file, len(self), self.manifest.dimension)

    @cached_property
    def _lines(self) -> LineRows:
        return LineRows(self._lines_file, len(self), self.manifest.dimension)

    @contextlib.contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Every error of a file's content is a DamagedIndex that names it."""
        try:
            yield
        except (OSError, ValueError, OverflowError, struct.error) as error:
            raise DamagedIndex(f"{self.folder}: {name} of generation {self.generation} is damaged: {error}.", REBUILD) from error

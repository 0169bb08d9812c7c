"""An index opened for questions: one generation, proved whole."""

from __future__ import annotations

import contextlib
import struct
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CounselError, DamagedIndex, NoArticles, UnusableIndex
from ..settings import Settings
from ..types import Article, Passage, Skipped
from . import publication, vectors
from .clusters import Clusters
from .files import opened
from .lexicon import Lexicon
from .lines import LineRows
from .manifest import ARTICLES, CLUSTERS, LEXICON, LINES, REBUILD, VECTORS
from .proof import prove
from .publication import Generation
from .store import Card, SourceRecord, Store
from .survey import Changes, changes
from .vectors import VectorRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..encoder import QueryEncoder

    Rows = NDArray[np.float32]

RETRIES = 5  # a build may remove a generation while it is being opened; each time the next one is there already
ARTICLES_IN_MEMORY = 256


class Index:
    """One generation, whole: every answer from it is of one state of the articles. May be used from any thread.

    Rows number the passages from 0, in corpus order: articles by path, passages as they stand in them.
    """

    def __init__(self, generation: Generation, warning: str | None = None, threads: int = 0) -> None:
        """Raises DamagedIndex for files that are not what the manifest says; `Index.open` has proved their bytes before."""
        manifest = generation.manifest
        self.folder = generation.folder
        self.generation = manifest.generation
        self.corpus = Path(manifest.corpus)  # absolute
        self.built = manifest.built  # ISO 8601, UTC
        self.encoder_fingerprint = manifest.encoder
        self.warning = warning
        self.manifest = manifest
        self._encoder_folder = generation.encoder
        self._threads = threads
        self._store = Store(generation.path / ARTICLES)
        self._store.check(manifest.articles, manifest.passages)
        try:
            self._vectors_file = opened(generation.path / VECTORS)
            self._lines_file = opened(generation.path / LINES)
            self._lexicon_file = opened(generation.path / LEXICON)
            self._clusters_file = opened(generation.path / CLUSTERS) if CLUSTERS in manifest.files else None
        except OSError as error:
            raise DamagedIndex(f"{error.filename or generation.path} cannot be read: {error.strerror or error}.", REBUILD) from error
        with self._reading(LEXICON):
            self._lexicon = Lexicon(self._lexicon_file, len(self))
        with self._reading(VECTORS):
            self._vectors = VectorRows(self._vectors_file, len(self), manifest.dimension)
        self._lock = threading.Lock()
        self._lines: LineRows | None = None
        self._encoder: QueryEncoder | None = None
        self._articles: OrderedDict[int, Article] = OrderedDict()

    @classmethod
    def open(cls, folder: Path, afresh: bool = False, threads: int = 0) -> Index:
        """The current generation of the index in `folder`, every file of it proved; see proof.py for what `afresh` means.

        Where it is damaged, the one before it with a `warning`; where that is too, DamagedIndex. Raises NoIndex where there
        is none, StaleIndex where another Counsel wrote it, NoArticles where it is empty.
        """
        index = cls._open(folder, afresh, threads)
        if not len(index):
            raise NoArticles(f"The index in {folder} holds no articles.", f"Put articles into {index.corpus} and run `counsel index`.")
        return index

    @classmethod
    def _open(cls, folder: Path, afresh: bool, threads: int) -> Index:
        for _ in range(RETRIES):
            before = None
            try:
                before = publication.pointer_bytes(folder)
                return cls._opened(publication.current(folder), afresh, None, threads)
            except DamagedIndex as damage:
                if before is None or publication.pointer_bytes(folder) == before:
                    return cls._earlier(folder, damage, afresh, threads)
        raise DamagedIndex(f"The index in {folder} changes faster than it can be opened.", "Try again.")

    @classmethod
    def _opened(cls, generation: Generation, afresh: bool, warning: str | None, threads: int) -> Index:
        prove(generation, afresh)
        return cls(generation, warning, threads)

    @classmethod
    def _earlier(cls, folder: Path, damage: DamagedIndex, afresh: bool, threads: int) -> Index:
        """The newest generation that is whole, where the current one is not."""
        for number in publication.numbers(folder):
            try:
                found = publication.generation(folder, number)
                warning = f"{damage} Answering from generation {number}, built {found.manifest.built}. Run `counsel index` to repair it."
                return cls._opened(found, afresh, warning, threads)
            except UnusableIndex:
                continue
        raise damage

    def __len__(self) -> int:
        return self.manifest.passages

    def close(self) -> None:
        self._store.close()
        self._vectors_file.close()
        self._lines_file.close()
        self._lexicon_file.close()
        if self._clusters_file:
            self._clusters_file.close()

    @cached_property
    def _clusters(self) -> Clusters | None:
        if self._clusters_file is None:
            return None
        with self._reading(CLUSTERS):
            return Clusters(self._clusters_file, len(self), self.manifest.dimension)

    @property
    def encoder(self) -> QueryEncoder:
        """The query encoder that was exported with this index, loaded on first use."""
        with self._lock:
            if self._encoder is None:
                from ..encoder import QueryEncoder

                self._encoder = QueryEncoder.load(self._encoder_folder, self._threads)
            return self._encoder

    def prepare(self) -> None:
        """Begin to load what the first question needs while the caller does other things; what goes wrong is told when it is needed."""

        def load() -> None:
            with contextlib.suppress(CounselError):
                self.encoder  # noqa: B018  # loaded by being looked at

        threading.Thread(target=load, daemon=True).start()

    def take_encoder(self, other: Index) -> None:
        """Use the encoder that another index has loaded, if it is the same to the byte."""
        if other.manifest.exported == self.manifest.exported and other._encoder is not None:
            self._encoder = other._encoder

    @property
    def vectors(self) -> Rows:
        """One unit row per passage, shape (n, dimension), read on first use, not to be written to."""
        with self._reading(VECTORS), self._lock:
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
            with self._lock:
                if self._lines is None:
                    self._lines = LineRows(self._lines_file, len(self), self.manifest.dimension)
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
        # Not matmul: it gives equal rows sums that differ in the last bit (numpy 2.4.6, OpenBLAS 0.3.31), and takes twice as long.
        cosines = np.vecdot(self.vectors_of(rows), query)
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

    def sharing(self, heading: Sequence[str]) -> int:
        """How many articles have a heading of these terms."""
        return self._store.sharing(" ".join(heading))

    def passage(self, row: int) -> Passage:
        if not 0 <= row < len(self):
            raise IndexError(f"there is no passage {row} among {len(self)}")
        number, start, end, page, heading = self._store.passage(row)
        return Passage(self._article(number), start, end, heading, page)

    def articles_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each row the number of the article its passage belongs to, counted from 0 in corpus order."""
        import numpy as np

        found: NDArray[np.int64] = np.searchsorted(self._firsts, rows, side="right") - 1
        return found

    def articles(self) -> list[tuple[str, str | None, range]]:
        """Path, date and rows of every article, by path."""
        return [(path, published, range(first, first + count)) for path, published, first, count in self._store.dates()]

    def article(self, path: str) -> Article:
        """Raises KeyError where the index holds no such article."""
        return self._article(self._row(path)[0])

    def rows_of(self, path: str) -> range:
        """The rows of an article's passages. Raises KeyError where the index holds no such article."""
        _, first, count = self._row(path)
        return range(first, first + count)

    def row_at(self, path: str, offset: int) -> int:
        """The row of the passage that holds a place of an article. Raises KeyError where the index holds no such article."""
        rows = self.rows_of(path)
        return rows[bisect_right(rows, offset, key=lambda row: self.passage(row).start) - 1]

    def cards(self) -> tuple[Card, ...]:
        """Every article without its text, by path. Of files with the same bytes all but the first say so in their notes."""
        first: dict[str, str] = {}
        same = {
            record.path: first.setdefault(record.sha256, record.path) for record in self._sources if record.reason is None and record.sha256
        }
        return tuple(
            card
            if same.get(card.path, card.path) == card.path
            else replace(card, notes=(*card.notes, f"the same file as {same[card.path]}"))
            for card in self._store.cards()
        )

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Every file of the corpus that is not in the index, with its reason, by path."""
        return tuple(Skipped(record.path, record.reason) for record in self._sources if record.reason is not None)

    def changes(self, settings: Settings | None = None) -> Changes:
        """How the corpus differs from this index now, by a cheap look."""
        return changes(self.corpus, self.folder, settings or Settings(), self._sources)

    @cached_property
    def _sources(self) -> list[SourceRecord]:
        return self._store.sources()

    @cached_property
    def _firsts(self) -> NDArray[np.int64]:
        """The first row of every article that has any."""
        import numpy as np

        return np.array([row.first for row in self._store.article_rows() if row.passages], np.int64)

    @contextlib.contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Every error of a file's content is a DamagedIndex that names it."""
        try:
            yield
        except (OSError, ValueError, MemoryError, struct.error) as error:
            raise DamagedIndex(f"{self.folder}: {name} of generation {self.generation} is damaged: {error}.", REBUILD) from error

    def _row(self, path: str) -> tuple[int, int, int]:
        found = self._store.article_row(path)
        if found is None:
            raise KeyError(path)
        if not 0 <= found.first <= found.first + found.passages <= len(self):
            raise DamagedIndex(f"{self._store.path} is damaged: {path} has passages that are not there.", REBUILD)
        return found.id, found.first, found.passages

    def _article(self, number: int) -> Article:
        with self._lock:
            article = self._articles.get(number)
            if article is not None:
                self._articles.move_to_end(number)
                return article
        article = self._store.article(number)
        with self._lock:
            self._articles[number] = article
            while len(self._articles) > ARTICLES_IN_MEMORY:
                self._articles.popitem(last=False)
        return article

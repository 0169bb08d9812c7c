"""An index opened for questions: one generation, proved whole."""

from __future__ import annotations

import contextlib
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CounselError, DamagedIndex, NoArticles, UnusableIndex
from ..settings import Settings
from ..types import Article, Passage, Skipped
from . import publication
from .lookup import Lookup
from .manifest import ARTICLES, REBUILD
from .proof import prove
from .publication import Generation
from .store import Card, SourceRecord, Store
from .survey import Changes, changes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..encoder import QueryEncoder

RETRIES = 5  # a build may remove a generation while it is being opened; each time the next one is there already
ARTICLES_IN_MEMORY = 256


class Index(Lookup):
    """One generation, whole: every answer from it is of one state of the articles. May be used from any thread.

    Rows number the passages from 0, in corpus order: articles by path, passages as they stand in them.
    """

    def __init__(self, generation: Generation, warning: str | None = None, threads: int = 0) -> None:
        """Raises DamagedIndex for files that are not what the manifest says; `Index.open` has proved their bytes before."""
        super().__init__(generation)
        manifest = generation.manifest
        self.corpus = Path(manifest.corpus)  # absolute
        self.built = manifest.built  # ISO 8601, UTC
        self.encoder_fingerprint = manifest.encoder
        self.warning = warning
        self._encoder_folder = generation.encoder
        self._threads = threads
        self._store = Store(generation.path / ARTICLES)
        self._store.check(manifest.articles, manifest.passages)
        self._lock = threading.Lock()
        self._encoder: QueryEncoder | None = None
        self._articles: OrderedDict[int, Article] = OrderedDict()

    @classmethod
    def open(cls, folder: Path, threads: int = 0) -> Index:
        """The current generation of the index in `folder`, every file of it proved; see proof.py for what is remembered of that.

        Where it is damaged, the one before it with a `warning`; where that is too, DamagedIndex. Raises NoIndex where there
        is none, StaleIndex where another Counsel wrote it, NoArticles where it is empty.
        """
        index = cls._open(folder, threads)
        if not len(index):
            raise NoArticles(f"The index in {folder} holds no articles.", f"Put articles into {index.corpus} and run `counsel index`.")
        return index

    @classmethod
    def _open(cls, folder: Path, threads: int) -> Index:
        for _ in range(RETRIES):
            before = None
            try:
                before = publication.pointer_bytes(folder)
                return cls._opened(publication.current(folder), None, threads)
            except DamagedIndex as damage:
                if before is None or publication.pointer_bytes(folder) == before:
                    return cls._earlier(folder, damage, threads)
        raise DamagedIndex(f"The index in {folder} changes faster than it can be opened.", "Try again.")

    @classmethod
    def _opened(cls, generation: Generation, warning: str | None, threads: int) -> Index:
        prove(generation)
        return cls(generation, warning, threads)

    @classmethod
    def _earlier(cls, folder: Path, damage: DamagedIndex, threads: int) -> Index:
        """The newest generation that is whole, where the current one is not."""
        for number in publication.numbers(folder):
            try:
                found = publication.generation(folder, number)
                warning = f"{damage} Answering from generation {number}, built {found.manifest.built}. Run `counsel index` to repair it."
                return cls._opened(found, warning, threads)
            except UnusableIndex:
                continue
        raise damage

    def close(self) -> None:
        super().close()
        self._store.close()

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

        threading.Thread(target=load).start()  # no daemon: a process that ends while it loads would be aborted

    def take_encoder(self, other: Index) -> None:
        """Use the encoder that another index has loaded, if it is the same to the byte."""
        if other.manifest.exported == self.manifest.exported and other._encoder is not None:
            self._encoder = other._encoder

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

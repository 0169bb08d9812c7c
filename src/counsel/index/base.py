"""What a build starts from: the newest generation that proves to be whole."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import DamagedIndex, UnusableIndex
from . import publication, vectors
from .clusters import Clusters, Known
from .encoding import Old
from .files import opened
from .lexicon import Lexicon
from .lines import LineRows
from .manifest import ARTICLES, CLUSTERS, FORMAT, LEXICON, LINES, VECTORS, Manifest
from .proof import Memory, prove_files
from .publication import Generation
from .store import ArticleRow, SourceRecord, Store


@dataclass(frozen=True)
class Base:
    """Before the first build, and where nothing whole is left, all of it is empty.

    Of a generation of another format only what the encoder gave is taken: vectors, by their keys, lines and clusters.
    """

    generation: Generation | None = None
    is_current: bool = False
    exported: bool = False  # whether its query encoder is whole too
    rows: tuple[ArticleRow, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    keys: tuple[bytes, ...] = ()

    @property
    def manifest(self) -> Manifest | None:
        return self.generation.manifest if self.generation else None

    @property
    def number(self) -> int:
        return self.generation.manifest.generation if self.generation else 0

    @property
    def articles(self) -> Path | None:
        """Its articles.sqlite, where this Counsel can read it."""
        return self.generation.path / ARTICLES if self.generation and self.generation.manifest.format == FORMAT else None

    def lexicon(self) -> Lexicon | None:
        """Its terms, where this Counsel can read them."""
        if self.generation is None or self.articles is None:
            return None
        return Lexicon(opened(self.generation.path / LEXICON), self.generation.manifest.passages)

    def clusters(self) -> Known | None:
        """Its clusters, where it has any."""
        if self.generation is None or CLUSTERS not in self.generation.manifest.files:
            return None
        path, dimension = self.generation.path / CLUSTERS, self.generation.manifest.dimension
        return Clusters(opened(path), self.generation.manifest.passages, dimension).known()

    @cached_property
    def indexed(self) -> dict[str, str | None]:
        """SHA-256 of every article's file, by path."""
        return {record.path: record.sha256 for record in self.sources if record.reason is None}

    @cached_property
    def places(self) -> dict[bytes, int]:
        """The row of a vector, by its key."""
        return {key: row for row, key in enumerate(self.keys)}

    def old(self) -> Old | None:
        """Its rows, for the next generation."""
        if self.generation is None or not self.keys:
            return None
        path, count, dimension = self.generation.path, len(self.keys), self.generation.manifest.dimension
        lines = LineRows(opened(path / LINES), count, dimension)
        return Old(self.places, vectors.mapped(path / VECTORS, count, dimension), lines)


def find_base(folder: Path) -> Base:
    """Prove generations, the current one first, until one is whole."""
    pointer = None
    with contextlib.suppress(DamagedIndex):
        pointer = publication.pointer(folder)
    named = [(pointer.generation, pointer.manifest)] if pointer else []
    others = [(number, None) for number in publication.numbers(folder) if not pointer or number != pointer.generation]
    for number, sha256 in [*named, *others]:
        with contextlib.suppress(UnusableIndex):
            return _base(publication.generation(folder, number, sha256, any_format=True), is_current=sha256 is not None)
    return Base()


def _base(found: Generation, is_current: bool) -> Base:
    prove_files(found.path, found.manifest.files)
    exported = True
    try:
        memory = Memory(found.folder)  # of the encoder alone: nothing is copied from it
        prove_files(found.encoder, found.manifest.exported, memory)
        memory.save()
    except DamagedIndex:
        exported = False
    with contextlib.closing(Store(found.path / ARTICLES)) as store:
        keys = tuple(store.keys())
        if found.manifest.format != FORMAT:
            return Base(found, is_current, exported, keys=keys)
        store.check(found.manifest.articles, found.manifest.passages)
        return Base(found, is_current, exported, tuple(store.article_rows()), tuple(store.sources()), keys)

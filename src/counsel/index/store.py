"""articles.sqlite: the articles and their passages of one generation.

Rows of `passages` are numbered from 0, in corpus order: articles by path, passages as they stand in them. Written once, by
writing.Writer, then only read.
"""

from __future__ import annotations

import contextlib
import json
import queue
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from ..errors import DamagedIndex
from ..types import Article, Heading, PageMark
from .manifest import REBUILD

CONNECTIONS = 4  # readers at once; more wait for one of them
PASSAGES_IN_MEMORY = 8192  # where they stand, without their text

# Texts are BLOBs of UTF-8: SQLite's own TEXT cannot hold a lone surrogate, which a broken PDF can bring into an article.
# A label is a heading as its terms; how many articles share it is counted once, for all questions.
SCHEMA = (
    "CREATE TABLE sources(path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, sha256 TEXT, reason BLOB) WITHOUT ROWID",
    "CREATE TABLE articles(id INTEGER PRIMARY KEY, path BLOB UNIQUE, first INTEGER, passages INTEGER, characters INTEGER, "
    "title BLOB, author BLOB, url BLOB, published BLOB, tags TEXT, notes TEXT, pages TEXT, headings TEXT, labels TEXT, text BLOB)",
    "CREATE TABLE passages(row INTEGER PRIMARY KEY, article INTEGER, start INTEGER, stop INTEGER, page INTEGER, heading TEXT, key BLOB)",
    "CREATE TABLE labels(label BLOB PRIMARY KEY, articles INTEGER) WITHOUT ROWID",
)
_ARTICLE = "id, path, title, author, url, published, tags, notes, pages, headings, text"


class SourceRecord(NamedTuple):
    """A file of the corpus as the build saw it: in the index where `reason` is None, else refused for that reason."""

    path: str
    size: int
    mtime_ns: int
    sha256: str | None  # of the file's bytes; None where they could not be read
    reason: str | None


class ArticleRow(NamedTuple):
    """Where an article stands: its number and the rows of its passages."""

    id: int
    path: str
    first: int
    passages: int


@dataclass(frozen=True, slots=True)
class Card:
    """An article without its text."""

    path: str
    title: str
    author: str | None
    url: str | None
    published: str | None
    characters: int
    pages: int  # 0 where the format has none
    passages: int
    notes: tuple[str, ...]


Place = tuple[int, int, int, int | None, tuple[str, ...]]  # of a passage: article, start, end, page and headings


class Store:
    """One articles.sqlite, read from any thread. Every error of its content is a DamagedIndex."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        with self._errors():
            for _ in range(CONNECTIONS):
                self._idle.put(self._connect())
        # By a proxy: a cache that holds its owner would keep the files open until garbage is looked for.
        self.passage = lru_cache(PASSAGES_IN_MEMORY)(partial(Store._read_passage, weakref.proxy(self)))
        self._made = self.rows("SELECT type, name, sql FROM sqlite_schema WHERE type != 'index'")
        if any(kind != "table" for kind, _, _ in self._made):
            raise DamagedIndex(f"{self.path} is damaged: it holds more than tables.", REBUILD)  # a view can run for ever

    def close(self) -> None:
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def __del__(self) -> None:
        self.close()  # a connection refers to itself: nothing else would close its file before garbage is looked for

    def check(self, articles: int, passages: int) -> None:
        """Raises DamagedIndex unless the tables are ours and hold these numbers of rows."""
        ours = sorted(str(sql) for _, _, sql in self._made)
        if ours == sorted(SCHEMA):
            counts = self.rows("SELECT (SELECT max(id) + 1 FROM articles), (SELECT max(row) + 1 FROM passages)")[0]
            if tuple(count or 0 for count in counts) == (articles, passages):
                return
        raise DamagedIndex(f"{self.path} is damaged: it does not hold what was written.", REBUILD)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row that a statement finds."""
        connection = self._idle.get()
        try:
            with self._errors():
                return connection.execute(statement, values).fetchall()
        finally:
            self._idle.put(connection)

    def sources(self) -> list[SourceRecord]:
        """Every file of the corpus, by path, those that were refused too."""
        found = self.rows("SELECT path, size, mtime_ns, sha256, reason FROM sources")
        with self._errors():
            records = [
                SourceRecord(_str(path), _int(size), _int(mtime_ns), None if sha256 is None else str(sha256), _text(reason))
                for path, size, mtime_ns, sha256, reason in found
            ]
            return sorted(records, key=lambda record: record.path)

    def article_rows(self) -> list[ArticleRow]:
        found = self.rows("SELECT id, path, first, passages FROM articles ORDER BY id")
        with self._errors():
            return [ArticleRow(_int(id_), _str(path), _int(first), _int(passages)) for id_, path, first, passages in found]

    def dates(self) -> list[tuple[str, str | None, int, int]]:
        """Path, date, first row and number of passages of every article, in row order."""
        found = self.rows("SELECT path, published, first, passages FROM articles ORDER BY id")
        with self._errors():
            return [(_str(path), _text(published), _int(first), _int(passages)) for path, published, first, passages in found]

    def article_row(self, path: str) -> ArticleRow | None:
        found = self.rows("SELECT id, first, passages FROM articles WHERE path = ?", (blob(path),))
        with self._errors():
            return next((ArticleRow(_int(id_), path, _int(first), _int(passages)) for id_, first, passages in found), None)

    def article(self, id_: int) -> Article:
        found = self.rows(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (id_,))
        if not found:
            raise DamagedIndex(f"{self.path} is damaged: it holds no article {id_}.", REBUILD)
        with self._errors():
            _, path, title, author, url, published, tags, notes, pages, headings, text = found[0]
            return Article(
                path=_str(path),
                title=_str(title),
                author=_text(author),
                url=_text(url),
                published=_text(published),
                text=_str(text),
                pages=tuple(PageMark(_int(start), _int(number), str(label)) for start, number, label in json.loads(pages)),
                headings=tuple(
                    Heading(_int(start), _int(end), _int(level), str(title)) for start, end, level, title in json.loads(headings)
                ),
                tags=tuple(map(str, json.loads(tags))),
                notes=tuple(map(str, json.loads(notes))),
            )

    def cards(self) -> list[Card]:
        found = self.rows("SELECT path, title, author, url, published, characters, pages, passages, notes FROM articles ORDER BY id")
        with self._errors():
            return [
                Card(
                    _str(path),
                    _str(title),
                    _text(author),
                    _text(url),
                    _text(published),
                    _int(size),
                    len(json.loads(pages)),
                    _int(passages),
                    tuple(map(str, json.loads(notes))),
                )
                for path, title, author, url, published, size, pages, passages, notes in found
            ]

    def _read_passage(self, row: int) -> Place:
        found = self.rows("SELECT article, start, stop, page, heading FROM passages WHERE row = ?", (row,))
        if not found:
            raise DamagedIndex(f"{self.path} is damaged: it holds no passage {row}.", REBUILD)
        with self._errors():
            article, start, stop, page, heading = found[0]
            return _int(article), _int(start), _int(stop), None if page is None else _int(page), tuple(map(str, json.loads(heading)))

    def keys(self) -> list[bytes]:
        """The key of every passage's vector, in row order. Every format to come keeps this readable: vectors are never computed twice."""
        return [key for (key,) in self.rows("SELECT key FROM passages ORDER BY row")]

    def sharing(self, label: str) -> int:
        """How many articles have a heading of these terms."""
        found = self.rows("SELECT articles FROM labels WHERE label = ?", (blob(label),))
        with self._errors():
            return _int(found[0][0]) if found else 0

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quoted(self.path)}?mode=ro&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        return connection

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise DamagedIndex(f"{self.path} is damaged: {error}.", REBUILD) from error


def quoted(path: Path) -> str:
    return quote(bytes(path.absolute()))


def blob(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _str(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")


def _text(blob: bytes | None) -> str | None:
    return None if blob is None else _str(blob)


def _int(value: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a number")
    return value

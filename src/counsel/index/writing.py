"""Writes articles.sqlite. The same articles give the same bytes, whether they were read anew or copied from the generation before."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from ..terms import terms
from ..types import Article, Passage
from .store import SCHEMA, ArticleRow, SourceRecord, blob, quoted

_INSERT_ARTICLE = "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_INSERT_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)"


class Writer:
    """Writes one articles.sqlite, articles in order of path. Numbers are given in the order of the calls."""

    def __init__(self, path: Path, previous: Path | None = None) -> None:
        self._connection = sqlite3.connect(f"file:{quoted(path)}?mode=rwc", uri=True, isolation_level=None)
        run = self._connection.execute
        run("PRAGMA journal_mode = OFF")  # a file that was not finished is never read
        run("PRAGMA synchronous = OFF")  # Files.seal syncs it
        run("PRAGMA cache_size = -65536")
        if previous is not None:
            run("ATTACH ? AS old", (f"file:{quoted(previous)}?mode=ro&immutable=1",))
        run("BEGIN")
        for statement in SCHEMA:
            run(statement)
        self._articles = self._passages = 0  # written so far
        self._old: list[sqlite3.Cursor] = []  # over the articles and passages of the previous generation
        self._following = -1  # the article they come to next
        self._sharing: Counter[str] = Counter()  # articles by label

    def add(self, article: Article, passages: Sequence[Passage], keys: Sequence[bytes]) -> None:
        """An article with its passages and the key of each one's vector."""
        number, first = self._articles, self._passages
        labels = sorted({label for heading in article.headings if (label := " ".join(terms(heading.title)))})
        self._connection.execute(
            _INSERT_ARTICLE,
            (
                number,
                blob(article.path),
                first,
                len(passages),
                len(article.text),
                blob(article.title),
                blob(article.author),
                blob(article.url),
                blob(article.published),
                json.dumps(article.tags),
                json.dumps(article.notes),
                json.dumps([(mark.start, mark.number, mark.label) for mark in article.pages]),
                json.dumps([(heading.start, heading.end, heading.level, heading.title) for heading in article.headings]),
                json.dumps(labels),
                blob(article.text),
            ),
        )
        rows = range(first, first + len(passages))
        self._connection.executemany(
            _INSERT_PASSAGE,
            (
                (row, number, passage.start, passage.end, passage.page, json.dumps(passage.heading), key)
                for row, passage, key in zip(rows, passages, keys, strict=True)
            ),
        )
        self._sharing.update(labels)
        self._articles += 1
        self._passages += len(passages)

    def copy(self, row: ArticleRow) -> None:
        """An article of the previous generation with its passages, as it is: the very inserts of `add`, so that the bytes are the same."""
        if row.id != self._following:
            self._old = [
                self._connection.execute(f"SELECT * FROM old.{table} WHERE {key} >= ? ORDER BY {key}", (start,))
                for table, key, start in (("articles", "id", row.id), ("passages", "row", row.first))
            ]
        articles, passages = self._old
        number, first, moved = self._articles, self._passages, self._passages - row.first
        _, path, _, *article = articles.fetchone()
        self._connection.execute(_INSERT_ARTICLE, (number, path, first, *article))
        rows = islice(passages, row.passages)
        same = (number, moved) == (row.id, 0)
        self._connection.executemany(_INSERT_PASSAGE, rows if same else ((at + moved, number, *rest) for at, _, *rest in rows))
        self._sharing.update(json.loads(article[-2]))
        self._following = row.id + 1
        self._articles += 1
        self._passages += row.passages

    def finish(self, sources: Sequence[SourceRecord]) -> None:
        self._connection.executemany(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?)",
            ((blob(source.path), source.size, source.mtime_ns, source.sha256, blob(source.reason)) for source in sources),
        )
        shared = sorted(self._sharing.items())
        self._connection.executemany("INSERT INTO labels VALUES (?, ?)", ((blob(label), count) for label, count in shared))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()

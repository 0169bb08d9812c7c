"""What the tests of the index share: an encoder one can compute by hand, small corpora, all that an index says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counsel.index import Files, Index, Report, build
from counsel.settings import Settings
from counsel.terms import terms
from counsel.tokens import Encoded

Rows = NDArray[np.float32]

WORDS = ("salary", "python", "cloud", "degree", "germany", "model")
TERMS = ("salari", "python", "cloud", "degre", "germani", "model")


class WordEncoder:
    """One axis per known word, and one that all texts share: the nearest passage can be worked out by eye."""

    def __init__(self, words: Sequence[str] = WORDS) -> None:
        self.words = tuple(words)
        self.fingerprint = "words-" + "-".join(words)
        self.dimension = len(words) + 1
        self.encoded: list[str] = []
        self.prepared = 0

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:  # noqa: ARG002  # it is always ready
        self.encoded += texts
        if progress:
            progress(len(texts))
        return Encoded(self.rows(texts), tuple(self.rows(text.split("\n")) for text in texts))

    def rows(self, texts: Sequence[str]) -> Rows:
        counts = [[1.0, *(text.lower().count(word) for word in self.words)] for text in texts]
        rows = np.array(counts, np.float32).reshape(len(texts), self.dimension)
        unit: Rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def prepare(self) -> None:
        self.prepared += 1

    def export(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "words.json").write_text(json.dumps(self.words))
        (folder / "more").mkdir()
        (folder / "more" / "axes.txt").write_text("\n".join(self.words))


def write(corpus: Path, articles: Mapping[str, str]) -> None:
    """Make the corpus hold these articles and no others."""
    corpus.mkdir(exist_ok=True)
    for old in [path for path in corpus.rglob("*") if path.is_file()]:
        if old.relative_to(corpus).as_posix() not in articles:
            old.unlink()
    for path, text in articles.items():
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        if not (corpus / path).exists() or (corpus / path).read_text(encoding="utf-8") != text:
            (corpus / path).write_text(text, encoding="utf-8")


def indexed(corpus: Path, folder: Path, encoder: WordEncoder | None = None, files: Files | None = None, **settings: int) -> Report:
    return build(corpus, folder, encoder or WordEncoder(), Settings(**settings), files=files)  # type: ignore[arg-type]


def everything(index: Index) -> dict[str, Any]:
    """All that an index says, but the number of its generation and the time it was built."""
    passages = [index.passage(row) for row in range(len(index))]
    return {
        "articles": {card.path: asdict(index.article(card.path)) for card in index.cards()},
        "cards": [asdict(card) for card in index.cards()],
        "passages": [(one.article.path, one.start, one.end, one.heading, one.page) for one in passages],
        "rows": [list(index.rows_of(card.path)) for card in index.cards()],
        "vectors": index.vectors.tobytes(),
        "lines": [part.tobytes() for part in index.line_rows(range(len(index)))],
        "lexical": [[found.tolist() for found in index.matching([term], 1000)] for term in TERMS],
        "holding": [index.holding(words).tolist() for words in (["salari"], ["a", "salari"], ["in", "germani"], ["salari", "python"])],
        "sharing": [index.sharing(terms(heading.title)) for card in index.cards() for heading in index.article(card.path).headings],
        "skipped": index.skipped,
    }


def listing(folder: Path) -> set[str]:
    """Every file and folder below, but the empty lock and what openings remember."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")} - {"LOCK", "verified"}

"""Question → candidates: the passages nearest in meaning and in words, fused on their scores.

Dense scores are cosines of the exported encoder; lexical scores are BM25 over stemmed terms with title, heading path and body
as fields (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009). Each is standardised over the candidates and
the two are added (z-score sum). Ties fall back to corpus order. Knows nothing of lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .terms import alike, content

if TYPE_CHECKING:
    from .encoder import Rows
    from .index import Index

POOL = 200  # candidates taken from each side
LEXICAL = 0.8  # weight of the standardised BM25 score beside the cosine's; xquad hit@1 0.724 at 0, 0.840 at 0.7, 0.833 at 1, 0.832 at 1.4
FIELDS = (1.0, 1.0, 1.0)  # BM25 weights of title, heading path and body; doubling or halving one moved xquad hit@1 by 0.002 at most
FEW = 3  # passages of one article that are not held back
SPREAD = 0.35  # standard deviations by which each further one is held back, so that other articles with as much to say come first


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of a question, best first: rows of the index with their scores and what these are made of, all shape (n,)."""

    query: Rows  # the question's own row, shape (dimension,)
    terms: tuple[str, ...]  # the question's terms that carry meaning
    rows: NDArray[np.int64]
    scores: NDArray[np.float64]
    cosines: NDArray[np.float64]
    bm25: NDArray[np.float64]


def find(question: str, index: Index, among: NDArray[np.int64] | None = None) -> Found:
    """Every candidate passage for a question, ranked; with `among`, of those rows only."""
    query = index.encoder.encode_query(question)
    terms = tuple(content(question))
    dense_rows, _ = index.nearest(query, POOL, among)
    matched = index.matching(list(dict.fromkeys(other for term in terms for other in alike(term))), POOL, FIELDS, among)
    rows = np.union1d(np.asarray(dense_rows, np.int64), np.array([row for row, _ in matched], np.int64))
    by_row = dict(matched)
    bm25 = np.array([by_row.get(int(row), 0.0) for row in rows])
    cosines = np.vecdot(index.vectors[rows], query).astype(np.float64)  # equal passages get equal cosines, as matmul does not promise
    scores = _standardised(cosines) + LEXICAL * _standardised(bm25)
    order = _spread(rows[np.lexsort((rows, -scores))], dict(zip(rows.tolist(), scores.tolist(), strict=True)), index)
    at = np.searchsorted(rows, [row for row, _ in order])
    return Found(query, terms, rows[at], np.array([score for _, score in order]), cosines[at], bm25[at])


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values less their mean over their standard deviation; zeros where all are equal."""
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)


def _spread(ranked: NDArray[np.int64], scores: dict[int, float], index: Index) -> list[tuple[int, float]]:
    """Rows with their scores, the later passages of an article that has had its few held back a little each."""
    taken: Counter[str] = Counter()
    held: list[tuple[int, float]] = []
    for row in ranked.tolist():
        path = index.path_of(row)
        taken[path] += 1
        held.append((row, scores[row] - SPREAD * max(0, taken[path] - FEW)))
    return sorted(held, key=lambda pair: (-pair[1], pair[0]))

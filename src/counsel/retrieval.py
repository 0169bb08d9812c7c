"""Question → candidates: the passages nearest in meaning and in words, fused on their scores.

Dense scores are cosines of the exported encoder, of a passage as a whole and of the nearest of its lines; lexical scores are BM25
over the stemmed terms of title, heading path and body together (weighing one of them twice or half moved xquad hit@1 by 0.002 at
most). Each is standardised over the candidates and the three are added (z-score sum). Ties fall back to corpus order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .terms import alike

if TYPE_CHECKING:
    from .index import Index
    from .tokens import Rows

POOL = 200  # candidates taken from each side
LEXICAL = 0.8  # weight of the standardised BM25 score beside the cosine's; xquad hit@1 0.724 at 0, 0.840 at 0.7, 0.833 at 1, 0.832 at 1.4
# Weight of the standardised cosine of the best line: mtrag (rewritten questions) hit@5 0.905 at 0, 0.941 at 0.6 and 1, hit@1 0.619, 0.691,
# 0.691; of 250 to 300 questions each, xquad hit@1 0.917, 0.917, 0.920, ooh hit@5 0.924, 0.936, 0.932, scifact nDCG@10 0.750, 0.749, 0.752.
LINE = 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of a question, best first: rows of the index with their scores and what these are made of, all shape (n,)."""

    query: Rows  # the question's own row, shape (dimension,)
    terms: tuple[str, ...]  # the question's terms that carry meaning
    rows: NDArray[np.int64]
    scores: NDArray[np.float64]
    cosines: NDArray[np.float64]
    nearness: NDArray[np.float64]  # the part of the score that is of meaning: without BM25
    bm25: NDArray[np.float64]
    best_line: NDArray[np.float64]  # cosine of the nearest line of each

    def taken(self, order: NDArray[np.int64]) -> Found:
        """The candidates at these places, in this order."""
        return Found(
            self.query,
            self.terms,
            self.rows[order],
            self.scores[order],
            self.cosines[order],
            self.nearness[order],
            self.bm25[order],
            self.best_line[order],
        )


def find(question: str, terms: tuple[str, ...], index: Index, among: NDArray[np.int64] | None = None) -> Found:
    """Every candidate passage for a question and its terms that tell, ranked; with `among`, of those rows only."""
    query = index.encoder.encode_query(question)
    dense_rows, _ = index.nearest(query, POOL, among)
    matched_rows, matched = index.matching(list(dict.fromkeys(other for term in terms for other in alike(term))), POOL, among)
    rows = np.array(sorted({*dense_rows.tolist(), *matched_rows.tolist()}), np.int64)
    bm25 = np.zeros(len(rows))
    bm25[np.searchsorted(rows, matched_rows)] = matched
    cosines = np.vecdot(index.vectors_of(rows), query).astype(np.float64)  # equal passages get equal cosines, as matmul does not promise
    best_line = _best_lines(rows, query, index)
    nearness = _standardised(cosines) + LINE * _standardised(best_line)
    scores = nearness + LEXICAL * _standardised(bm25)
    return Found(query, terms, rows, scores, cosines, nearness, bm25, best_line).taken(np.lexsort((rows, -scores)))


def _best_lines(rows: NDArray[np.int64], query: Rows, index: Index) -> NDArray[np.float64]:
    """The cosine of each passage's nearest line; of its title and headings, the first line, only where it has no other."""
    found, counts = index.line_rows(rows.tolist())
    cosines = np.vecdot(found, query).astype(np.float64)
    begins = np.cumsum(counts) - counts
    cosines[begins[counts > 1]] = -1.0
    return np.maximum.reduceat(cosines, begins) if len(begins) else cosines


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values less their mean over their standard deviation; zeros where all are equal."""
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)

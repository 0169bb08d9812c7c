"""Question → hits: candidate passages put in order by how well their best line answers.

A passage that is near as a whole may not hold the answer; the first candidates are read line by line, and the weight of the
best line of each is added to its score. Knows nothing of how an answer is put together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from .evidence import DEPTH, Evidence, asks_what, gather
from .filters import NONE, Filters, admitted, separate
from .questions import Asked, read
from .retrieval import Found, find
from .types import Hit

if TYPE_CHECKING:
    from .index import Index

# Weight of a passage's best line beside its nearness. BM25 brings passages to be read; then their lines' own terms say more, so that it
# counts no longer. By score.py on the whole halves, hit@1 with BM25 at 0.8, at 0.4 and without: seeds 0.788, 0.848, 0.909; xquad 0.922,
# 0.923, 0.926; ooh 0.881, 0.889, 0.894; northwind 0.832, 0.851, 0.842; scifact 0.630, 0.621, 0.616. With the line at 0.5, 1.0 and 1.3:
# seeds 0.848, 0.909, 0.879; xquad 0.922, 0.926, 0.925; ooh 0.874, 0.894, 0.894.
LINE = 1.0
ECHO = 0.5  # of a line that says nothing but what was asked, from which it answers nothing
REMEMBERED = 16  # questions: a follow-up is read by what it and the one before it find, and then answered; each holds some 90 kB on ooh
ARTICLES = 3  # first candidates whose articles are looked through for where they say what something is

_LOOKED: WeakKeyDictionary[Index, dict[tuple[Asked, Filters], Looked]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking for a question found: its reading, its passages best first, and their lines best first."""

    asked: Asked
    found: Found
    lines: list[Evidence]
    filters: Filters = NONE  # that narrowed what was looked at

    @property
    def telling(self) -> list[Evidence]:
        """The lines that may answer: no contacts and pointers to others, nothing that only says what was asked."""
        return [line for line in self.lines if not line.features["aside"] and line.features["echo"] < ECHO]


def search(question: str, index: Index, k: int = 10, standalone: str | None = None) -> tuple[Hit, ...]:
    """The k best passages for a question, best first; fewer where the index or the question's filters leave fewer.

    `standalone` is how a follow-up was understood; it is what is looked up.
    """
    bare, filters = separate(question)
    return hits(look(read(standalone or bare), index, filters), index, k)


def look(asked: Asked, index: Index, filters: Filters = NONE) -> Looked:
    """The passages and lines for a question that its filters admit, both ranked; remembered for a while, to be read only."""
    known = _LOOKED.setdefault(index, {})
    looked = known.get((asked, filters))
    if looked is None:
        looked = _look(asked, index, filters)
        if len(known) >= REMEMBERED:
            known.clear()
        known[asked, filters] = looked
    return looked


def _look(asked: Asked, index: Index, filters: Filters) -> Looked:
    found = _defining_first(find(asked.text, asked.terms, index, admitted(filters, asked.terms, index)), asked, index)
    lines = gather(asked, found, index)
    return Looked(asked, _by_best_line(found, lines), lines, filters)


def _defining_first(found: Found, asked: Asked, index: Index) -> Found:
    """Where it is asked what something is or does: the candidates with those that a heading says tell it as good as the best.

    Of the articles of the first candidates only; another part of an article may name its subject more often than these do.
    """
    if not asked.subject or not len(found.rows):
        return found
    articles = index.articles_of(found.rows)
    near = np.isin(articles, articles[:ARTICLES]).nonzero()[0]
    telling = [at for at in near.tolist() if asks_what(index.passage(int(found.rows[at])).heading, asked.subject)]
    scores = found.scores.copy()
    scores[telling] = scores.max()
    return replace(found, scores=scores).taken(np.lexsort((found.rows, -scores)))


def hits(looked: Looked, index: Index, k: int) -> tuple[Hit, ...]:
    """The first k passages as hits with their signals."""
    found = looked.found
    best: dict[int, float] = {}
    for line in looked.lines:
        best.setdefault(line.row, line.weight)
    return tuple(
        Hit(
            index.passage(row),
            round(float(found.scores[at]), 4),
            at + 1,
            {
                "cosine": round(float(found.cosines[at]), 4),
                "nearest line": round(float(found.best_line[at]), 4),
                "bm25": round(float(found.bm25[at]), 4),
                **({"best line": round(best[row], 4)} if row in best else {}),
            },
        )
        for at, row in enumerate(found.rows[:k].tolist())
    )


def _by_best_line(found: Found, lines: list[Evidence]) -> Found:
    """The candidates with the first few, those that were read, in order of score and best line together."""
    best: dict[int, float] = {}
    for line in lines:
        best.setdefault(line.row, line.weight)
    if not best:
        return found
    worst = min(best.values())
    head = found.rows[:DEPTH].tolist()
    added = LINE * (np.array([best.get(row, worst) for row in head]) - max(best.values()))
    scores = found.scores.copy()
    scores[: len(head)] = found.nearness[: len(head)] + added
    if len(scores) > len(head):  # those not read stay behind those that were
        scores[len(head) :] += min(0.0, float(scores[: len(head)].min() - scores[len(head)]))
    return replace(found, scores=scores).taken(np.lexsort((found.rows, -scores)))

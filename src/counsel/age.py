"""Questions whose answers age, and lines from articles that may have been overtaken.

No clock is read: how old an article is, is told from the day the index was built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from .citing import Piece, Said
from .dates import long_date, months_old
from .evidence import Evidence
from .questions import Asked
from .terms import content

if TYPE_CHECKING:
    from .index import Index

EQUAL = 0.9  # weight by which two lines may differ and be equally good: both are then shown in an answer to one fact
OLD = 36  # months after which what was said of pay, law or hiring is flagged

# What changes from year to year: pay, law, hiring, and whatever is asked for as it is now.
_AGEING = frozenset(
    content(
        """
        pay paid earn earning salary wage income compensation bonus cost price fee rent budget
        law legal illegal regulation rule tax visa permit pension
        hiring hire recruiting demand market outlook opening vacancy shortage growth growing prospects employment layoffs
        current today now nowadays latest newest recent recently updated
        """
    )
)
_NOW = re.compile(r"\b(?:currently|right now|at the moment|these days|this year|next year|so far)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def ages(asked: Asked) -> bool:
    """Whether the answer to a question changes from year to year. One about a year it names is the same in every other."""
    return not _YEAR.search(asked.text) and (not _AGEING.isdisjoint(asked.terms) or bool(_NOW.search(asked.text)))


def newest_first(lines: list[Evidence], within: float = EQUAL) -> list[Evidence]:
    """The lines with those about as good as the first in the order of their dates, newest first; undated ones keep their places."""
    equal = [at for at, line in enumerate(lines) if line.weight >= lines[0].weight - within and line.article.published]
    newest = sorted(equal, key=lambda at: lines[at].article.published or "", reverse=True)
    ordered = list(lines)
    for at, other in zip(equal, newest, strict=True):
        ordered[at] = lines[other]
    return ordered


def warning(pieces: Iterable[Piece], index: Index) -> list[Said]:
    """A note that names the articles that are old and that no newer one bears out, each with its date; nothing where none is."""
    built = date.fromisoformat(index.built[:10])
    newest = (max((piece, *piece.also), key=lambda one: one.article.published or "").article for piece in pieces)
    old = {article.path: article for article in newest if (months_old(article.published, built) or 0) > OLD}
    named = [f"“{article.title}” is from {long_date(article.published)}" for article in old.values()]
    return [f"{'; '.join(named)}: this may have changed since."] if named else []

"""Lines that say the same, so that a repost or a paragraph in two articles counts as one.

Two lines say the same when they are made of the same words in the same order, but for inflection and light words (`_LIGHT`). A number,
a name, a "not" or any other word that differs makes them two lines: where articles follow one template, a single word tells their
subjects apart. For the same reason words alone do not do: what a line takes of what was asked from its title and headings, the other
has to take from its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from .citing import Piece, Said
from .passages import above, introduces
from .search import Looked
from .segments import segments
from .terms import alike, fold, term, terms, words
from .types import Passage

if TYPE_CHECKING:
    from .index import Index

NEAR = 24  # passages among which the same line is looked for: one that says the same is found by the same question, close behind
FEWEST = 4  # terms that make a line worth counting; shorter ones are alike by chance
_PREFIX = 4  # letters of a term that its inflections share, so that most passages are passed over without being read

# Words that are put in and left out without a change of what is said.
_LIGHT = frozenset(
    """
    a an the that which of in on upon at to for and also as is are be been has have it its their your our you they we per
    very really just quite rather however about around roughly approximately circa typically generally usually currently
    """.split()
)


def key(text: str) -> tuple[str, ...]:
    """What two lines that say the same have in common: their terms in order, light words left out."""
    return tuple(term(word) for word, _, _ in words(text) if word not in _LIGHT)


def collapse(pieces: Sequence[Piece], looked: Looked, index: Index) -> list[Said]:
    """The pieces, each with where other articles say the same, and a note how many say it. A list is the same only as a whole."""
    others = [index.passage(int(row)) for row in looked.found.rows[:NEAR]]
    said: list[Said] = []
    for group in _groups(pieces):
        keys = [key(piece.text) for piece in group]
        place = index.passage(index.row_at(group[0].article.path, group[0].segment.start))
        needed = _named([term for term in looked.asked.terms if set(alike(term)).isdisjoint(chain(*keys))], place)
        alone = len(group) == 1 and len(keys[0]) < FEWEST
        placed = [] if alone else [other for other in others if other.article != place.article and needed <= _named(needed, other)]
        twins = [_twins(piece, placed) for piece in group]
        shared = [path for path in twins[0] if all(path in found for found in twins)]
        said += [replace(piece, also=tuple(found[path] for path in shared)) for piece, found in zip(group, twins, strict=True)]
        if shared:
            said.append(f"{len(shared) + 1} articles say this.")
    return said


def _groups(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """A line alone; the items of a list together, with the line that introduces them."""
    at = 0
    while at < len(pieces):
        end = at + 1
        if pieces[at].segment.kind in ("item", "heading") or introduces(pieces[at].text):
            while end < len(pieces) and pieces[end].segment.kind in ("item", "heading") and pieces[end].article == pieces[at].article:
                end += 1
        yield list(pieces[at:end])
        at = end


def _twins(piece: Piece, others: Sequence[Passage]) -> dict[str, Piece]:
    """Where articles have a segment with the same key, by their paths, nearest first."""
    wanted, own = key(piece.text), fold(piece.text)
    probes = [one[:_PREFIX] for one in wanted if one[:_PREFIX] in own]  # not those spelled otherwise than written, as numbers are
    found: dict[str, Piece] = {}
    for passage in others:
        text = fold(passage.text)
        if passage.article.path in found or any(probe not in text for probe in probes):
            continue
        for segment in segments(passage.article, passage.start, passage.end):
            twin = Piece(passage.article, segment)
            if segment.kind not in ("rule", "header") and key(twin.text) == wanted:
                found[passage.article.path] = twin
                break
    return found


def _named(asked: Iterable[str], passage: Passage) -> set[str]:
    """Those terms of a question that a passage's title and headings hold, as themselves or their like."""
    held = frozenset(terms(above(passage)))
    return {term for term in asked if not held.isdisjoint(alike(term))}

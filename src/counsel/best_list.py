"""The list that answers a question better than its best line does.

Lists are weighed as lines are, by what they are of: the words and the meaning of their headings and introduction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .evidence import WEIGHTS, covered, rarity
from .lists import Listing, listings
from .passages import embedded
from .questions import Asked
from .search import Looked
from .terms import alike, content, terms

if TYPE_CHECKING:
    from .index import Index
    from .tokens import Rows

CLOSE = 0.9  # weight by which a list may fall behind the best line, unless that is a list of its own
WANTED = 2.0  # weight of being a list of what is asked for, by its headings or introduction; a third of it by its items
NESTED = 1.5  # weight a list within a list stands back: it is about a part of what its headings say
ENUMERATES = 2  # commas that make a sentence a list of its own, so that it may stand in for one
LIST_BONUS = 2.0  # weight of being a list, for a question that asks for one, as far as it is about the question's terms
SHARED = 5  # articles: a heading that so many have names a part of an article, as “Training” does, and tells nothing of this one
STEP_BONUS = 1.0  # weight of being numbered, for a question that asks how

# What the asker means to do with the things listed: "Which skills do I need to become …" is about skills, not about becoming.
_ASKERS_VERBS = frozenset(content("become start get learn use know put include follow read study expect recommend avoid"))

# What answers "What does a baker do?" where it is listed.
_DOING = frozenset(terms("do does duties responsibilities tasks activities"))


def best_list(looked: Looked, index: Index) -> Listing | None:
    """The list that answers better than the best line does; None where none does."""
    asked, found, lines = looked.asked, looked.found, looked.lines
    seen: dict[tuple[str, int], Listing] = {}
    for line in lines[:8]:
        for listing in listings(line.article, line.segment.start):
            seen.setdefault((line.article.path, listing.items[0].start), listing)
    for at in range(min(4, len(found.rows))):
        passage = index.passage(int(found.rows[at]))
        for listing in listings(passage.article, max(passage.end - 1, passage.start)):
            seen.setdefault((passage.article.path, listing.items[0].start), listing)
    quoting = {place: listing for place, listing in seen.items() if looked.filters.quoted_in(listing.text)}
    seen = quoting or seen
    seen = {place: listing for place, listing in seen.items() if _tells(listing, asked, index)}
    if not seen:
        return None
    telling = [term for term in asked.terms if asked.kind == "steps" or term not in _ASKERS_VERBS] or asked.terms
    weights = rarity(telling, index)
    wanted = _DOING if asked.wanted == "do" else frozenset(alike(asked.wanted))
    scored = []
    for at, listing in enumerate(seen.values()):
        own = frozenset(terms(listing.about))
        if not covered(weights, own | listing.labels):
            continue  # of something else
        weight = LIST_BONUS * covered(weights, own | listing.labels) + (STEP_BONUS if asked.kind == "steps" and listing.numbered else 0.0)
        named = terms(" ".join(listing.lead))
        weight += WANTED * (1.0 if not wanted.isdisjoint(named) else 0.3 if not wanted.isdisjoint(listing.labels) else 0.0)
        weight -= NESTED if listing.intro and listing.intro.kind == "item" else 0.0
        weight += (WEIGHTS["own terms"] + WEIGHTS["placed terms"]) * covered(weights, own)
        weight += WEIGHTS["cosine"] * _cosine(listing, found.query, index)
        scored.append((weight, -at, listing))
    if not scored:
        return None
    weight, _, best = max(scored, key=lambda one: one[:2])
    rival = lines[0].weight - (0.0 if lines[0].text.count(",") >= ENUMERATES else CLOSE)
    return best if weight >= rival else None


def _tells(listing: Listing, asked: Asked, index: Index) -> bool:
    """Whether a list says something of its subject: an outline whose headings many articles share, or which are questions, does not.

    Nor do labelled paragraphs tell how to do something, unless they are numbered.
    """
    if listing.labelled and asked.kind == "steps" and not listing.numbered:
        return False
    headings = [listing.article.text[item.start : item.end] for item in listing.items if item.kind == "heading"]
    empty = [heading for heading in headings if heading.rstrip(" #*").endswith("?") or index.sharing(terms(heading)) >= SHARED]
    return not headings or 2 * len(empty) < len(headings)


def _cosine(listing: Listing, query: Rows, index: Index) -> float:
    """How near what a list is of comes to the question: the headings it stands under, or the line that introduces it."""
    start = (listing.intro or listing.items[0]).start
    row = index.row_at(listing.article.path, start)
    cosines = index.line_rows([row])[0] @ query
    lines = [segment.start for segment, _ in embedded(index.passage(row))]
    own = [cosines[len(cosines) - len(lines) + lines.index(start)]] if start in lines else []
    return float(max(cosines[0], *own)) if own else float(cosines[0])

"""Question → answer: the lines of the articles that answer it, verbatim, each with its mark; or a refusal with its reason.

No language model: nothing is said that does not stand in an article. Pure but for reading the index it is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from . import questions
from .evidence import WEIGHTS, Evidence, covered, rarity, shown
from .filters import Filters, invitation, part, unmatched
from .lists import Listing, listings
from .passages import introduces
from .questions import Asked
from .refusal import judge, nearest
from .search import Looked, look
from .segments import Segment, segments
from .suggestions import question_from
from .terms import content, terms
from .types import Answer, Article, Citation, Line, LineKind, Nearest, Passage

if TYPE_CHECKING:
    from .index import Index

WORDS = 55  # an answer in sentences goes on while it has fewer
MARGIN = 1.5  # weight by which a further line may fall behind the best
CLOSE = 0.9  # the same for a question that one fact answers
LIST_WORDS = 60  # a list goes on while it has fewer
WANTED = 2.0  # weight of being a list of what is asked for, by its headings or introduction; a third of it by its items
NESTED = 1.5  # weight a list within a list stands back: it is about a part of what its headings say
LISTS = 5  # lists whose meaning is compared, those with the best words first
ENUMERATES = 2  # commas that make a sentence a list of its own, so that it may stand in for one
LIST_ITEMS = 8
LIST_BONUS = 2.0  # weight of being a list, for a question that asks for one
NEAR = 20  # passages whose headings are tried first as questions
TRIES = 2  # questions tried for each near article; each costs a search
LABEL = 3  # words: a line with no more is a label, and says nothing alone
REACH = 2000  # characters after a label in which what it labels stands
STEP_BONUS = 1.0  # weight of being numbered, for a question that asks how
# Weight of holding what the question quotes. Of 120 xquad questions with a name put in quotes 108 are answered; their lines hold the name
# 90 times and are good 88 times with 0, 98 and 86 with 1, 105 and 75 with 20.
QUOTED = 1.0
SAME = 0.75  # share of terms in common above which two lines say the same

# What the asker means to do with the things listed: "Which skills do I need to become …" is about skills, not about becoming.
_ASKERS_VERBS = frozenset(content("become start get learn use know put include follow read study expect recommend avoid"))
_CONTRAST = re.compile(
    r"\b(?:whereas|while|unlike|differs?|difference|than|compared|both|overlap|instead|versus|rather|however|but|though|although|same)\b",
    re.IGNORECASE,
)
Piece = tuple[Article, Segment]  # a segment to be shown, and where it stands


def answer(question: str, index: Index, standalone: str | None = None) -> Answer:
    """What the articles say to a question. `standalone` is how a follow-up was understood; it is what is looked up."""
    bare, filters = part(question)
    asked = questions.read(standalone or bare)
    blank = Answer(question, standalone, "answered", generation=index.generation)
    if asked.kind == "small talk":
        return replace(blank, lines=(Line(greeting(index), kind="note"),))
    looked = look(asked, index, filters)
    if filters and not asked.terms and len(looked.found.rows):
        return replace(blank, lines=(Line(invitation(filters, index), kind="note"),))
    verdict = judge(looked, index)
    if not verdict.answers:
        reason = verdict.reason
        if filters:
            looked = look(asked, index)
            whole = judge(looked, index)
            elsewhere = f"Nothing that “{filters}” leaves answers this, though other passages do." if whole.answers else whole.reason
            reason = unmatched(filters, index) or elsewhere
        pointers = tuple(_pointed(near, looked, index) for near in nearest(looked, index))
        return replace(blank, status="refused", reason=reason, nearest=pointers, signals=verdict.signals)
    shown_lines, citations = _compose(looked, index)
    notes = (Line(verdict.note, kind="note"),) if verdict.note else ()
    return replace(blank, lines=shown_lines + notes, citations=citations, signals=verdict.signals)


def has_answer(question: str, index: Index) -> bool:
    """Whether a question would be answered, without putting the answer together."""
    bare, filters = part(question)
    asked = questions.read(bare)
    return asked.kind != "small talk" and judge(look(asked, index, filters), index).answers


def _pointed(near: Nearest, looked: Looked, index: Index) -> Nearest:
    """A near article with a question it does answer: of the headings its passages were found under first, then of its first ones."""
    article = index.article(near.path)
    titles = {title for row in looked.found.rows[:NEAR].tolist() for title in index.passage(row).heading}
    headings = sorted(article.headings, key=lambda heading: heading.title not in titles)
    tries = [question for heading in headings if (question := question_from(heading, article))][:TRIES]
    return replace(near, question=next((question for question in tries if has_answer(question, index)), None))


def greeting(index: Index) -> str:
    """A friendly line that says what can be asked."""
    cards = index.cards()
    titles = ", ".join(f"“{card.title}”" for card in cards[:3])
    count = f"{len(cards)} article{'s' if len(cards) != 1 else ''}"
    return f"Hello! Ask me a question and I answer from {count} in their own words, with citations; among them {titles}."


def _compose(looked: Looked, index: Index) -> tuple[tuple[Line, ...], tuple[Citation, ...]]:
    """The lines of the answer and the citations behind them."""
    asked, lines, filters = looked.asked, looked.lines, looked.filters
    left = 0
    if asked.kind == "compare":
        pieces = _sides(asked, lines, index, filters)
    elif asked.kind in ("list", "steps") and (listing := _best_list(looked, index)):
        pieces, left = _list_pieces(listing)
        pieces.extend(_elsewhere(listing, pieces, lines))
    else:
        pieces, left = _whole(_sentences(asked, _quoting(filters, lines)))
    kept = [(article, segment) for article, segment in pieces if not filters.leave_out(shown(segment, article))]
    return _cite(kept or [(lines[0].article, lines[0].segment)], _left_out(left + len(pieces) - len(kept)), index)


def _quoting(filters: Filters, lines: list[Evidence]) -> list[Evidence]:
    """The lines, best first, those that hold what the question quotes weighing more."""
    if not filters.phrases:
        return lines
    weighed = [replace(line, weight=line.weight + QUOTED * filters.quoted_in(line.text)) for line in lines]
    return sorted(weighed, key=lambda line: -line.weight)


def _sentences(asked: Asked, lines: list[Evidence]) -> list[Evidence]:
    """The best line, and those close behind it that say something else, until there are words enough."""
    best = lines[0]
    chosen = [best]
    margin = CLOSE if asked.kind in ("amount", "time", "person", "place") else MARGIN
    for line in lines[1:]:
        allowed = margin if line.segment.kind == "sentence" else min(margin, CLOSE)  # an item out of its list says little
        if line.weight < best.weight - allowed or sum(len(other.text.split()) for other in chosen) + len(line.text.split()) > WORDS:
            continue
        if any(_same(line.terms, other.terms) for other in chosen):
            continue
        chosen.append(line)
    return chosen


def _whole(chosen: Sequence[Evidence]) -> tuple[list[Piece], int]:
    """The chosen lines as pieces that can be read alone: a line that announces a list brings it, a mere label what follows it."""
    pieces: list[Piece] = []
    left = 0
    for line in chosen:
        if (line.article, line.segment) in pieces:
            continue
        pieces.append((line.article, line.segment))
        if introduces(line.text):
            announced = [listing for listing in listings(line.article, line.segment.start) if listing.intro == line.segment]
            if announced:
                items, more = _list_pieces(announced[0])
                left += more
                pieces.extend(piece for piece in items if piece not in pieces)
        elif len(line.text.split()) <= LABEL and line.segment.kind != "row":
            after = segments(line.article, line.segment.end, min(len(line.article.text), line.segment.end + REACH))
            if after and after[0].kind == "sentence" and not line.article.text[line.segment.end : after[0].start].count("\n"):
                following = (line.article, after[0])
                if following in pieces:
                    pieces.remove(following)
                pieces.append(following)
    return pieces, left


def _left_out(count: int) -> str:
    return f"… and {count} more in the article." if count else ""


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > SAME * min(len(one), len(other))


def _sides(asked: Asked, lines: list[Evidence], index: Index, filters: Filters) -> list[Piece]:
    """A line about each side of a comparison; one line where it speaks of both. A side in quotes need not stand in the other's line."""
    filters = replace(filters, phrases=tuple(phrase for phrase in filters.phrases if not any(phrase in side for side in asked.sides)))
    sides = [frozenset(terms(side)) & frozenset(asked.terms) for side in asked.sides]
    for line in lines[:3]:
        if all(side <= line.terms for side in sides) and _CONTRAST.search(line.text):
            return [(line.article, line.segment)]
    pieces: list[Piece] = []
    for side, wanted in zip(asked.sides, sides, strict=True):
        about = questions.read(f"What is {side}?")
        weights = rarity(tuple(wanted), index)
        own = [line for line in look(about, index, filters).lines if covered(weights, line.terms) > 0.5]
        fresh = [line for line in own if (line.article, line.segment) not in pieces]
        pieces.extend((line.article, line.segment) for line in fresh[:1])
    return pieces or [(lines[0].article, lines[0].segment)]


def _best_list(looked: Looked, index: Index) -> Listing | None:
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
    if not seen:
        return None
    telling = [term for term in asked.terms if asked.kind == "steps" or term not in _ASKERS_VERBS] or asked.terms
    weights = rarity(telling, index)
    scored = []
    for at, listing in enumerate(seen.values()):
        own = frozenset(terms(listing.about))
        weight = LIST_BONUS + (STEP_BONUS if asked.kind == "steps" and listing.numbered else 0.0)
        named = terms(" ".join(listing.lead))
        weight += WANTED * (1.0 if asked.wanted in named else 0.3 if asked.wanted in listing.labels else 0.0)
        weight -= NESTED if listing.intro and listing.intro.kind == "item" else 0.0
        weight += (WEIGHTS["own terms"] + WEIGHTS["placed terms"]) * covered(weights, own)
        scored.append((weight, -at, listing))
    nearest = sorted(scored, key=lambda one: one[:2], reverse=True)[:LISTS]
    cosines = index.encoder.encode_documents([listing.about for *_, listing in nearest]) @ found.query
    weighed = [
        (weight + WEIGHTS["cosine"] * float(cosine), order, at)
        for at, ((weight, order, _), cosine) in enumerate(zip(nearest, cosines, strict=True))
    ]
    weight, _, at = max(weighed)
    rival = lines[0].weight - (0.0 if lines[0].text.count(",") >= ENUMERATES else CLOSE)
    return nearest[at][2] if weight >= rival else None


def _list_pieces(listing: Listing) -> tuple[list[Piece], int]:
    """The line that introduces a list and its items until there are words enough; and how many items are left out."""
    pieces: list[Piece] = [(listing.article, listing.intro)] if listing.intro else []
    words = 0
    taken = 0
    for item in listing.items[:LIST_ITEMS]:
        count = len(shown(item, listing.article).split())
        if taken >= 3 and words + count > LIST_WORDS:
            break
        pieces.append((listing.article, item))
        words += count
        taken += 1
    return pieces, len(listing.items) - taken


def _elsewhere(listing: Listing, pieces: Sequence[Piece], lines: list[Evidence]) -> list[Piece]:
    """The best line of another article beside a short list, where there is one nearly as good as the best of all."""
    words = sum(len(shown(segment, article).split()) for article, segment in pieces)
    for line in lines:
        if line.article.path != listing.article.path and line.segment.kind == "sentence" and not introduces(line.text):
            fits = words + len(line.text.split()) <= WORDS and line.weight >= lines[0].weight - MARGIN
            return [(line.article, line.segment)] if fits else []
    return []


def _cite(pieces: Sequence[Piece], note: str, index: Index) -> tuple[tuple[Line, ...], tuple[Citation, ...]]:
    """Lines with marks: pieces that follow each other in one passage share a citation, every other has its own."""
    lines: list[Line] = []
    citations: list[Citation] = []
    for article, segment in pieces:
        passage = _passage_at(article, segment.start, index)
        last = citations[-1] if citations else None
        joined = last and last.passage == passage and not article.text[last.end : segment.start].strip() and last.end <= segment.start
        if last and joined:
            citations[-1] = replace(last, end=segment.end)
        else:
            citations.append(Citation(len(citations) + 1, passage, segment.start, segment.end))
        kind: LineKind = "item" if segment.kind == "item" or (segment.kind == "heading" and len(lines) > 0) else "text"
        lines.append(Line(shown(segment, article), (len(citations),), kind))
    if note:
        lines.append(Line(note, kind="note"))
    return tuple(lines), tuple(citations)


def _passage_at(article: Article, offset: int, index: Index) -> Passage:
    """The passage of the index that holds a place of an article."""
    rows = index.rows_of(article.path)
    low, high = rows.start, rows.stop - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if index.passage(middle).start <= offset else (low, middle - 1)
    return index.passage(low)

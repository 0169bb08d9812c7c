"""What was found → what is said: the pieces of the articles that answer, in their order, and notes between them.

A fact is answered with its line, a list with the line that introduces it and its items, a comparison with a line for each side.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

from . import questions
from .age import ages, newest_first, warning
from .best_list import best_list
from .citing import Piece, Said
from .disagreement import disagreement, introduction
from .duplicates import collapse, key
from .evidence import Evidence, covered, rarity, read_with
from .filters import Filters
from .lists import Listing, listings
from .passages import above, introduces
from .questions import Asked
from .search import Looked, look
from .segments import segments, shown
from .terms import alike, fold, term, terms, words

if TYPE_CHECKING:
    from .index import Index

# The less surely the best line is the answer, the more is shown beside it: words until an answer in sentences ends, and the weight by
# which a further line may fall behind the best; each as it is without doubt, and what doubt adds. Good answers of all of xquad with words
# at the median, and of 234 questions on four folders put by somebody who had not seen the program: 65 words, 2.4 and 1.3 whatever the
# doubt, 0.819 in 45 and 160; as here 0.851 in 45 and 165.
WORDS = (15, 155)
MARGIN = (1.4, 4.0)
CLOSE = (0.8, 2.2)  # the same for a question that one fact answers
ITEM = 0.4  # the same for an item of fewer than PHRASE words, whatever the doubt: out of its list it says little
PHRASE = 8
FEWEST, MOST = 50, 105  # words, whatever the doubt
FURTHER = 2.4  # weight by which a line beside a list, or a figure that tells, may fall behind the best
BESIDE = 65  # words of a list and a line of another article beside it, or of a line and the one it points back to
LIST_WORDS = 60  # a list goes on while it has fewer
LIST_ITEMS = 8
LABEL = 3  # words: a line with no more is a label, and says nothing alone
REACH = 2000  # characters after a label in which what it labels stands
# Weight of holding what the question quotes. Of 120 xquad questions with a name put in quotes 108 are answered; their lines hold the name
# 90 times and are good 88 times with 0, 98 and 86 with 1, 105 and 75 with 20.
QUOTED = 1.0
SAME = 0.75  # share of terms in common above which a further line adds nothing

_CONTRAST = re.compile(
    r"\b(?:whereas|unlike|differ(?:s|ed|ent|ence|ences)?|distinction|compared|both|overlaps?|instead|versus|rather|same|in contrast"
    r"|confused with|oversees?|supervises?|reports? to|assists?|carry out)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:while|than|but|however|though|although)\b", re.IGNORECASE)  # contrasts what stands on its two sides
_MORE = re.compile(r"\b(?:above|below|more|less|fewer|higher|lower|better|worse|than|\w+er than)\b", re.IGNORECASE)


def compose(looked: Looked, index: Index) -> list[Said]:
    """What answers a question that has an answer."""
    asked = looked.asked
    ageing = ages(asked)
    lines = newest_first(looked.telling) if ageing else looked.telling
    before: list[Said] = []
    left = 0
    if asked.kind == "compare":
        pieces, left = _whole(_sides(asked, lines, index, looked.filters))
    elif asked.kind not in ("list", "steps") and (differing := disagreement(looked, index)):
        differing = newest_first(differing, math.inf) if ageing else differing
        before = [introduction(differing)]
        pieces = [_piece(line) for line in differing]
    elif asked.kind in ("list", "steps") and (listing := best_list(looked, index)):
        pieces, left = _list_pieces(listing)
        pieces.extend(_elsewhere(listing, pieces, lines))
    elif asked.kind == "open" and asked.bare and (own := _list_of_label(lines[0])):
        pieces, left = _list_pieces(own)
    else:
        pieces, left = _whole(_sentences(asked, _quoting(looked.filters, lines)))
    kept = [piece for piece in pieces if not looked.filters.leave_out(piece.text)] or [_piece(lines[0])]
    left += len(pieces) - len(kept)
    said = collapse(kept, looked, index)
    more: list[Said] = [f"… and {left} more in the article."] if left else []
    return [*before, *said, *more, *(warning((piece for piece in said if isinstance(piece, Piece)), index) if ageing else ())]


def _quoting(filters: Filters, lines: list[Evidence]) -> list[Evidence]:
    """The lines, best first, those that hold what the question quotes weighing more."""
    if not filters.phrases:
        return lines
    weighed = [replace(line, weight=line.weight + QUOTED * filters.quoted_in(line.text)) for line in lines]
    return sorted(weighed, key=lambda line: -line.weight)


def _sentences(asked: Asked, lines: list[Evidence]) -> list[Evidence]:
    """The best line, after the one it points back to, and those close behind it that say something else, until there are words enough.

    Where a figure is asked for, or what something is, lines that do not tell are left out beside one that does; and where the best line
    holds a name in the question, those that neither hold it nor stand under it.
    """
    best = lines[0]
    doubt = 1 - (best.features["cosine"] + best.features["placed terms"]) / 2
    room = min(max(FEWEST, _by(WORDS, doubt)), MOST)
    one_fact = asked.kind in ("amount", "duration", "time", "person", "place")
    told = {"amount": "amount", "duration": "duration", "definition": "defines"}.get(asked.kind, "")
    if told:  # the best line that tells, where it is near
        named = asked.names & best.terms
        lines = [line for line in lines if named <= read_with(line)]
        best = next((line for line in lines if line.weight >= best.weight - FURTHER and line.features[told]), best)
    chosen = [best.before, best] if best.before and len(f"{best.before.text} {best.text}".split()) <= BESIDE else [best]
    close, margin = _by(CLOSE, doubt), _by(CLOSE if one_fact else MARGIN, doubt)
    for line in lines:
        if any(line is other for other in chosen) or (told and line.features[told] < best.features[told]) or line.features["asks"]:
            continue
        label = line.segment.kind == "item" and len(line.text.split()) < PHRASE
        allowed = ITEM if label else margin if line.segment.kind == "sentence" else min(margin, close)
        if line.weight < best.weight - allowed or sum(len(other.text.split()) for other in chosen) + len(line.text.split()) > room:
            continue
        if any(_same(line.terms, other.terms) for other in chosen):
            continue
        chosen.append(line)
    return chosen


def _by(measure: tuple[float, float], doubt: float) -> float:
    """A measure at no doubt and what each further doubt adds."""
    return measure[0] + measure[1] * doubt


def _whole(chosen: Sequence[Evidence]) -> tuple[list[Piece], int]:
    """The chosen lines as pieces that can be read alone: a line that announces a list brings it, a mere label what follows it."""
    pieces: list[Piece] = []
    left = 0
    for line in chosen:
        if _place(_piece(line)) in map(_place, pieces):
            continue
        if introduces(line.text):
            announced = [listing for listing in listings(line.article, line.segment.start) if listing.intro == line.segment]
            if announced and (line == chosen[0] or announced[0].items[0].kind != "row"):  # a table behind an aside is too much
                items, more = _list_pieces(announced[0])
                left += more
                pieces.extend(piece for piece in items if _place(piece) not in [_place(other) for other in pieces])
                continue
            if len(chosen) > 1:
                continue
        following = _labelled(line)
        if following:
            at = next((at for at, piece in enumerate(pieces) if _place(piece) == _place(following)), len(pieces))
            pieces[at : at + 1] = [_piece(line), following]
        else:
            pieces.append(_piece(line))
    return pieces, left


def _labelled(line: Evidence) -> Piece | None:
    """The sentence after a line that is a mere label, on the same line of the article; None where it is none."""
    if len(line.text.split()) > LABEL or line.segment.kind == "row":
        return None
    after = segments(line.article, line.segment.end, min(len(line.article.text), line.segment.end + REACH))
    if after and after[0].kind == "sentence" and not line.article.text[line.segment.end : after[0].start].count("\n"):
        return Piece(line.article, after[0])
    return None


def _list_of_label(line: Evidence) -> Listing | None:
    """The list that a short item is one of: out of it such an item says little; None of any other line."""
    if line.segment.kind != "item" or len(line.text.split()) >= PHRASE:
        return None
    return next((one for one in listings(line.article, line.segment.start) if line.segment in one.items[:LIST_ITEMS]), None)


def _place(piece: Piece) -> tuple[str, int]:
    """Where a piece stands, however its article was cut when it was read."""
    return piece.article.path, piece.segment.start


def _piece(line: Evidence) -> Piece:
    return Piece(line.article, line.segment)


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > SAME * min(len(one), len(other))


def _sides(asked: Asked, lines: list[Evidence], index: Index, filters: Filters) -> list[Evidence]:
    """A line about each side of a comparison; one line where it speaks of both. A side in quotes need not stand in the other's line.

    A line under one side's heading that says it is paid more than the other speaks of both where pay is compared.
    """
    filters = replace(filters, phrases=tuple(phrase for phrase in filters.phrases if not any(phrase in side for side in asked.sides)))
    sides = [frozenset(terms(side)) & frozenset(asked.terms) for side in asked.sides]
    measure = frozenset(alike(term(fold(asked.measure))))
    for line in lines if asked.measure else lines[:3]:
        if not asked.measure and all(side <= line.terms for side in sides) and _contrasts(line.text, sides):
            return [line]
        if asked.measure and _MORE.search(line.text) and not measure.isdisjoint(line.terms) and any(side <= line.terms for side in sides):
            said = line.terms.union(terms(above(line.passage)))
            if all(side <= said for side in sides):
                return [line]
    chosen: list[Evidence] = []
    for side, wanted in zip(asked.sides, sides, strict=True):
        about = questions.read(_of_side(side, asked.measure))
        weights = rarity(tuple(wanted), index)
        own = [line for line in look(about, index, filters).lines if covered(weights, line.terms) > 0.5]
        if asked.measure == "pay":
            own = [line for line in own if not measure.isdisjoint(line.terms)]
        if len(side.split()) == 1 < max(len(other.split()) for other in asked.sides):  # "data engineer or architect": a data architect
            named = [
                line
                for line in own
                if chosen and line.article.path == chosen[0].article.path and wanted.issubset(terms(line.article.title))
            ]
            own = named or own
        places = [_place(_piece(line)) for line in chosen]
        chosen += [line for line in own if _place(_piece(line)) not in places][:1]
    return chosen or lines[:1]


def _contrasts(text: str, sides: Sequence[frozenset[str]]) -> bool:
    """Whether a text that speaks of all sides tells how they differ or what they share."""
    spoken = [[start for word, start, _ in words(text) if term(word) in side] for side in sides]
    turns = [turn.start() for turn in _TURN.finditer(text)]
    between = any(min(one) < turn < max(other) for one, other in permutations(spoken, 2) if one and other for turn in turns)
    return between or bool(_CONTRAST.search(text))


def _of_side(side: str, measure: str) -> str:
    """What one side of a comparison is asked."""
    if measure == "pay":
        return f"What is the pay of {side}?"
    return f"{measure} {side}" if measure else f"What is {side}?"


def _list_pieces(listing: Listing) -> tuple[list[Piece], int]:
    """The line that introduces a list and its items until there are words enough; and how many items are left out."""
    pieces = [Piece(listing.article, listing.intro)] if listing.intro else []
    words = 0
    taken = 0
    for item in listing.items[:LIST_ITEMS]:
        count = len(shown(item, listing.article).split())
        if taken >= 3 and words + count > LIST_WORDS and taken + 1 < len(listing.items):  # "1 more" takes as much room as the last item
            break
        pieces.append(Piece(listing.article, item))
        words += count
        taken += 1
    return pieces, len(listing.items) - taken


def _elsewhere(listing: Listing, pieces: Sequence[Piece], lines: list[Evidence]) -> list[Piece]:
    """The best line of another article beside a short list, where there is one nearly as good as the best of all."""
    words = sum(len(piece.text.split()) for piece in pieces)
    for line in lines:
        if line.article.path != listing.article.path and line.segment.kind == "sentence" and not introduces(line.text):
            fits = words + len(line.text.split()) <= BESIDE and line.weight >= lines[0].weight - FURTHER
            return [_piece(line)] if fits and key(line.text) not in {key(piece.text) for piece in pieces} else []
    return []

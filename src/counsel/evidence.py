"""Found passages → lines, each weighed by how well it answers the question.

A line is one segment of an article with what a reader needs to place it: the headings it stands under and the line that
introduces it. Its weight is a linear function of a few features (`FEATURES`): the fit of `tests/bench/fit.py lines` on seeds, xquad
and ooh, rounded, with what those sets cannot tell ("pairs", "dangling") set by eye. Knows nothing of how an answer is put together.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from . import facts
from .errors import DamagedIndex
from .index.manifest import REBUILD
from .passages import above, embedded, introduces, introduction
from .questions import Asked
from .retrieval import Found
from .segments import Segment, shown
from .terms import alike, content, terms
from .types import Article, Passage

if TYPE_CHECKING:
    from .index import Index

DEPTH = 8  # passages whose lines are weighed
NAME = 6  # terms: a longer title says something of what its article is about; with it, 99 and 4, scifact nDCG@10 0.761, 0.758, 0.760
ASKED_ABOVE = 0.6  # how far the first line under "What is baking?" is a definition

WEIGHTS = {
    "cosine": 3.5,  # of the line to the question
    "own terms": 3.2,  # share of the question's terms, by rarity, in the line
    "placed terms": 2.2,  # the same with its title, headings and introduction
    "pairs": 1.0,  # share of the question's neighbouring terms that are neighbours in the line
    "passage": 0.9,  # fused score of its passage less that of the best
    "amount": 1.1,  # 1 where a number is asked for and there is one, not of money where something is counted
    "counts": 1.5,  # 1 where it is asked how many of something there are and a number stands before its name
    "money": 2.0,  # 1 where pay is asked for and there is an amount of money, of the place or year that the question names
    "duration": 3.5,  # 1 where it is asked how long something takes and there is a length of time or an end, less in another unit; by eye
    "time": 0.6,  # 1 where a time is asked for and there is a date
    "defines": 2.5,  # 1 where a definition is asked for and this is one
    "trend": 2.0,  # 1 where it is asked how something grows and this is a figure of change
    "cause": 2.0,  # 1 where it is asked why and this gives a reason; by eye
    "dangling": -0.8,  # 1 where it begins with a word that points back
    "length": -0.4,  # distance of its length from 140 characters, as a logarithm
    "opens": 0.5,  # share of the question's terms in the title and headings it is the first line under; of a title alone, definitions only
    "headed": 1.0,  # share of the terms of the heading it is the first line under that are the question's
    "phrased": 0.5,  # 1 under a heading of two words or more that stands in the question as it is, whose terms then count as the line's own
    "title": 2.0,  # share of its title's terms that are the question's
    "called": 2.0,  # share of the question's terms that tell apart titles found, otherwise alike, that its passage holds
    "fragment": -1.0,  # 1 for a line of running text that does not end as a sentence does
    "echo": -2.0,  # 1 where it is no sentence and holds nothing but what was asked; half where it holds one term more
    "asks": -1.5,  # 1 for a question, unless questions are asked for; by eye
    "row": -1.0,  # 1 for a table row
    "aside": -2.0,  # 1 among an article's sources, contacts and pointers to others
}
FEATURES = tuple(WEIGHTS)
# A line with the fact comes first, held out of the fit by halves, with "opens" and "fragment", without the one and without the other: ooh
# 0.732, 0.723, 0.732; seeds 0.606, 0.576, 0.591; xquad 0.765, 0.768, 0.760. "echo", "aside", "duration" and "defines" are set by eye:
# these sets have few such lines. On the whole halves: "opens" 1.5 without "headed", then 1.0 and 0.5 with 1.0 of it, ooh hit@1 0.889,
# 0.906, 0.906, good 0.975, 0.971, 0.971, northwind hit@1 0.842, 0.832, 0.832; "trend" at 0, 1, 2, ooh hit@1 0.843, 0.872, 0.881; "called"
# at 0, 1.5, 4, northwind hit@1 0.812, 0.842, 0.842; "counts" at 0, 1.5, 3, the number in the first line for 0.875, 1, 1 of ooh's "how
# many" and 0.846, 0.808, 0.788 of xquad's. A line that points back read with the one before it, and without: the fact in the first two
# lines of xquad 0.885 and 0.872.

_ENDS = re.compile(r"[.!?…:;](?:[\s\"'”’)\]*_]|\[[^\[\]]*\])*$")
_ONLY_NUMBER = re.compile(r"\W*(?:\d{1,3}|[a-z])[.)]\W*", re.IGNORECASE)
_DANGLING = re.compile(
    r"(?:it|this|that|these|those|they|he|she|its|their|his|her|such|but|however|and|or|also|then|additionally"
    r"|furthermore|moreover|for (?:instance|example))\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"sources?|references|bibliography|further reading|see also|contacts?(?: for more information)?|(?:similar|related) .*", re.IGNORECASE
)
_POINTER = re.compile(
    r"\W*(?:(?:for )?(?:more|further|additional|detailed|full) (?:information|details?|explanations?|instructions|guidance)\b"
    r".*\b(?:found|available|see|visit|contact|refer|consult|here|below|page|section|website|guide|on)\b"
    r"|(?:learn|find out|read) more (?:about|on)\b.*\b(?:here|below|by (?:visiting|reading)|(?:in|on) (?:our|the|this) \w+)\b"
    r"|(?:see|read|visit|check out|click|refer to)\b.*\b(?:here|below|above)\W*$"
    r"|(?:see|visit|check out|refer to) (?:also )?(?:our|the|this)\b.*\b(?:article|guide|handbook|page|section|website)\b)",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("a", "an", "the"))
_ASKING = frozenset(terms("ask question"))
_WHAT = re.compile(
    r"\W*(?:\d+\W+)?(?:what|who)\b(?!.*\b(?:in|for|need|earn|expect|learn|skills?|difference|differs?|versus|vs|than|same)\b)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Evidence:
    """One line of one passage, weighed. `text` is readable; `weight` is comparable within one question only."""

    row: int  # of its passage, in the index
    passage: Passage
    segment: Segment
    text: str
    terms: frozenset[str]
    before: Evidence | None = None  # the line it points back to, where it begins by pointing back; the question it follows
    features: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0

    @property
    def article(self) -> Article:
        return self.passage.article


def rarity(question_terms: Sequence[str], index: Index) -> dict[str, float]:
    """How much each term of a question tells: its BM25 inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    counts = index.document_frequency([other for term in question_terms for other in alike(term)])
    held = {term: max(counts.get(other, 0) for other in alike(term)) for term in question_terms}
    return {term: math.log(1 + (len(index) - count + 0.5) / (count + 0.5)) for term, count in held.items()}


def covered(weights: Mapping[str, float], present: frozenset[str]) -> float:
    """The share of the question's terms, weighed by rarity, that are present as themselves or their like; from 0 to 1."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if not present.isdisjoint(alike(term))) / total if total else 0.0


def read_with(line: Evidence) -> frozenset[str]:
    """The terms of a line and of what it is read with: what it stands under, the line it points back to."""
    return line.terms.union(terms(above(line.passage)), line.before.terms if line.before else ())


def gather(asked: Asked, found: Found, index: Index) -> list[Evidence]:
    """The lines of the first passages, best first; ties in the order of the passages and of the text."""
    first = found.rows[:DEPTH].tolist()
    if not first:
        return []
    rows, counts = index.line_rows(first)
    cosines = np.split(np.vecdot(rows, found.query), np.cumsum(counts)[:-1])
    read = [_read(row, index.passage(row), own.tolist()) for row, own in zip(first, cosines, strict=True)]
    weights = rarity(asked.terms, index)
    apart = _telling_apart(asked, [index.passage(row).article for row in first])
    for (place, lines), lead in zip(read, found.scores[:DEPTH] - found.scores[:1], strict=True):
        called = covered(apart, place.union(*(line.terms for line in lines)))
        heading = lines[0].passage.heading if lines else ()
        shared = {"passage": float(lead), "called": called, "phrased": float(bool(heading) and _phrased(heading[-1], asked.text))}
        for line in lines:
            _weigh(line, asked, weights, place, shared)
    return sorted((line for _, lines in read for line in lines), key=lambda line: -line.weight)


def _telling_apart(asked: Asked, articles: Sequence[Article]) -> dict[str, float]:
    """The question's terms, each as 1, by which a title among these differs from another that is mostly the same.

    Of two articles alike but for what they are called ("Plus Plan", "Standard Plan"), the one that the question names is meant.
    """
    titles = [frozenset(terms(title)) for title in {article.path: article.title for article in articles}.values()]
    differing = {term for one, other in combinations(titles, 2) if len(one & other) >= len(one ^ other) for term in one ^ other}
    return {term: 1.0 for term in asked.terms if not differing.isdisjoint(alike(term))}


def _read(row: int, passage: Passage, cosines: list[float]) -> tuple[frozenset[str], list[Evidence]]:
    """The terms of what a passage stands under, and its lines; the last of `cosines` are theirs.

    A line that follows a question, as in an interview, answers it: it is as near as the question is.
    """
    article = passage.article
    place = frozenset(terms(" ".join([above(passage), *(shown(segment, article) for segment in introduction(passage))])))
    found = embedded(passage)
    if len(cosines) < len(found):
        raise DamagedIndex(f"The index holds {len(cosines)} rows for the {len(found)} lines of a passage of {article.path}.", REBUILD)
    lines: list[Evidence] = []
    for (segment, _), cosine in zip(found, cosines[len(cosines) - len(found) :], strict=True):
        if segment.kind != "header":
            text = shown(segment, article)
            asks = bool(lines) and lines[-1].text.endswith("?") and lines[-1].before is None
            before = lines[-1] if lines and (asks or _DANGLING.match(text)) else None
            nearness = max(cosine, before.features["cosine"]) if before and asks else cosine
            lines.append(Evidence(row, passage, segment, text, frozenset(terms(text)), before, {"cosine": nearness}))
    return place, lines


def _weigh(line: Evidence, asked: Asked, weights: dict[str, float], place: frozenset[str], shared: Mapping[str, float]) -> None:
    """Give a line its features and weight; `shared` are those of its whole passage."""
    heading, text = line.passage.heading, line.text
    own = line.terms | line.before.terms if line.before else line.terms
    if shared["phrased"]:
        own |= frozenset(terms(heading[-1]))
    there = own | place
    opens = _opens(line) and bool(heading or asked.subject)
    # What a line announces it does not say, but for a length of time or a share.
    figures = asked.kind == "duration" or (asked.kind == "amount" and (asked.figure == "share" or not introduces(text)))
    line.features |= {
        "own terms": covered(weights, own),
        "placed terms": covered(weights, there),
        "pairs": _paired(frozenset(pairwise(asked.terms)), content(text, once=False)),
        **shared,
        "amount": float(figures and asked.kind == "amount" and facts.amount(text, asked)),
        "counts": float(figures and facts.counts(text, asked.counted)),
        "money": float(figures and asked.pay and facts.money(text) and all(not there.isdisjoint(alike(name)) for name in asked.names)),
        "duration": facts.duration(text, asked.unit) if figures and asked.kind == "duration" else 0.0,
        "time": float(asked.kind == "time" and facts.date(text)),
        "trend": float(asked.trend and facts.change(text)),
        "cause": float(asked.cause and facts.cause(text)),
        "defines": _defining(line, asked.subject, opens),
        "dangling": float(bool(_DANGLING.match(text))),
        "length": abs(math.log(max(len(text), 1) / 140)),
        "opens": covered(weights, frozenset(terms(above(line.passage)))) if opens else 0.0,
        "headed": _named(heading[-1], asked) if opens and heading else 0.0,
        "title": _named(line.article.title, asked),
        "fragment": float(line.segment.kind == "sentence" and not _ENDS.search(text)),
        "echo": _echo(line, asked),
        "asks": float(text.endswith("?") and _ASKING.isdisjoint(asked.terms)),
        "row": float(line.segment.kind == "row"),
        "aside": float(any(ASIDE.fullmatch(title) for title in heading) or (asked.kind != "place" and bool(_POINTER.match(text)))),
    }
    line.weight = sum(WEIGHTS[name] * value for name, value in line.features.items())


def _opens(line: Evidence) -> bool:
    """Whether a line is the first of running text under the last of its headings."""
    if line.segment.kind != "sentence":
        return False
    headings = line.article.headings
    at = bisect_right(headings, line.segment.start, key=lambda heading: heading.start) - 1
    return at >= 0 and not line.article.text[headings[at].end : line.segment.start].strip()


def _named(title: str, asked: Asked) -> float:
    """The share of a name's terms that the question holds: "Cooks" is nearer to a question about cooks than "Cooks' helpers"."""
    said = content(title)
    return sum(not set(asked.terms).isdisjoint(alike(term)) for term in said) / len(said) if 0 < len(said) <= NAME else 0.0


def _phrased(heading: str, question: str) -> bool:
    """Whether a heading of two words or more, articles not counted, stands in the question: "After the interview"."""
    said, asked = ([one for one in terms(text) if one not in _ARTICLES] for text in (heading, question))
    size = len(said)
    return size > 1 and any(asked[at : at + size] == said for at in range(len(asked) - size + 1))


def _echo(line: Evidence, asked: Asked) -> float:
    """How little a line that is no sentence adds to the question: 1 where nothing, as the number of a list; a half where one term."""
    if _ONLY_NUMBER.fullmatch(line.text):
        return 1.0
    if line.segment.kind not in ("item", "sentence") or _ENDS.search(line.text) or asked.yes_no:
        return 0.0
    known = {other for term in asked.terms for other in alike(term)}
    return {0: 1.0, 1: 0.5}.get(len({term for term in content(line.text) if not term.isdigit()} - known), 0.0)


def _paired(pairs: frozenset[tuple[str, str]], ordered: Sequence[str]) -> float:
    """The share of the question's neighbouring terms that are neighbours in the line too."""
    return len(pairs.intersection(pairwise(ordered))) / len(pairs) if pairs else 0.0


def _defining(line: Evidence, subject: tuple[str, ...], opens: bool) -> float:
    """1 for a line that says what the subject is, a little less for the first one under a heading that asks it, else 0."""
    if not subject or introduces(line.text):
        return 0.0
    return 1.0 if facts.defines(line.text, subject) else ASKED_ABOVE if opens and asks_what(line.passage.heading, subject) else 0.0


def asks_what(heading: Sequence[str], subject: tuple[str, ...]) -> bool:
    """Whether the last heading asks what the subject is or does, as "What is baking?" and "What Bakers Do" do."""
    return bool(heading and _WHAT.match(heading[-1])) and set(subject) <= set(terms(heading[-1]))

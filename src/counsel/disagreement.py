"""Lines of different articles that give different figures for what was asked.

They are shown side by side, never blended. Two lines disagree when all of this holds:

- the question asks for a figure (money, a share, a time, a date, a number), each line gives one, and the figures cannot both be right;
- the lines speak of the same of what was asked: the same terms of the question in the line itself, or no other noun in its place;
- nothing narrows one and not the other: a name, a year, a level or kind of work (`_SCOPES`), a word put before what was asked
  ("meat processing workers"), a bound ("up to");
- with their figures taken out they mean the same, by the encoder.

A line about another occupation, place, level or year fails one of these. The rule misses some disagreements rather than claim one
that is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from .dates import long_date
from .evidence import Evidence
from .figures import Figure, Kind, figures
from .passages import above
from .questions import Asked
from .search import Looked
from .terms import STOP_WORDS, alike, content, fold, term, terms, words
from .types import Article

if TYPE_CHECKING:
    from .index import Index

CLOSE = 4.0  # weight by which a line may fall behind the best: the rule above tells more than the weight whether it answers the same
# Cosine of two lines without their figures above which they mean the same: in the tests' articles it is 0.86 to 1.00 for lines about one
# thing and 0.49 to 0.67 for lines about two trades.
ALIKE = 0.75
SIDES = 3  # lines shown side by side
RIVALS = 6  # lines that are looked at for meaning the same: each costs as much as a question

# What a question measures rather than what it measures it of, and words beside a figure that narrow nothing.
_MEASURES = frozenset(
    content(
        """
        pay pays paid earn earning salary wage income compensation cost price fee rate percent percentage number amount figure money long
        much many fast time take takes last lasts run runs grow growing growth employment increase rise expect expected project projected
        average mean median typical typically usual usually general generally normal normally annual annually year yearly month monthly
        week weekly day daily hour hourly around approximately roughly nearly currently now today range period make makes receive get
        """
    )
)
# What narrows a figure to some of those it could be about, or bounds it.
_SCOPES = frozenset(
    term(word)
    for word in """
    entry beginner beginning junior apprentice trainee intern graduate mid middle senior experienced experience principal chief head master
    journeyman assistant starting start first lowest highest low high top bottom minimum maximum least most up more less than over under
    above below tenth quarter part full freelance self contract bonus overtime gross net tax union public private state federal local
    remote night weekend online
    """.split()
)
_SHARE = frozenset(content("percent percentage share rate fast growth grow"))
_SAYS = r"\b(?:says?|reports?|estimates?|finds?|found|shows?|puts?)\b"
_SOURCE = re.compile(rf"^[^,.;:]*{_SAYS}(?: that)?|\baccording to [^,.;:]+|,[^,.;:]*{_SAYS}(?=\W*$)", re.IGNORECASE)
_LEADING = frozenset("in at for from with as of within outside among".split())
_PLACED = re.compile(r"\b(?:in|at|for|from) (?:the )?((?:[A-Z]\w+\s?)+)")


@dataclass(frozen=True, slots=True)
class _Side:
    """A line with the figure it gives for what was asked."""

    line: Evidence
    figure: Figure
    named: frozenset[str]  # terms of what was asked about that the line itself holds
    placed: frozenset[str]  # those that its title and headings hold too
    others: frozenset[str]  # its other words that carry meaning
    scope: frozenset[str]  # what narrows it
    theme: frozenset[str]  # words of its article's title that it repeats and nobody asked about: what it is about instead

    @property
    def open(self) -> str:
        """The line without its figure."""
        return f"{self.line.text[: self.figure.start]} # {self.line.text[self.figure.end :]}"

    def disagrees(self, other: _Side) -> bool:
        """Whether the two give figures for one thing that cannot both be right, as far as words tell."""
        apart = self.line.article.path != other.line.article.path and self.figure.differs(other.figure)
        subject = self.named == other.named or not min(self, other, key=lambda side: len(side.named)).others
        return apart and subject and self.placed == other.placed and self.scope == other.scope and self.theme == other.theme


def disagreement(looked: Looked, index: Index) -> list[Evidence]:
    """Lines that disagree on what was asked, best first, one of an article; empty where none does."""
    kind = _kind(looked.asked)
    near = [line for line in looked.lines if line.weight >= looked.lines[0].weight - CLOSE]
    sides = [side for line in near if kind and (side := _side(line, kind, looked.asked))]
    for best in sides:
        if best is sides[0] or (best.scope < sides[0].scope and best.placed == sides[0].placed):  # a line may be near and too narrow
            rivals = [side for side in sides if side.disagrees(best)][:RIVALS]
            if rivals and len(chosen := _alike(best, rivals, index)) > 1:
                return chosen
    return []


def _alike(best: _Side, rivals: Sequence[_Side], index: Index) -> list[Evidence]:
    """The best line and those that mean the same but for their figures and disagree with each before."""
    rows = index.encoder.encode_documents([best.open, *(side.open for side in rivals)])
    chosen = [best]
    for side, cosine in zip(rivals, (rows[1:] @ rows[0]).tolist(), strict=True):
        if cosine >= ALIKE and all(side.disagrees(other) for other in chosen):
            chosen.append(side)
    return [side.line for side in chosen[:SIDES]]


def introduction(lines: Sequence[Evidence]) -> str:
    """The line that stands before lines that disagree: whose they are, in their order, and of when."""
    named = [f"“{line.article.title}” ({long_date(line.article.published) or 'no date'})" for line in lines]
    return f"Sources differ: {', '.join(named[:-1])} and {named[-1]}."


def _kind(asked: Asked) -> Kind | None:
    """What kind of figure a question asks for; None where it asks for none."""
    said = set(asked.terms)
    if asked.kind == "compare":
        return None
    if re.search(r"\bhow long\b|\bhow many (?:years|months|weeks|days|hours|minutes)\b", asked.text, re.IGNORECASE):
        return "time"
    if asked.kind == "time":
        return "date"
    if asked.pay or re.search(r"\bhow (?:much|expensive)\b", asked.text, re.IGNORECASE):
        return "money"
    if said & _SHARE:
        return "share"
    return "count" if re.search(r"\bhow many\b|\bnumber of\b", asked.text, re.IGNORECASE) else None


def _side(line: Evidence, kind: Kind, asked: Asked) -> _Side | None:
    """A line as a side; None where it gives no figure of this kind, or several, which are then of several things."""
    given = list(figures(line.text))
    fitting = [figure for figure in given if figure.kind == kind]
    if len({figure.unit for figure in fitting}) != len(fitting) or not fitting:
        return None
    subject = [term for term in asked.terms if term not in _MEASURES]
    placed = line.terms.union(terms(above(line.passage)))
    said = _SOURCE.sub(" ", line.text.replace(line.text[fitting[0].start : fitting[0].end], " # "))
    asked_for = {one for term in asked.terms for one in alike(term)} | _MEASURES
    named = frozenset(term for term in subject if not line.terms.isdisjoint(alike(term)))
    narrowing = chain(_narrowing(said, line.article, subject), _narrowing_above((line.article.title, *line.passage.heading), bool(named)))
    scope = {term(word) for word in narrowing} - asked_for - {""}
    return _Side(
        line,
        fitting[0],
        named,
        frozenset(term for term in subject if not placed.isdisjoint(alike(term))),
        frozenset(term for term in content(said) if not term[0].isdigit()) - asked_for,
        frozenset(scope) | {f"{figure.kind} {figure.low:g}" for figure in given if figure.kind != kind},
        line.terms.intersection(content(line.article.title)) - asked_for,
    )


def _narrowing(said: str, article: Article, subject: Sequence[str]) -> Iterator[str]:
    """The words of a line that narrow what it says."""
    found = list(words(said))
    label = said.find(":")
    for at, (word, start, end) in enumerate(found):
        before, after = found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None
        led = before and word not in STOP_WORDS and before[0] in _LEADING
        leads = (
            after and word not in STOP_WORDS and said[end : after[1]] in (" ", "-") and any(term(after[0]) in alike(one) for one in subject)
        )
        labels = end <= label and word not in STOP_WORDS
        if led or leads or labels or term(word) in _SCOPES or _is_name(said[start:end], article):
            yield word


def _narrowing_above(titles: Sequence[str], named: bool) -> Iterator[str]:
    """The words of a title and headings that narrow a line under them: of the last heading all, where the line itself names nothing."""
    text = " ".join(titles)
    yield from (word for word, _, _ in words(text) if term(word) in _SCOPES)
    yield from re.findall(r"\b(?:1[5-9]|20)\d\d\b", text)
    for title in titles:
        for match in _PLACED.finditer(title):
            yield from map(fold, match[1].split())
    if not named:
        yield from (word for word, _, _ in words(titles[-1]) if word not in STOP_WORDS)


def _is_name(word: str, article: Article) -> bool:
    """Whether a word has a capital within a sentence of its article and is never written small."""
    written = re.escape(word)
    within = word[:1].isupper() and re.search(rf"[a-z,;] {written}\b", article.text)
    return bool(within) and not re.search(rf"\b{written.lower()}\b", article.text)

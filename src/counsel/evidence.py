"""Found passages → lines, each weighed by how well it answers the question.

A line is one segment of an article with what a reader needs to place it: the headings it stands under and the line that
introduces it. Its weight is a linear function of a few features (`FEATURES`): the fit of `tests/bench/fit.py lines` on seeds, xquad
and ooh, rounded, with what those sets cannot tell ("pairs", "dangling") set by eye. Knows nothing of how an answer is put together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from .passages import introduction
from .questions import Asked
from .retrieval import Found
from .segments import Segment, cells, readable, segments
from .terms import alike, content, terms
from .types import Article, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .index import Index

DEPTH = 8  # passages whose lines are weighed
# Lines whose meaning is compared, those with the best other features first. Of the right lines of 400 xquad questions 0.978 are among
# them with 10, 0.988 with 28; the line put first is the right one as often (0.73), and each line costs about 13 ms of one processor.
ENCODED = 10

WEIGHTS = {
    "cosine": 4.0,  # of the line, with the last of its headings, to the question
    "own terms": 2.5,  # share of the question's terms, by rarity, in the line
    "placed terms": 1.9,  # the same with its title, headings and introduction
    "pairs": 1.0,  # share of the question's neighbouring terms that are neighbours in the line
    "passage": 0.7,  # fused score of its passage less that of the best
    "amount": 1.0,  # 1 where a number is asked for and there is one
    "money": 1.6,  # 1 where pay is asked for and there is an amount of money
    "time": 0.6,  # 1 where a time is asked for and there is a date
    "defines": 1.0,  # 1 where a definition is asked for and this is one
    "dangling": -0.6,  # 1 where it begins with a word that points back
    "length": -0.4,  # distance of its length from 140 characters, as a logarithm
    "row": -0.5,  # 1 for a table row
    "aside": -1.0,  # 1 among an article's sources and contacts
}
FEATURES = tuple(WEIGHTS)

_MONEY = re.compile(r"[$€£₹¥]\s?\d|\d\s?(?:dollars|euros?|pounds|rupees|USD|EUR|GBP|INR)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2}|\d{1,2}(?:st|nd|rd|th) century|January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million"
    r"|billion|half|third|quarter|twice|percent)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:it|this|that|these|those|they|he|she|its|their|his|her|such|but|however|and|or|also|then|additionally"
    r"|furthermore|moreover|for (?:instance|example))\b",
    re.IGNORECASE,
)
ASIDE = re.compile(r"sources?|references|bibliography|further reading|see also|contacts?(?: for more information)?", re.IGNORECASE)
_PAY = frozenset(
    content("salary salaries wage wages pay paid earn earns earning earnings income cost costs price compensation money charge fee fees")
)
_MEANS = re.compile(
    r"\b(?:is|are|was|were|means?|refers? to|describes?|focus(?:es)? on|stands? for|denotes?|involves?"
    r"|combines?|uses?|seeks?|extracts?|covers?|called|known as|defined as)\b",
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


def gather(asked: Asked, found: Found, index: Index) -> list[Evidence]:
    """The lines of the first passages, best first; ties in the order of the passages and of the text."""
    weights = rarity(asked.terms, index)
    lines: list[Evidence] = []
    for rank in range(min(DEPTH, len(found.rows))):
        row = int(found.rows[rank])
        lead = float(found.scores[rank] - found.scores[0])
        lines.extend(_weigh_words(asked, weights, lead, row, index.passage(row)))
    lines.sort(key=lambda line: -line.weight)
    nearest = lines[:ENCODED]
    if nearest:
        texts = list(dict.fromkeys(_placed(line) for line in nearest))  # each once: equal lines get equal weights
        rows: NDArray[np.float32] = index.encoder.encode_documents(texts)
        cosines = dict(zip(texts, (rows @ found.query).tolist(), strict=True))
        for line in nearest:
            line.features["cosine"] = cosines[_placed(line)]
            line.weight += WEIGHTS["cosine"] * line.features["cosine"]
    return sorted(nearest, key=lambda line: -line.weight)


def shown(segment: Segment, article: Article) -> str:
    """What a person reads of a segment. A table row is read with the heading of its table and the names of its columns."""
    text = article.text[segment.start : segment.end]
    if segment.kind != "row":
        return readable(text)
    return table_row(segment, article)


def table_row(segment: Segment, article: Article) -> str:
    """A table row as "first cell: column value, column value"; as "caption → first cell: value" where the columns have no names."""
    row = cells(article.text[segment.start : segment.end])
    header = _header(segment, article)
    label, values = row[0], row[1:]
    if not any(header[1:]) and len([value for value in values if value]) <= 1:
        caption = header[0] if header and not any(header[1:]) else ""
        said = ": ".join(part for part in (label, " ".join(value for value in values if value)) if part)
        return f"{caption} → {said}" if caption and caption != label else said
    named = [
        f"{name} {value}".strip() if name and name != value else value
        for name, value in zip([*header[1:], *[""] * len(values)], values, strict=False)
        if value
    ]
    return (f"{label}: " if label else "") + ", ".join(named)


def _header(segment: Segment, article: Article) -> list[str]:
    """The cells of the header row of the table a row stands in; empty where it has none."""
    line = article.text[segment.block : article.text.find("\n", segment.block)]
    return cells(line) if segment.block != segment.start else []


def _placed(line: Evidence) -> str:
    """A line with the last of its headings, as its meaning is compared."""
    heading = line.passage.heading[-1] if line.passage.heading else line.article.title
    return f"{heading}: {line.text}"


def _weigh_words(asked: Asked, weights: Mapping[str, float], lead: float, row: int, passage: Passage) -> list[Evidence]:
    """The lines of one passage with every feature but the cosine, and their weight so far."""
    article = passage.article
    found = [segment for segment in segments(article, passage.start, passage.end) if segment.kind not in ("heading", "rule", "header")]
    aside = bool(passage.heading and ASIDE.fullmatch(passage.heading[-1]))
    pairs = frozenset(pairwise(asked.terms))
    place = frozenset(terms(" ".join([article.title, *passage.heading, *(shown(segment, article) for segment in introduction(passage))])))
    lines = []
    for segment in found:
        text = shown(segment, article)
        if not text:
            continue
        ordered = content(text, once=False)
        own = frozenset(terms(text))
        line = Evidence(row, passage, segment, text, own)
        pays = not _PAY.isdisjoint(asked.terms)
        line.features = {
            "own terms": covered(weights, own),
            "placed terms": covered(weights, own | place),
            "pairs": _paired(pairs, ordered),
            "passage": lead,
            "amount": float(asked.kind == "amount" and bool(_NUMBER.search(text))),
            "money": float(asked.kind == "amount" and pays and bool(_MONEY.search(text))),
            "time": float(asked.kind == "time" and bool(_DATE.search(text))),
            "defines": float(asked.kind == "definition" and _defines(text, asked.subject)),
            "dangling": float(bool(_DANGLING.match(text))),
            "length": abs(math.log(max(len(text), 1) / 140)),
            "row": float(segment.kind == "row"),
            "aside": float(aside),
        }
        line.weight = sum(WEIGHTS[name] * value for name, value in line.features.items())
        lines.append(line)
    return lines


def _paired(pairs: frozenset[tuple[str, str]], ordered: Sequence[str]) -> float:
    """The share of the question's neighbouring terms that are neighbours in the line too."""
    return len(pairs.intersection(pairwise(ordered))) / len(pairs) if pairs else 0.0


def _defines(text: str, subject: tuple[str, ...]) -> bool:
    """Whether a line says of the subject what it is: the subject first, then a verb that defines."""
    verb = _MEANS.search(text)
    if not verb or not subject:
        return False
    before = terms(text[: verb.start()])
    return set(subject) <= set(before) and len(before) <= len(subject) + 4

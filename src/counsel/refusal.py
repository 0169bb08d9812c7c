"""Do the articles answer this question, and if not, why not and what do they answer?

The probability that the lines found answer the question is a logistic function of a few signals (`WEIGHTS`), fitted by
`tests/bench/fit.py refusal` on seeds, xquad with half its articles left out, mtrag, ooh and questions of our own on four folders,
and rounded. Knows nothing of how an answer is put together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .evidence import Evidence, read_with
from .questions import Asked
from .search import Looked
from .terms import alike, term, terms, words
from .types import Nearest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .index import Index

WEIGHTS = {
    "bias": -6.2,
    "line cosine": 9.1,  # of the best line
    "placed terms": 2.6,  # share of the question's terms, by rarity, in it and what it stands under
    "line stands out": 0.5,  # standard deviations by which the nearest line is nearer than the candidates' are
    "missing name": -1.6,  # 1 where no article holds a name or number of the question; -1 by the fit, but then pay in Brazil is told
    "name elsewhere": -1.6,  # share of its names that the best lines do not hold, nor what they stand under
    "figure elsewhere": -2.9,  # where a figure is asked for, the share of its terms that the best line and what it stands under lack
    "unsaid": -0.9,  # 1 where what is asked of the subject of an article stands in none of the best lines, nor above them
    "unmet": -4.0,  # 1 where how much, how long or what something is is asked and no line near the best can say; -2.6 by the fit
}
SIGNALS = tuple(WEIGHTS)
# Answerable questions answered and unanswerable ones refused, by threshold: 0.38: xquad with half its articles 305 of 312 and 297 of 300,
# mtrag 133 of 147 and 26 of 44, ooh 547 of 548 and 9 of 10; 0.44: 303 and 298, 130 and 28, 547 and 9; 0.5: 297 and 298, 126 and 31, 547 and
# 9. Of 234 and 95 questions on four folders, put by somebody who had not seen the program (0.44): 218 and 68; by the eleven signals of
# before, which looked at the nearest line and passage whether they were the best or not, 197 and 45. Area under the curve of these sets
# without "figure elsewhere" 0.845, with it 0.876; a share of words that no article holds, passage cosines and neighbouring terms add
# nothing; "unsaid" is for what a subject is not said to be: of 30 such questions on ooh 14 are refused with it, 12 without.
THRESHOLD = 0.44
FEW = 20  # candidates: how far the best stands out of fewer says little, so as many ordinary ones are thought beside them
NEAR = 1.0  # weight by which a line may fall behind the best and still be what is told
UNSURE = 1 / 3  # of "unmet"
ORDINARY = 4.0  # standard deviations by which it does where a question is answered; more says nothing more


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question is answered; the reason where it is not; a note where a part of it is not; the signals behind it."""

    answers: bool
    reason: str | None = None
    note: str = ""
    signals: Mapping[str, float] = field(default_factory=dict)


def judge(looked: Looked, index: Index) -> Verdict:
    """Whether the lines found answer the question."""
    signals = measure(looked, index)
    missing, names = missing_words(looked.asked, index)
    chance = 1 / (1 + math.exp(-sum(WEIGHTS[name] * value for name, value in signals.items())))
    rounded = {name: round(value, 4) for name, value in signals.items() if name != "bias"} | {"answerable": round(chance, 4)}
    if looked.lines and chance >= THRESHOLD:
        return Verdict(True, note=_reason(missing, names) if names else "", signals=rounded)
    return Verdict(False, _reason(missing, names, _elsewhere(looked.asked, looked.telling)), signals=rounded)


def measure(looked: Looked, index: Index) -> dict[str, float]:
    """The signals of `WEIGHTS`; the bias is 1."""
    asked, found = looked.asked, looked.found
    lines = looked.telling
    _, names = missing_words(asked, index)
    best = lines[0].features if lines else {}
    return {
        "bias": 1.0,
        "line cosine": best.get("cosine", 0.0),
        "placed terms": best.get("placed terms", 0.0),
        "line stands out": _standing_out(found.best_line),
        "missing name": float(bool(names)),
        "name elsewhere": len(_elsewhere(asked, lines)) / len(asked.names) if asked.names else float(bool(names)),
        "figure elsewhere": 1 - best.get("placed terms", 0.0) if asked.kind in ("amount", "duration") else 0.0,
        "unsaid": _unsaid(asked, lines),
        "unmet": _unmet(asked, lines),
    }


def _standing_out(scores: NDArray[np.float64]) -> float:
    """How many standard deviations the best of the candidates' scores lies above their mean."""
    spread = float(scores.std()) if len(scores) else 0.0
    own = min(ORDINARY, float(scores.max() - scores.mean()) / spread) if spread > 0 else 0.0
    return (len(scores) * own + FEW * ORDINARY) / (len(scores) + FEW)


def _unsaid(asked: Asked, lines: Sequence[Evidence]) -> float:
    """Whether the best lines of articles called after a part of the question hold nothing of the rest: "wear" of "What do pilots wear?".

    Where it is asked who did something or when, whoever is named is such a part: "founded" of "Who founded Acme?" is the rest.
    """
    named = False
    known = asked.names if asked.past else frozenset()
    for line in lines[:3]:
        if line.features["phrased"]:
            return 0.0
        title = known.union(terms(line.article.title))
        rest = [term for term in asked.terms if title.isdisjoint(alike(term))]
        if 0 < len(rest) < len(asked.terms):
            named = True
            present = line.terms.union(terms(" ".join(line.passage.heading)), line.before.terms if line.before else ())
            if any(not present.isdisjoint(alike(term)) for term in rest):
                return 0.0
    return float(named)


def _unmet(asked: Asked, lines: Sequence[Evidence]) -> float:
    """Whether none of the lines that may be shown holds what such a question must be told; UNSURE where it may be put otherwise.

    That is a figure of the sort asked for, and of what is counted; what is to be defined; whom one wants to become; the name of who did
    something, or when it was.
    """
    near = [line for line in lines if line.weight >= lines[0].weight - NEAR]
    if asked.kind in ("duration", "amount"):
        told = max(line.features[asked.kind] for line in near) if near else 0.0
        if not told:
            return UNSURE if asked.figure == "number" else 1.0  # how much patience is told without a figure
        return UNSURE * (told < 1 or (asked.figure == "count" and not any(line.features["counts"] for line in near)))
    if asked.kind == "definition":
        half = len(asked.subject) / 2
        said = max((math.inf if line.features["defines"] else len(line.terms.intersection(asked.subject)) for line in near), default=0)
        return 1.0 if said < half else UNSURE * (said == half)
    if asked.becoming:
        return UNSURE * (not any(all(not read_with(line).isdisjoint(alike(one)) for one in asked.becoming) for line in near))
    if asked.past and asked.kind == "time":
        return UNSURE * (not any(line.features["time"] or re.search(r"\d", line.text) for line in near))
    if asked.past and asked.kind == "person":
        return UNSURE * (not any(_names_another(line.text, asked) for line in near))
    return 0.0


def _names_another(text: str, asked: Asked) -> bool:
    """Whether a text holds a word with a capital, not its first, that the question does not."""
    return any(text[start].isupper() and start > 0 and term(word) not in asked.terms for word, start, _ in words(text))


def _elsewhere(asked: Asked, lines: Sequence[Evidence]) -> list[str]:
    """The names in a question that neither the best lines hold nor what they stand under; none where there is no line."""
    near = [read_with(line) for line in lines[:3] if line.weight >= lines[0].weight - NEAR]
    return asked.names_beyond(frozenset().union(*near)) if near else []


def missing_words(asked: Asked, index: Index) -> tuple[list[str], list[str]]:
    """The question's words that no article holds, as the person wrote them; and those of them that are names or say where."""
    counts = index.document_frequency([other for term in asked.terms for other in alike(term)])
    missing, names = [], []
    for word, start, end in words(asked.text):
        stem = term(word)
        if stem not in asked.terms or any(counts.get(other, 0) for other in alike(stem)):
            continue
        written = asked.text[start:end]
        missing.append(written)
        if stem in asked.names | asked.places:
            names.append(written)
    return missing, names


def _reason(missing: list[str], names: list[str], elsewhere: Sequence[str] = ()) -> str:
    """Why the articles do not answer, in one sentence."""
    gone = names or missing
    if gone:
        return f"No article mentions {quoted(gone, 'or')}."
    if elsewhere:
        return f"The articles mention {quoted(elsewhere, 'and')}, but not where they come near this question."
    return "The articles come near this question but none of their lines answers it."


def quoted(found: Sequence[str], joined: str) -> str:
    """Up to three words in quotes: “one”, “two” or “three”."""
    each = [f"“{word}”" for word in dict.fromkeys(found[:3])]
    return ", ".join(each[:-1]) + f" {joined} {each[-1]}" if len(each) > 1 else each[0]


def nearest(looked: Looked, index: Index, count: int = 3) -> tuple[Nearest, ...]:
    """The closest articles, best first."""
    seen: dict[str, Nearest] = {}
    for row in looked.found.rows.tolist():
        article = index.passage(row).article
        seen.setdefault(article.path, Nearest(article.path, article.title))
        if len(seen) == count:
            break
    return tuple(seen.values())

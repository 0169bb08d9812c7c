"""Question → answer: the lines of the articles that answer it, verbatim, each with its mark; or a refusal with its reason.

No language model: nothing is said that does not stand in an article. Pure but for reading the index it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from . import questions
from .citing import Piece, Said, cite
from .composing import compose
from .refusal import judge, nearest
from .search import Looked, look
from .suggestions import question_from
from .types import Answer, Line, Nearest

if TYPE_CHECKING:
    from .index import Index

NEAR = 20  # passages whose headings are tried first as questions
NEAREST = 3  # articles that a refusal points to
TRIES = 2  # questions tried for each near article; each costs a search


def answer(question: str, index: Index, standalone: str | None = None, parts: Sequence[str] = ()) -> Answer:
    """What the articles say to a question. `standalone` is how a follow-up was understood; it is what is looked up.

    The parts of a double question, where it has some, are looked up instead, each alone, and answered in order; one that the
    articles do not answer is named with the reason. Where they answer none, it is refused; where the answers share a line, the
    question is looked up whole.
    """
    blank = Answer(question, standalone, "answered", generation=index.generation)
    if questions.read(standalone or question).kind == "small talk":
        return replace(blank, lines=(Line(greeting(index), kind="note"),))
    asked = parts or (standalone or question,)
    found = [look(questions.read(part), index) for part in asked]
    verdicts = [judge(looked, index) for looked in found]
    if not any(verdict.answers for verdict in verdicts):
        reason = " ".join(dict.fromkeys(verdict.reason for verdict in verdicts if verdict.reason))
        return replace(blank, status="refused", reason=reason, nearest=_pointers(found, index), signals=verdicts[0].signals)
    said: list[Said] = []
    for part, looked, verdict in zip(asked, found, verdicts, strict=True):
        more = compose(looked, index) if verdict.answers else [f"Not answered: “{part}” {verdict.reason}"]
        if any(isinstance(piece, Piece) and piece in said for piece in more):  # one question after all
            return answer(question, index, standalone)
        said += [*more, verdict.note] if verdict.note else more
    lines, citations = cite(said, index)
    return replace(blank, lines=lines, citations=citations, signals=next(verdict for verdict in verdicts if verdict.answers).signals)


def has_answer(question: str, index: Index) -> bool:
    """Whether a question would be answered, without putting the answer together."""
    asked = questions.read(question)
    return asked.kind != "small talk" and judge(look(asked, index), index).answers


def _pointers(found: Sequence[Looked], index: Index) -> tuple[Nearest, ...]:
    """The articles nearest to each part of a question in turn."""
    first: dict[str, tuple[Nearest, Looked]] = {}
    for nears in zip(*(nearest(looked, index) for looked in found), strict=False):
        for near, looked in zip(nears, found, strict=True):
            first.setdefault(near.path, (near, looked))
    return tuple(_pointed(near, looked, index) for near, looked in list(first.values())[:NEAREST])


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

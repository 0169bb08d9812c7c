"""Question → answer: the lines of the articles that answer it, verbatim, each with its mark; or a refusal with its reason.

No language model: nothing is said that does not stand in an article. Pure but for reading the index it is given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import questions
from .citing import cite
from .composing import compose
from .refusal import judge, nearest
from .search import Looked, look
from .suggestions import question_from
from .types import Answer, Line, Nearest

if TYPE_CHECKING:
    from .index import Index

NEAR = 20  # passages whose headings are tried first as questions
TRIES = 2  # questions tried for each near article; each costs a search


def answer(question: str, index: Index, standalone: str | None = None) -> Answer:
    """What the articles say to a question. `standalone` is how a follow-up was understood; it is what is looked up."""
    asked = questions.read(standalone or question)
    blank = Answer(question, standalone, "answered", generation=index.generation)
    if asked.kind == "small talk":
        return replace(blank, lines=(Line(greeting(index), kind="note"),))
    looked = look(asked, index)
    verdict = judge(looked, index)
    if not verdict.answers:
        pointers = tuple(_pointed(near, looked, index) for near in nearest(looked, index))
        return replace(blank, status="refused", reason=verdict.reason, nearest=pointers, signals=verdict.signals)
    said = compose(looked, index)
    lines, citations = cite([*said, verdict.note] if verdict.note else said, index)
    return replace(blank, lines=lines, citations=citations, signals=verdict.signals)


def has_answer(question: str, index: Index) -> bool:
    """Whether a question would be answered, without putting the answer together."""
    asked = questions.read(question)
    return asked.kind != "small talk" and judge(look(asked, index), index).answers


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

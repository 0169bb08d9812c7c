"""A conversation: what the last question means after those before it, and the answer to it.

    reply(turns, index)       the one path from a question to an answer
    understand(turns, index)  how a follow-up is read; None where the question stands alone
    conversation(…)           questions as turns, the earlier ones answered

A question that stands alone is never mixed with what came before. "And in India?" replaces the like part of the question
before it, a pronoun is read as what that question was about. History is passed in, never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from . import questions
from .answer import answer, has_answer
from .carrying import still_about
from .filters import separate
from .parts import lacks_subject, parts
from .readings import reading
from .spelling import corrected
from .suggestions import questions_in
from .terms import content
from .types import Answer, Turn

if TYPE_CHECKING:
    from .index import Index

TRIES = 3  # headings of an article tried as an example question

_ORDINAL = re.compile(
    r"\bthe (?P<which>first|second|third|fourth|fifth|last)(?: (?:one|item|step|option|point|thing)\b(?! of\b)|(?=\s*(?:[?.!,]|$)))",
    re.IGNORECASE,
)
_OF_THAT = re.compile(r"how does this work\b", re.IGNORECASE)  # what was asked about, where something was
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}


def reply(turns: Sequence[Turn], index: Index) -> Answer:
    """The answer to the last turn, read in the light of those before it; a double question part by part.

    One that would be refused is read with its mistyped words mended, or as still about what was asked before, where that has an answer.
    The filters a turn holds are for it alone.
    """
    bare, _ = separate(turns[-1].question)
    standalone = understand(turns, index)
    given = _as_read(turns, standalone, index)
    if given.status == "refused":
        before = next(_asked_before(turns[:-1], index), "")
        otherwise = (corrected(standalone or bare, index), still_about(bare, before, index) if before else None)
        again = (_as_read(turns, meant, index) for meant in otherwise if meant)
        return next((other for other in again if other.status == "answered"), given)
    return given


def _as_read(turns: Sequence[Turn], standalone: str | None, index: Index) -> Answer:
    """The answer to the last turn, read so; None: as it stands."""
    bare, _ = separate(turns[-1].question)
    return answer(turns[-1].question, index, standalone, _parts(standalone or bare, turns[:-1], index))


def conversation(questions: Sequence[str], index: Index) -> tuple[Turn, ...]:
    """The turns of these questions: each but the last with the answer it gets on the way."""
    turns: tuple[Turn, ...] = ()
    for question in questions[:-1]:
        turns = (*turns, Turn(question, reply((*turns, Turn(question)), index)))
    return (*turns, Turn(questions[-1]))


def examples(index: Index, count: int = 4) -> tuple[str, ...]:
    """Questions to begin with, of different articles, each checked to have an answer; those that name their article's subject first."""
    chosen: list[str] = []
    cards = index.cards()
    step = max(1, len(cards) // count)
    for card in [card for first in range(step) for card in cards[first::step]]:  # from all over the folder
        titled = set(content(card.title))
        tried = sorted(questions_in(index.article(card.path)), key=lambda question: titled.isdisjoint(content(question)))[:TRIES]
        question = next((one for one in tried if one not in chosen and has_answer(one, index)), None)
        chosen.extend([question] if question else [])
        if len(chosen) == count:
            break
    return tuple(chosen)


def offers(given: Answer, index: Index, count: int = 3) -> tuple[str, ...]:
    """Questions to ask next, from the articles an answer cites, each checked to have an answer and not asked just now."""
    asked = set(content(given.standalone or given.question))
    shown = [set(content(title)) for title in {title for citation in given.citations for title in citation.passage.heading}]
    chosen: list[str] = []
    for path in dict.fromkeys(citation.passage.article.path for citation in given.citations):
        for question in questions_in(index.article(path)):
            about = set(content(question))
            new = len(about & asked) <= len(about) / 2 and about not in shown and question not in chosen
            if new and has_answer(question, index):
                chosen.append(question)
            if len(chosen) == count:
                return tuple(chosen)
    return tuple(chosen)


def understand(turns: Sequence[Turn], index: Index) -> str | None:
    """The last question as it reads on its own; None where it stands alone already or nothing before it helps."""
    bare, filters = separate(turns[-1].question)
    question = " ".join(bare.split())
    earlier = _asked_before(turns[:-1], index)
    before = next(earlier, "")
    if filters and not content(question):
        return before or None  # filters and no question: the question before it is asked again, narrowed
    if not before or not question or (questions.read(question).kind == "small talk" and not _OF_THAT.match(question)):
        return None
    ordinal = _ORDINAL.search(question)
    if ordinal:
        meant = _item(turns[-2], ordinal["which"].lower())
        return question[: ordinal.start()] + meant + question[ordinal.end() :] if meant else None
    return reading(question, before, earlier, index)


def _parts(question: str, before: Sequence[Turn], index: Index) -> list[str]:
    """The parts of a double question as each reads on its own: what a later one leaves out is what was last asked about."""
    read: list[str] = []
    about = next(_asked_before(before, index), "")
    for part in parts(question):
        meant = understand([Turn(about), Turn(part)], index) if read and about else None
        read.append(meant or part)
        about = about if not meant and lacks_subject(questions.read(part)) else read[-1]
    return read


def _asked_before(turns: Sequence[Turn], index: Index) -> Iterator[str]:
    """The questions before this one that were about something, as they were understood, the last one first."""
    for at in range(len(turns) - 1, -1, -1):
        turn = turns[at]
        question, _ = separate(turn.question)
        if questions.read(question).kind == "small talk" or not content(question):
            continue
        known = turn.answer.standalone if turn.answer else understand(turns[: at + 1], index)
        yield known or " ".join(question.split())


def _item(turn: Turn, which: str) -> str | None:
    """The item of the last answer that "the second one" names; None where there is none."""
    items = [line.text for line in turn.answer.lines if line.kind == "item"] if turn.answer else []
    at = _ORDER[which]
    if not items or at >= len(items):
        return None
    return re.split(r"[:(–—]|\. ", re.sub(r"^\d+[.)]\s*", "", items[at]))[0].strip(" .?!")

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
from itertools import islice
from typing import TYPE_CHECKING

from . import questions
from .answer import answer, has_answer
from .filters import separate
from .parts import asks_of, lacks_subject, parts
from .suggestions import questions_in
from .terms import content
from .topics import named_before, noun_phrases, topic_of
from .types import Answer, Turn

if TYPE_CHECKING:
    from .index import Index

FURTHER = 2  # questions before the last one in which what "it" stands for is looked for too, where that names nothing: "Which is best?"
TRIES = 3  # headings of an article tried as an example question

_LEAD = r"(?:(?:and|but|so|ok(?:ay)?|then|also|now|well|what about|how about|what of)[ ,]+)+"
_ELLIPSIS = re.compile(rf"^{_LEAD}(?:(?P<preposition>in|for|at|of|on|to|with|as|from|by|about)\s+)?(?P<new>.+?)[?.!\s]*$", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have|may|might)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?<!worth )\b(?P<word>it|they|them|its|their|theirs|he|she|him|her|his|one|ones)\b", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:this|that|these|those)\b(?=\s*(?:[?.,!]|$|(?:is|are|was|were|do|does|did|can|could|should|would|will"
    r"|work|works|cost|costs|mean|means|apply|applies|happen|happens|in|for|at|on|to|by|too|as|help|helps"
    r"|affect|affects|\w+ed|paid|done|made|taught)\b))",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(
    r"\b(?:is|was|does|did|will|would|can|could|should|has) it\b(?=\s+(?:take|takes|possible|necessary|true|legal|wrong|better to|cost to"
    r"|make sense|rain|be (?:hard|easy|possible)|(?:hard|easy|difficult|important|safe) (?:that|for|if|to \w+ \w)|worth \w+ing \w))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\bthe (?P<which>first|second|third|fourth|fifth|last)(?: (?:one|item|step|option|point|thing))?\b", re.IGNORECASE)
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_HOW_TO = re.compile(r"(?:how|when|where) (?:do|can|could|should|would|to) ?(?:i|you|we|one|someone|people)? (?P<what>.+)", re.IGNORECASE)
_DO_IT = re.compile(r"\bdo (?:it|that|this|so)\b", re.IGNORECASE)
_HARD = re.compile(r"(?:how |why )?(?:is|was) it (?:hard|easy|difficult|possible|realistic)", re.IGNORECASE)
_WHY = re.compile(r"(?:but |and )?(?:why|how)(?: so| come| is that)?", re.IGNORECASE)
_LONG = 14  # words: a longer question says by itself what it is about


def reply(turns: Sequence[Turn], index: Index) -> Answer:
    """The answer to the last turn, read in the light of those before it; a double question part by part.

    The filters a turn holds are for it alone.
    """
    standalone = understand(turns, index)
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
    if not before or not question or questions.read(question).kind == "small talk":
        return None
    ordinal = _ORDINAL.search(question)
    if ordinal:
        meant = _item(turns[-2], ordinal["which"].lower())
        return question[: ordinal.start()] + meant + question[ordinal.end() :] if meant else None
    ellipsis = _ELLIPSIS.match(question)
    if ellipsis and not _ASKS.search(ellipsis["new"]) and not _PRONOUN.search(ellipsis["new"]) and len(ellipsis["new"].split()) <= _LONG:
        return _substituted(before, ellipsis["new"], ellipsis["preposition"], index)
    bare = re.sub(rf"^{_LEAD}", "", question, flags=re.IGNORECASE)
    if doing := _of_doing(bare, before):
        return doing
    pronoun = None if _NOT_MEANT.search(bare) else _PRONOUN.search(bare)
    if not pronoun and len(content(bare)) <= 1:
        pronoun = _POINTS.search(bare)
    if pronoun and len(bare.split()) <= _LONG and not named_before(bare, pronoun.start()):
        word = pronoun.groupdict().get("word", "it").lower()
        topic = next(filter(None, (topic_of(one, bare, word) for one in (before, *islice(earlier, FURTHER)))), "")
        if topic:
            several = bool(re.search(r"\b\w[a-z]*s$", topic))  # "MLOps" and "AWS" are each one thing
            owner = pronoun.group().lower() in ("its", "their", "theirs", "his")
            said = topic + ("" if not owner else "’" if topic.endswith("s") else "’s")
            start = (
                re.sub(r"\bis (the )?$", r"are \1", bare[: pronoun.start()], flags=re.IGNORECASE) if several else bare[: pronoun.start()]
            )
            return _sentence(start + said + bare[pronoun.end() :])
    return _completed(bare, before)


def _of_doing(question: str, before: str) -> str | None:
    """A question about doing what the one before asked how to do, told what that is: "When should I do it?", "Is it hard?"."""
    done = _HOW_TO.fullmatch(before.rstrip("?. !"))
    if not done:
        return None
    bare = question.rstrip("?. !")
    if _HARD.fullmatch(bare):
        return _sentence(f"{bare} to {done['what']}")
    return _sentence(_DO_IT.sub(lambda _: done["what"], bare, count=1)) if _DO_IT.search(bare) else None


def _completed(question: str, before: str) -> str | None:
    """A question that names nothing it asks about, told what the one before it was about; None for any other."""
    bare = question.rstrip("?. !")
    if _WHY.fullmatch(bare):
        return _sentence(f"{before.rstrip('?. !')}, and {bare.lower()}")
    takes = re.search(r"\btakes?$", bare)
    if not lacks_subject(questions.read(question)) or (_NOT_MEANT.search(question) and not takes):
        return None
    done = _HOW_TO.fullmatch(before.rstrip("?. !"))
    if done and takes:
        return _sentence(f"{bare} to {done['what']}")
    topic = topic_of(before, question, "it")
    return _sentence(f"{bare} for {topic}") if topic else None


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
    return re.split(r"[:(–—]|\. ", re.sub(r"^\d+[.)]\s*", "", items[at]))[0].strip()


def _substituted(before: str, new: str, preposition: str | None, index: Index) -> str:
    """The earlier question with its part that is most like the new words replaced by them."""
    phrases = noun_phrases(before)
    if not preposition and lacks_subject(questions.read(new)):  # "And the pay?" stands for what else was asked of the same
        phrases = [(start, end) for start, end in phrases if asks_of(before[start:end])]
        completed = None if phrases else _completed(new, before)
        if completed:
            return completed
    if preposition:
        after = [span for span in phrases if re.search(rf"\b{preposition}\s+(?:an? |the )?$", before[: span[0]], re.IGNORECASE)]
        if not after and preposition.lower() in ("in", "at", "on"):
            return _sentence(before.rstrip("?. !") + f" {preposition} {new}?")
        phrases = after or phrases
    if not phrases:
        return _sentence(f"{before.rstrip('?. !')} {new}?")
    rows = index.encoder.encode_documents([new, *(before[start:end] for start, end in phrases)])
    likeness = (rows[1:] @ rows[0]).tolist()
    start, end = phrases[likeness.index(max(likeness))]
    return _sentence(_led(before[:start], new) + new + before[end:])


def _led(kept: str, new: str) -> str:
    """What stands before a replaced part, without the article that does not fit the new words: "in the" India, "a" nurses."""
    article = re.search(r"\b(an?|the)\s+$", kept, re.IGNORECASE)
    if not article:
        return kept
    own = re.match(r"(?:an?|the|my|your|this|that)\s", new, re.IGNORECASE)
    names = article[1].lower() == "the" and new[:1].isupper() and not new.isupper()
    several = article[1].lower() != "the" and re.search(r"[^s]s$", new)
    if several:
        bare = re.sub(r"\bdoes\s+$", "do ", kept[: article.start()], flags=re.IGNORECASE)
        return re.sub(r"\bis\s+$", "are ", bare, flags=re.IGNORECASE)
    return kept[: article.start()] if own or names else kept


def _sentence(text: str) -> str:
    """A reading as a person would write it: a capital first, a question mark last."""
    text = text.strip().rstrip("?.! ")
    return text[:1].upper() + text[1:] + "?"

"""What a question is still about that names nothing of its own, decided by what is found: alone, and told what was asked about before."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from . import questions
from .evidence import Evidence, read_with
from .refusal import THRESHOLD, judge
from .search import look
from .terms import alike, content
from .topics import topic_of

if TYPE_CHECKING:
    from .index import Index

# Chance of an answer from which a question that would be refused is taken to be about what was asked before, and how many words it may
# have. Of 219 follow-ups on five folders, 131 are answered well without it; at 0.44, 0.7 and 0.9: 137, 135 and 132. Of 238 questions
# without an answer, asked after another, 162 are refused; 158, 161 and 162.
SURE = 0.7
SHORT = 10
LONG = 14  # words: a longer question says by itself what it is about
# How much nearer, as a cosine, the best line has to be with the topic. Of 228 questions of four folders asked after another that they have
# nothing to do with and 16 follow-ups that name no subject, carried without it: 5 and 6; at 0: 1 and 6; 0.02: 0 and 6; 0.05: 0 and 5; by
# it alone, 37 and 15. At 0.02, whatever is found at home: 2 and 7; answered or not: 3 and 6. 8 of the 16 find home as they are. Of 305
# such questions of five folders 2 are carried, and 3 more where home need hold no word of theirs.
NEARER = 0.02
# Weight by which the best line may be ahead of any of another article where a question could be asked of many things. Of 20 such questions
# after five of the handbook’s occupations ("What exams do I have to pass?") 86 of 100 are answered from the article asked about, 77 without
# it; of 742 questions of five folders asked after another, 10 are carried, and without it.
COMMON = 1.0

_OPEN = re.compile(r"\b(?:it|that|this|these|those|them|in|of|for|at|on|to|with)$", re.IGNORECASE)  # an end nothing can be joined to


def carried(question: str, before: str, index: Index) -> str | None:
    """A question told what the one before it was about, where what is found says that it is still about that; None elsewhere.

    Alone it finds an article that it does not name; told, it is answered, and better, from the article of the question before.
    """
    if len(question.split()) > LONG or re.search(r"[.?!]\s", question) or questions.read(question).names:
        return None
    own = {other for one in content(question) for other in alike(one)}
    alone, home = best_line(question, index), best_line(before, index)
    if not alone or not home or alone.article.path == home.article.path or not _title(alone).isdisjoint(own):
        return None
    told = told_of(question, topic_before(before, question, home))
    best, chance = _found(told, index) if told else (None, 0.0)
    if not best or best.article.path != home.article.path or chance < THRESHOLD:
        return None
    is_nearer = best.features["cosine"] > alone.features["cosine"] + NEARER and not read_with(best).isdisjoint(own)
    return told if is_nearer or _ahead(question, alone, index) < COMMON else None


def _ahead(question: str, best: Evidence, index: Index) -> float:
    """By how much weight the line that answers a question best is ahead of any of another article."""
    others = (line for line in look(questions.read(question), index).lines if line.article.path != best.article.path)
    return best.weight - next((line.weight for line in others), -math.inf)


def still_about(question: str, before: str, index: Index) -> str | None:
    """A question that is not answered as it was read, told what the one before it was about; None where that has no sure answer there."""
    if len(question.split()) > SHORT or questions.read(question).names:
        return None
    home = best_line(before, index)
    told = told_of(question, topic_before(before, question, home))
    best, chance = _found(told, index) if told else (None, 0.0)
    return told if best and home and best.article.path == home.article.path and chance >= SURE else None


def told_of(question: str, topic: str) -> str | None:
    """A question with what it is about at its end; None where nothing is."""
    bare = question.rstrip("?. !")
    return sentence(f"{bare}{',' if _OPEN.search(bare) else ''} for {topic}") if topic else None


def topic_before(before: str, question: str, home: Evidence | None) -> str:
    """What the earlier question was about: what the article found for it is called after, else what it says."""
    return (topic_of(before, question, "it", _title(home)) if home else "") or topic_of(before, question, "it")


def best_line(question: str, index: Index) -> Evidence | None:
    """The line that answers a question best; None of an empty index."""
    return next(iter(look(questions.read(question), index).lines), None)


def _found(question: str, index: Index) -> tuple[Evidence | None, float]:
    """The line that answers a question best, None where none is left, and the chance that it does."""
    looked = look(questions.read(question), index)
    return next(iter(looked.telling), None), judge(looked, index).signals["answerable"]


def _title(line: Evidence) -> frozenset[str]:
    """The terms that the article of a line is called by."""
    return frozenset(content(line.article.title))


def sentence(text: str) -> str:
    """A reading as a person would write it: a capital first, a question mark last."""
    text = text.strip().rstrip("?.! ")
    return text[:1].upper() + text[1:] + "?"

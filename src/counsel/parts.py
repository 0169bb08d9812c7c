"""A double question → its parts, each a question of its own. Pure; knows nothing of articles or indexes."""

from __future__ import annotations

import re

from .questions import Asked
from .terms import STOP_WORDS, content, words

MOST = 3  # parts: what holds more questions is a letter, and is looked up as one

_DOES = r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|must|may)"
_ASKER = r"(?:i|you|we|they|it|he|she|one|there|an?|the|this|that|these|those|my|people|most|\w+s)"
# A direct question: "what does …", "which tools are …", "who pays …", "does it …". Not a clause: "… and how much they earn".
_DIRECT = (
    rf"(?:(?:so|then|also) )?(?:(?:in |at |for |from |to |with )?(?:what|which|whom|whose|how)(?:['’]s\b|(?: [\w-]+){{0,3}}? {_DOES}\b)"
    rf"|(?:when|where|why)(?:['’]s| {_DOES})\b|who(?:['’]s)? \w+|(?:has|have) (?:i|you|we|they|it|he|she|there|people)\b"
    rf"|(?!ha(?:s|ve)\b){_DOES} {_ASKER}\b)"
)
_JOINED = re.compile(r"[?!.,;]\s|\b(?:and|but|plus)\b", re.IGNORECASE)  # of a question without, the two below are never compiled
_BETWEEN = rf"\s*[?!.]+\s+(?:and |but )?(?={_DIRECT})|\s*[,;]?\s+(?:and|but|plus) (?={_DIRECT})|\s*[,;]\s+(?={_DIRECT})"
_OPENS = rf"(?:(?:and|but|so|ok|okay|well|now|please)[ ,]+)*(?:{_DIRECT}|how to\b|what about\b)"
# Terms that name what is asked for rather than what it is asked of: "what is the salary?" needs to be told whose.
_OF_SOMETHING = frozenset(
    content(
        """
        pay paid earn salary wage income cost price take last use used work involve include help start become learn know focus
        require required good best better main important typical typically usually average long hard easy worth outlook demand
        grow growing growth education training degree qualification skill duty task responsibility hour schedule shift weekend night
        stress stressful eligible maximum minimum limit deadline danger dangerous injury opening vacancy license certification certificate
        old age personality trait quality strength
        """
    )
)
# Terms that may name a thing of its own, but alone in a question seldom do: "Do I have to go to college?", "What's a typical day like?".
_OF_ANYTHING = frozenset(
    content(
        """
        day go typical like kind high highest low lowest top bottom percent college university school apprenticeship internship
        remote remotely home field market job
        """
    )
)


def parts(question: str) -> tuple[str, ...]:
    """The questions that a double question joins, in its own words; empty where it is one question, or not all of it are questions."""
    if not _JOINED.search(question):
        return ()
    found = [part.strip(" ,;?!.") for part in re.split(_BETWEEN, " ".join(question.split()), flags=re.IGNORECASE)]
    whole = all(re.match(_OPENS, part, re.IGNORECASE) and any(word not in STOP_WORDS for word, _, _ in words(part)) for part in found)
    return tuple(part[:1].upper() + part[1:] + "?" for part in found) if whole and 1 < len(found) <= MOST else ()


def lacks_subject(asked: Asked) -> bool:
    """Whether a question names nothing that it asks about, so that it has to be told: "Which tools are used?"."""
    return {one for one in asked.terms if not one.isdigit()} <= _OF_SOMETHING | _OF_ANYTHING | {asked.wanted}


def asks_of(phrase: str) -> bool:
    """Whether a phrase names what is asked of something, such as its pay, rather than the thing itself."""
    return not _OF_SOMETHING.isdisjoint(content(phrase))

"""What a question is about: the things it names, and which of them a later "it", "they" or "one" stands for. Pure text."""

from __future__ import annotations

import re

from .terms import STOP_WORDS, content, words

_CLAUSE = re.compile(r"[,;:.?!]\s|\b(?:and|but|if|when|because|while|before|after|since|once)\b", re.IGNORECASE)
_NOT_THINGS = frozenset(
    """
    earn earns make makes made need needs become becomes becoming work works working use uses used using learn learns learning start
    starts get gets give gives take takes know mean means involve involves focus focuses pay pays paid like include includes find grow
    grows growing expected projected open opens typically usually differ different considered called apply help helps explain describe
    tell ask asks asked compare define say says long much many good best better popular common important cost
    costs worth hard easy dangerous cheap expensive fast quick safe useful outside inside across
    around near along
    """.split()
)
# Terms of what is said of a thing; one of these is what "it" stands for only where nothing else is named.
_SAID_OF = frozenset(content("pay salary wage income outlook demand growth night weekend shift hour schedule stress"))
_ONE_OF = re.compile(r"\ban? $", re.IGNORECASE)
_AMONG = re.compile(r"\bof (?:them|these|those)\b", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|at|on|within|across|inside|outside(?: of)?|during) (?:an? |the )?$", re.IGNORECASE)
_MANY = frozenset("they them their theirs".split())


def topic_of(before: str, question: str, pronoun: str = "") -> str:
    """What the earlier question was about: its last thing that the new question does not name itself.

    For "they" one of a kind is many: "What do they earn?" after "What is a baker?" asks of bakers; for "it" it keeps its article.
    "One" after "which" is one of those asked about, elsewhere another of its kind. Where several sentences were said, it is about
    the first that asks.
    """
    before = next((sentence for sentence in re.split(r"(?<=[.?!])\s+", before) if sentence.endswith("?")), before)
    asked = set(content(question))
    fresh = [(start, end) for start, end in _things(before) if not set(content(before[start:end])) <= asked]
    fresh = [(start, end) for start, end in fresh if not set(content(before[start:end])) <= _SAID_OF] or fresh
    if pronoun in _MANY:
        several = [(start, end) for start, end in fresh if before[:end].endswith("s")]
        if several and _AMONG.search(question):
            return f"the {before[several[0][0] : several[0][1]]}"
        fresh = several or fresh
    if not fresh:
        return ""
    if pronoun in ("one", "ones"):
        named = before[fresh[0][0] : fresh[0][1]]
        if re.search(rf"\b(?:which|what|the|this|that|these|those) (?:\w+ )?{pronoun}\b", question, re.IGNORECASE):
            return f"of the {named}"
        one = "" if named.endswith("s") else "an " if re.match("[aeiou]", named, re.IGNORECASE) else "a "
        return one + named
    start, end = fresh[-1]
    article = _ONE_OF.search(before, 0, start)
    if article and pronoun in _MANY:
        return _plural(before[start:end])
    return before[article.start() if article and pronoun == "it" else start : end]


def _things(question: str) -> list[tuple[int, int]]:
    """Where what a question may be about stands: its noun phrases, each with the place it is said to be in ("a career in nursing").

    Where something is done ("earn in Germany", "are in demand") is none, unless there is no other.
    """
    things: list[tuple[int, int]] = []
    places: list[tuple[int, int]] = []
    for start, end in noun_phrases(question):
        placed = _PLACED.search(question, 0, start)
        if placed and things and not question[things[-1][1] : placed.start()].strip():
            things[-1] = (things[-1][0], end)
        else:
            (places if placed else things).append((start, end))
    return things or places


def noun_phrases(question: str) -> list[tuple[int, int]]:
    """Where the noun phrases of a question stand: runs of words that are neither grammar nor in `_NOT_THINGS`, lists kept whole."""
    spans: list[tuple[int, int]] = []
    for word, start, end in words(question):
        gap = question[spans[-1][1] : start] if spans else "."
        if word in STOP_WORDS or (word in _NOT_THINGS and not (word == "learning" and gap.isspace())):
            continue
        if spans and start < spans[-1][1]:
            continue
        if spans and (re.fullmatch(r"[\s\-/]*", gap) or re.fullmatch(r"\s*(?:,\s*(?:and|or)?|and|or)\s+", gap)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def named_before(question: str, offset: int) -> bool:
    """Whether the question itself names, in a clause before a pronoun's, something the pronoun can stand for."""
    clause = max((match.start() for match in _CLAUSE.finditer(question, 0, offset)), default=0)
    return any(end <= clause for _, end in noun_phrases(question[:clause]))


def _plural(noun: str) -> str:
    """The regular plural of an English noun phrase."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s")

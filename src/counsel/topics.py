"""What a question is about: the things it names, and which of them a later "it", "they" or "one" stands for. Pure text."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import dropwhile, takewhile
from operator import itemgetter

from .questions import asking
from .terms import STOP_WORDS, content, term, words

_CLAUSE = re.compile(r"[,;:.?!]\s|\b(?:and|but|if|when|because|while|before|after|since|once)\b", re.IGNORECASE)
_NOT_THINGS = frozenset(
    """
    earn earns make makes made need needs become becomes becoming work works working use uses used using learn learns learning start
    starts get gets give gives take takes know mean means involve involves focus focuses pay pays paid like include includes find grow
    grows growing expected projected open opens typically usually differ different considered called apply help helps explain describe
    tell ask asks asked compare define say says long much many good best better popular common important cost
    costs come comes came go goes went belong belongs happen happens decide decides choose prepare bring brings put puts
    hire hires provide provides require requires enough alone instead still
    stressful boring tiring rewarding worth hard easy dangerous cheap expensive fast quick safe useful outside inside across
    around near along outdoors indoors recommended required allowed let lets
    possible impossible realistic likely difficult necessary important
    """.split()
)
# Terms of what is said of a thing; one of these is what "it" stands for only where nothing else is named.
_SAID_OF = frozenset(
    content("pay salary wage income outlook demand growth night weekend shift hour schedule stress year month week day minute experience")
)
_ONE_OF = re.compile(r"\b(?:an?|(?P<known>the)) $", re.IGNORECASE)
_AMONG = re.compile(r"\bof (?:them|these|those)\b", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:in|at|on|within|across|inside|outside(?: of)?|during|through|via) (?:an? |the )?$", re.IGNORECASE)
# Words by which those of one kind are told apart, of which a thing has one: the senior ones of junior engineers are senior engineers.
_APART = frozenset(
    """
    junior senior mid-level midlevel entry-level beginner beginning experienced inexperienced new old young newer older younger big small
    large bigger smaller larger cheap expensive cheaper part-time full-time male female public private
    """.split()
)
_OF_CLAUSE = frozenset("its their theirs his one ones".split())
_ASKED_FOR = re.compile(r"\b(?:what|which|how(?: many| much)?) $", re.IGNORECASE)
_CHOSEN = re.compile(r"\b(?:which|this|that|the|each|another) $", re.IGNORECASE)
_MANY = frozenset("they them their theirs".split())
_SEVERAL = re.compile(r"\b(?:\w[a-z'’]*[^\Wsui]|[A-Z]{2,})s$")  # "MLOps" and "AWS" are each one thing
_MANNER = re.compile(r"(?:kind|type|sort)s?(?= of\b)", re.IGNORECASE)
_DOER = re.compile(r"\b(?:do|does|did) (?:most |many |some |the )?$", re.IGNORECASE)
_SAID = re.compile(r"\b(?:is|are|was|were|be)(?: (?:all|not|very|so|too|really|still|also|quite))* $", re.IGNORECASE)  # "are confidential"
# A thing that is named with what it is for: "the prize for baking the best loaf", "an apprenticeship for weavers".
_WHOLE = re.compile(
    r"(?:(?:what(?:['’]s| is)|when is|how (?:much|big|long) is) (?P<known>the .+ (?:for|of) \w+ing\b.*)|is there (?P<new>an? .+))",
    re.IGNORECASE,
)
_IS = re.compile(r"\W*(?:is|are|was|were)\b", re.IGNORECASE)
_A = re.compile(r"\s+an?\s(?:[\w-]+\s)*")  # "a good" of "Is nursing a good career?"
_INITIAL = re.compile(r"\b[A-Z]\. $")
_WHO = re.compile(r"\bwho $", re.IGNORECASE)
_TOWARDS = re.compile(r" (?:in|at|on|of|for|within|across|inside|outside|during) ", re.IGNORECASE)
_VERBS = frozenset("do does did have has be get need mean".split())


def topic_of(before: str, question: str, pronoun: str = "", about: frozenset[str] = frozenset()) -> str:
    """What the earlier question was about: its last thing that the new question does not name itself.

    Where some of its things are called as the terms `about` do, the title of an article it was answered from, it is the first of
    these. For "they" one of a kind is many: "What do they earn?" after "What is a baker?" asks of bakers; for "it" it keeps its
    article. "One" after "which" is one of those asked about, elsewhere another of its kind. Where several sentences were said, it
    is about the first that asks.
    """
    first = asking(before)[0]
    asks = before[first.start : first.stop].strip()
    before = asks if noun_phrases(asks) else before
    fresh = _fresh(before, question)
    if about:
        fresh = [span for span in fresh if not about.isdisjoint(content(before[slice(*span)]))][:1]
    if pronoun in _MANY:
        many = [span for span in fresh if is_several(before[slice(*span)])]
        if many and _AMONG.search(question):
            return f"the {before[slice(*many[0])]}"
        fresh = many or fresh
    if not fresh:
        return ""
    if pronoun in ("one", "ones"):
        named = before[slice(*fresh[0])]
        if re.search(rf"\b(?:which|what|the|this|that|these|those) (?:\w+ )?{pronoun}\b", question, re.IGNORECASE):
            return f"of the {named}"
        one = "" if is_several(named) else "an " if re.match("[aeiou]", named, re.IGNORECASE) else "a "
        return one + named
    whole = _WHOLE.fullmatch(before.rstrip("?. !")) if pronoun == "it" else None
    if whole:
        return whole["known"] or whole["new"]
    start, end = fresh[-1]
    article = _ONE_OF.search(before, 0, start)
    named = _unowned(before[start:end])
    if article and not article["known"] and pronoun in _MANY:
        return _plural(named)
    return before[article.start() : start] + named if article and pronoun == "it" else named


def another(before: str, told: str, apart: Callable[[str, str], bool]) -> str:
    """What "the cheap ones" are after a question about rack ovens, told "cheap": "cheap rack ovens"; empty where it names nothing.

    A word that both have is where they part: the "high school" ones of elementary school counselors are high school counselors. The
    first word goes where `apart` says that it and what is told tell such things apart: the "winter" one of a summer camp is a winter camp.
    """
    fresh = _fresh(before, told)
    many = [span for span in fresh if is_several(before[slice(*span)])] or fresh
    if not many:
        return ""
    asked = re.match(r"(?:which|what) $", before[: many[0][0]], re.IGNORECASE)
    parted = [span for span in fresh if " " in before[slice(*span)] and apart(before[slice(*span)].split()[0], told)]
    named = _TOWARDS.split(_unowned(before[slice(*(parted or many)[0 if asked else -1])]))[0]
    if not _APART.isdisjoint(told.lower().split()):
        named = " ".join(word for word in named.split() if word.lower() not in _APART)
    elif parted:
        named = named.partition(" ")[2]
    kept = named[max((end for word, _, end in words(named) if term(word) in content(told)), default=0) :].strip()
    return f"{told} {kept}" if kept else ""


def is_several(named: str) -> bool:
    """Whether a noun phrase names several of a kind, by the form of its noun."""
    return bool(_SEVERAL.search(_TOWARDS.split(named)[0]))


def _fresh(before: str, question: str) -> list[tuple[int, int]]:
    """Where the things of an earlier question stand that the new one does not name; those it is said of, if there are any."""
    asked = set(content(question))
    fresh = [span for span in _things(before) if not set(content(before[slice(*span)])) <= asked]
    return [span for span in fresh if not set(content(before[slice(*span)])) <= _SAID_OF] or fresh


def _unowned(named: str) -> str:
    """A noun phrase without the sign that something is its own: "baker" of "baker's"."""
    return re.sub(r"(?<=s)['’]$|['’]s$", "", named)


def _things(question: str) -> list[tuple[int, int]]:
    """Where what a question may be about stands: its noun phrases, each with the place it is said to be in ("a career in nursing").

    Where something is done ("earn in Germany", "are in demand") is none, unless there is no other; nor what a thing is said to be.
    """
    things: list[tuple[int, int]] = []
    places: list[tuple[int, int]] = []
    for start, end in noun_phrases(question):
        placed = _PLACED.search(question, 0, start)
        if things and _SAID.search(question, 0, start) and " " not in question[start:end]:
            continue
        if len(things) == 1 and _IS.match(question) and _A.fullmatch(question, things[0][1], start):
            continue
        if placed and things and not question[things[-1][1] : placed.start()].strip():
            things[-1] = (things[-1][0], end)
        else:
            (places if placed else things).append((start, end))
    return things or places


def noun_phrases(question: str) -> list[tuple[int, int]]:
    """Where the noun phrases of a question stand: runs of words that are neither grammar nor in `_NOT_THINGS`, lists kept whole."""
    spans: list[tuple[int, int]] = []
    for word, at, end in words(question):
        before = spans[-1][1] if spans else 0
        joined = re.search(r"\w+-$", question[before:at])  # "on-call"
        start = before + joined.start() if joined else at
        gap = question[before:start] if spans else "."
        named = at > 0 and question[at].isupper() and (word not in STOP_WORDS or question[at] == "A")  # "Made Tech", "Series A"
        if not named and (word in STOP_WORDS or (word in _NOT_THINGS and not (word == "learning" and gap.isspace()))):
            continue
        if _WHO.search(question, 0, start) or _MANNER.match(question, at) or at < before:
            continue
        if spans and (re.fullmatch(r"[\s\-/]*|\.|\s*(?:,\s*(?:and|or)?|and|or)\s+", gap) or _INITIAL.search(question, 0, start)):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [(start, _ending(question, start, end)) for start, end in spans]


def _ending(question: str, start: int, end: int) -> int:
    """Where the name of whoever does something ends, and what is done begins: "CIS" in "How does CIS manage bots?"."""
    after = next((word for word, _, _ in words(question[end:])), "")
    if not _DOER.search(question, 0, start) or after in _NOT_THINGS | _VERBS:
        return end
    named = [(question[start + at].isupper() or bool(_SEVERAL.search(word)), start + stop) for word, at, stop in words(question[start:end])]
    if not question[start].isupper():
        named = list(dropwhile(lambda one: not one[0], named))
    own = list(takewhile(itemgetter(0), named))
    return own[-1][1] if own else end


def named_before(question: str, offset: int, pronoun: str = "") -> bool:
    """Whether the question itself names, in a clause before a pronoun's, something the pronoun can stand for.

    Whose something is, and what "one" is one of, is named in the same clause: "its" of "Where does Acme get its figures?".
    """
    clause = max((match.start() for match in _CLAUSE.finditer(question, 0, offset)), default=0)
    if any(end <= clause for _, end in noun_phrases(question[:clause])):
        return True
    if pronoun not in _OF_CLAUSE:
        return False
    named = [(start, end) for start, end in noun_phrases(question[:offset]) if not _ASKED_FOR.search(question, 0, start)]
    return any(offset - end > 1 or " " in question[start:end] for start, end in named)  # "create" of "create one" is what is done


def is_number(question: str, start: int, end: int) -> bool:
    """Whether "one" at this place counts what follows it, as in "one manager"."""
    after = next((word for word, at, _ in words(question[end:]) if question[end : end + at] == " "), "")
    return question[start:end].lower() == "one" and not (
        not after or after in STOP_WORDS | _NOT_THINGS or _CHOSEN.search(question, 0, start)
    )


def _plural(named: str) -> str:
    """The regular plural of an English noun phrase."""
    place = _TOWARDS.search(named)
    noun, where = (named[: place.start()], named[place.start() :]) if place else (named, "")
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies" + where
    return noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s") + where


def hyphenated(question: str, title: str) -> str:
    """A question with the hyphens that a title writes within a word: "in house bakers" are the "In-House Bakers"."""
    for word in re.findall(r"\w+(?: ?- ?\w+)+", title):
        spaced = r"\s+".join(re.findall(r"\w+", word))
        question = re.sub(rf"\b{spaced}\b", lambda found: "-".join(found[0].split()), question, flags=re.IGNORECASE)
    return question

"""What a text tells: an amount, money, a length of time, a date, a change, what something is. Knows nothing of passages. Pure."""

from __future__ import annotations

import re

from .questions import Asked
from .terms import terms

COUNTED = 5  # words from a number on among which what it counts is named
OTHER_UNIT = 0.5  # how far a length in weeks tells how many hours

_CURRENCY = r"(?:USD|EUR|GBP|INR|CHF|CAD|AUD|SGD|JPY|CNY|NZD|SEK|NOK|DKK|PLN|BRL|ZAR)"
_MONEY = re.compile(
    rf"[$€£₹¥]\s?\d[\d.,]*|\b{_CURRENCY}\)?\s?\d[\d.,]*|\d[\d.,]*\s?(?:lakhs?|cents|dollars|euros?|pounds|rupees|{_CURRENCY})\b",
    re.IGNORECASE,
)
_WAGE = re.compile(r"\b(?:wages?|salar(?:y|ies)|pay|paid|earn(?:s|ed|ings)?)\b", re.IGNORECASE)
_PRICE = re.compile(r"\b(?:costs?|pric(?:e|es|ed)|fees?|charges?|tuition|premiums?|expenses?)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<![^\W_])\d[\d.,]*k\b", re.IGNORECASE)  # of money, where pay is asked for
_SHARE = re.compile(
    r"\d\s?%|\bper ?cent\b|\b(?:half|(?:a|one|two|three)[ -](?:thirds?|quarters?)"
    r"|(?:\d+|one|two|three|four) (?:in|out of)(?: every)? \w+)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2}|\d{1,2}(?:st|nd|rd|th) century|January|February|March|April|May|June|July|August"
    r"|September|October|November|December)\b"
)
_NUMBER = re.compile(
    r"(?<![^\W_])\d[\d.,]*(?:[kmx]|bn|st|nd|rd|th|s)?(?![^\W_])"  # not in a name: "37signals", "L4"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?"
    r"|billions?|half|third|quarter|twice|percent)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?:\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|few|many|half))[-+\s]+(?:more |an? )?"
    r"(?:second|minute|hour|day|week|month|semester|year|decade|centur(?:y|ie))s?\b|\b\d+\s?(?:min|hrs?|h)\b"
    r"|\b(?:until|till|centur(?:y|ies)|generations|(?:minutes|hours|days|weeks|months) (?:to|or) (?:hours|days|weeks|months|years))\b",
    re.IGNORECASE,
)
_FREQUENCY = (  # compiled when asked for: few questions are
    r"(?i)\b(?:annual(?:ly)?|yearly|quarterly|(?:bi)?(?:monthly|weekly)|daily|nightly|hourly|once|twice|times|always|never|every"
    r"|(?:an?|each|per) (?:hour|day|night|week|month|quarter|year))\b"
)
_AGE = r"(?i)\b(?:aged?|ages|(?:years|yrs)[- ](?:old|of age)|years? or older|(?:under|over) (?:the age of )?\d\d|birthday|minors?)\b"
_CHANGE = re.compile(
    r"\b(?:grow|declin|increas|decreas|shrink|shrank|expand|ris[ei]|rose|fall|fell|chang|project|expect)\w*", re.IGNORECASE
)
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|result(?:s|ed|ing)? (?:from|in)|reasons?|therefore|thus|hence|so that"
    r"|driven by|stems? from|caus(?:es?|ed|ing)|le(?:ads?|d) to|in order to)\b",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\b(?:(?:is|are|was|were)(?! (?:(?!used|defined)\w+ed|found|paid|as follows|in|at|on|not|also|often|usually"
    r"|common|(?:an )?important|likely|available|useful|popular|more|less|very)\b)"
    r"|means?|refers? to|describes?|focus(?:es)? on|stands? for|denotes?|involves?"
    r"|combines?|uses?|seeks?|extracts?|covers?|called|known as|defined as)\b",
    re.IGNORECASE,
)

_CLAUSE = re.compile(r"\W*(?:whether|if|when|while|because|as|since|although|though|why|how|where)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:called|known as|termed|referred to as)(?: an?| the)?\b", re.IGNORECASE)
_APPOSED = re.compile(r",? (?:(?:which|who) (?:is|are|means?)|meaning|designating|denoting)\b", re.IGNORECASE)
_SHORT = re.compile(r"\(([A-Z][A-Za-z]{1,7})\)")


def money(text: str) -> bool:
    """Whether a text names an amount of money."""
    return bool(_MONEY.search(text))


def date(text: str) -> bool:
    """Whether a text names a date or a year."""
    return bool(_DATE.search(text))


def change(text: str) -> bool:
    """Whether a text tells by how much something changes."""
    return bool(_CHANGE.search(text) and _NUMBER.search(text))


def cause(text: str) -> bool:
    """Whether a text tells why something is so."""
    return bool(_BECAUSE.search(text))


def amount(text: str, asked: Asked) -> bool:
    """Whether a text tells an amount of the sort asked for: how often, how many, how much."""
    if asked.figure == "frequency":
        return bool(re.search(_FREQUENCY, text))
    if asked.figure == "share":
        return bool(_SHARE.search(text))
    if asked.figure == "age":
        return bool(re.search(_AGE, text) and _NUMBER.search(text))
    if asked.figure == "money":
        if asked.cost and _WAGE.search(text) and not _PRICE.search(text):
            return False
        return money(text) or bool(_THOUSANDS.search(text))
    return bool(_NUMBER.search(_MONEY.sub("", text) if asked.counted else text))


def counts(text: str, counted: frozenset[str]) -> bool:
    """Whether a number in a text is of what is to be counted: one of its terms among the next few words, before any "for"."""
    following = (" ".join(text[number.start() :].split(None, COUNTED)[:COUNTED]) for number in _NUMBER.finditer(text))
    return bool(counted) and any(not counted.isdisjoint(terms(words.partition(" for ")[0])) for words in following)


def duration(text: str, unit: str) -> float:
    """How far a text tells a length of time: 1 in the unit asked for, or where any will do."""
    return 0.0 if not _DURATION.search(text) else 1.0 if unit in text.lower() else OTHER_UNIT


def defines(text: str, subject: tuple[str, ...]) -> bool:
    """Whether a line says of the subject what it is, and not what it costs.

    "An option is a right to buy", "a right to buy, called an option", "an option, which is a right to buy", and of initials the words
    that they are the initials of: "non-qualified stock options (NSOs)".
    """
    if not subject or _MONEY.search(text):
        return False
    wanted = set(subject)
    verb = _MEANS.search(text)
    if verb and not _CLAUSE.match(text):
        before = terms(text[: verb.start()])
        if wanted <= set(before) and len(before) <= len(subject) + 4:
            return True
    return (
        any(wanted <= set(terms(text[named.end() :])[: len(subject) + 1]) for named in _NAMED.finditer(text))
        or any(wanted <= set(terms(text[: apposed.start()])[-len(subject) :]) for apposed in _APPOSED.finditer(text))
        or any(wanted == set(terms(short[1])) and _spelled_out(short[1], text[: short.start()]) for short in _SHORT.finditer(text))
    )


def _spelled_out(short: str, before: str) -> bool:
    """Whether the last words of a text begin with these letters."""
    letters = short.removesuffix("s").lower()
    return [word[0] for word in re.findall(r"\w+", before.lower())][-len(letters) :] == list(letters)

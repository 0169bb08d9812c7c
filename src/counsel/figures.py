"""The figures a text gives, each with what it is a figure of, so that two can be compared. Pure; knows nothing of articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["money", "share", "time", "date", "count"]

_WORDS = dict(
    zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), range(1, 13), strict=True)
)
_SCALES = {"k": 1e3, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5, "crore": 1e7, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_SIGNS = {
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    "₹": "rupee",
    "¥": "yen",
    "usd": "dollar",
    "eur": "euro",
    "gbp": "pound",
    "inr": "rupee",
}
_DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0}  # "18 months" and "two years" are figures of one unit

_SIGN = r"(?:[$€£₹¥]\s?|\b(?:USD|EUR|GBP|INR)\s)"
_VALUE = rf"(?:\d+(?:[.,]\d+)*(?:\s?(?:{'|'.join(_SCALES)})\b)?|\b(?:{'|'.join(_WORDS)})\b)"
_FIGURE = re.compile(
    rf"(?P<between>\bbetween\s)?(?P<sign>{_SIGN})?(?P<low>{_VALUE})(?:(?:\s?[-–]\s?|\s(?:to|or)\s|(?(between)\sand\s|(?!))){_SIGN}?(?P<high>{_VALUE}))?"
    r"(?:[\s-]?(?P<unit>%|(?:percent|per cent|(?:dollar|euro|pound|rupee|day|week|month|year|hour|minute)s?|yen|kroner|kronor|francs)\b))?",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?:\b(?:an?|per|each|every)\s|/\s?)(?P<noun>hour|day|week|month|year)\b|\b(?P<other>annual|year|month|week|dai|hour)ly\b|\b(?P<annual>annual)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount from `low` to `high`, equal where the text gives one number. `text[start:end]` gives it."""

    kind: Kind
    unit: str  # "dollar a year", "percent", "day", "hour"; "" for a date and a count
    low: float
    high: float
    start: int
    end: int

    def differs(self, other: Figure) -> bool:
        """Whether the two cannot both be right, when they are figures of one thing: dates to the year, others to two digits."""
        if (self.kind, self.unit) != (other.kind, other.unit):
            return False
        low, high, below, above = (self.low, self.high, other.low, other.high)
        if self.kind != "date":
            low, high, below, above = (float(f"{number:.2g}") for number in (low, high, below, above))
        return high < below or above < low


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text, in order. A plain number from 1500 to 2099 is a date; a number in words counts with a unit only."""
    for match in _FIGURE.finditer(text):
        low, high = _value(match["low"]), _value(match["high"] or match["low"])
        scale = re.search(r"[a-z]+$", match["high"] or "", re.IGNORECASE)
        if scale and scale.group().lower() in _SCALES and match["low"][-1].isdigit():  # "90–120k"
            low *= _SCALES[scale.group().lower()]
        named = (match["unit"] or "").lower()
        unit = named if named in _DAYS else named.removesuffix("s")
        kind: Kind
        if match["sign"] or unit in (*_SIGNS.values(), "kroner", "kronor", "franc"):
            kind, unit = "money", f"{_SIGNS.get((match['sign'] or '').strip().lower(), unit)} a {_period(text, match.end())}"
        elif unit in ("%", "percent", "per cent"):
            kind, unit = "share", "percent"
        elif unit in _DAYS:
            kind, low, high, unit = "time", low * _DAYS[unit], high * _DAYS[unit], "day"
        elif unit:
            kind = "time"
        elif _YEAR.fullmatch(match["low"]):
            kind = "date"
        elif match["low"][0].isdigit():
            kind = "count"
        else:
            continue
        yield Figure(kind, unit, low, high, match.start(), match.end())


def _value(written: str) -> float:
    match = re.match(r"([\d.,]*\d)?\s?([a-z]*)$", written, re.IGNORECASE)
    digits, word = (match[1], match[2].lower()) if match else (None, "")
    if not digits:
        return float(_WORDS[word])
    if re.fullmatch(r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    whole, *rest = re.split(r"[.,]", digits)
    return float(f"{whole}.{''.join(rest)}" if rest else whole) * _SCALES.get(word, 1.0)


def _period(text: str, end: int) -> str:
    """What an amount of money is for: a year unless the words after it, or else any of its text, say otherwise."""
    match = _PERIOD.search(text, end, end + 20) or _PERIOD.search(text)
    if not match:
        return "year"
    said = (match["noun"] or match["other"] or "year").lower()
    return {"annual": "year", "dai": "day"}.get(said, said)

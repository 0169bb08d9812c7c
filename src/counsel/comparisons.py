"""The two things that a question compares, and by what. Pure text; knows nothing of what else a question asks for."""

from __future__ import annotations

import re

from .terms import content

# What any comparison holds: of a question without, the patterns below are never compiled, which takes longer than the whole reading.
_COMPARES = re.compile(r"\b(?:than|or|vs|versus|same)\b|compar|differ|distinct", re.IGNORECASE)
_ASKS = r"(?:what|which|who|when|where|why|how|is|are|do|does|did|can|could|should|would|will|has|have)\b"
_COMPARE = (
    (
        r"\b(?:difference|differences|distinction|comparison) (?:between|of) (?:an? |the )?(.+?) (?:and|versus"
        r"|vs\.?|or) (?:an? |the )?(.+)"
    ),
    r"\bcompare (?:an? |the )?(.+?) (?:and|with|to|against|versus|vs\.?) (?:an? |the )?(.+)",
    r"\b(?:is|are|how (?:is|are|does|do)) (?:an? |the )?(.+?) (?:different|differ|distinct) (?:from|to|than) (?:an? |the )?(.+)",
    r"\b(?:is|are) (?:an? |the )?(.+?) the same (?:thing )?as (?:an? |the )?(.+)",
    (
        r"^(?:which is (?:better|best|more \w+)[:,]?|should i (?:\w+ )?(?:choose|use|learn|pick|be)"
        r"|what is (?:better|best)[:,]?) (?:an? |the )?(.+?),? (?:or|vs\.?|versus) (?!not\b)(?:an? |the )?(.+)"
    ),
    r"^(?:an? |the )?(.+?) (?:vs\.?|versus) (?:an? |the )?(.+)",
    # As typed into a search box:
    r"^(?:the )?differences? (?:in )?(.+?) (?:and|vs\.?|versus) (?:an? |the )?(.+)",
    rf"^(?!{_ASKS})((?:[^\s,]+ ){{0,2}}[^\s,]+) or ((?:[^\s,]+ ){{0,2}}[^\s,]+)$",
)
_BESIDE = re.compile(
    r",? (?:when it comes to|in terms of|with respect to|as to)\b|\s[-–—]\s|[,;] ", re.IGNORECASE
)  # what is no more a side
_SIDE = r"(?:an? |the )?((?:(?!it\b|there\b|they\b|this\b|that\b)[\w'’/+#&.-]+ ){0,4}?(?!it\b|there\b|they\b|this\b|that\b)[\w'’/+#&.-]+)"
_MEASURED = (
    rf"(?:is|are|do|does|did|will) {_SIDE} (?P<by>\w+) (?:more|less|better|worse)(?: money)? than {_SIDE}",
    rf"(?:is|are) {_SIDE} (?:more|less) (?P<by>[\w-]+) than {_SIDE}",
    rf"(?:is|are) {_SIDE} (?P<by>\w+er) than {_SIDE}",
    rf"(?:who|which|what) (?P<by>\w+) (?:more|less|better|worse)(?: money)?[,:]? {_SIDE},? or {_SIDE}",
    rf"(?!{_ASKS}){_SIDE} (?:vs\.?|versus|or) {_SIDE}[,:]? (?:who|which|what) (?P<by>\w+) (?:more|less|better|worse)(?: money)?",
    rf"(?:what|how much|how) (?:is|are|do|does|did) {_SIDE} (?P<by>\w+),? (?:compared (?:to|with)|versus|vs\.?) {_SIDE}",
    (
        rf"how (?:do|does) the (?P<by>pay|salary|salaries|wages?|earnings|income) (?:of|for) {_SIDE}"
        rf" compare (?:to|with) (?:(?:that|those) (?:of|for) )?{_SIDE}"
    ),
    rf"(?:who|which|what) is (?P<by>(?:better|worse) \w+|\w+er|more \w+|less \w+)[,:]? {_SIDE},? or {_SIDE}",
    rf"(?!{_ASKS}){_SIDE} (?:vs\.?|versus|or) {_SIDE} (?P<by>pay|salary|salaries|wages?|earnings|income)",  # as typed into a search box
)
_PAID = frozenset("pay pays paid earn earns earning earnings make makes salary salaries wage wages income".split())


def compared(question: str) -> tuple[str, str, str] | None:
    """Both sides of a comparison in the question's own words, and what they are compared by: "pay" in "Do bakers earn more than cooks?".

    That is empty where nothing is said of it; None for a question that compares nothing.
    """
    if not _COMPARES.search(question):
        return None
    for pattern in _MEASURED:
        match = re.fullmatch(pattern, question, re.IGNORECASE)
        if match:
            one, other = (group for at, group in enumerate(match.groups(), start=1) if at != match.re.groupindex["by"])
            return one, other, "pay" if match["by"].lower().split()[-1] in _PAID else match["by"]
    for pattern in _COMPARE:
        match = re.search(pattern, question, re.IGNORECASE)
        sides = [_BESIDE.split(side, maxsplit=1)[0] for side in match.groups()] if match else []
        if sides and all(map(content, sides)):
            return sides[0], sides[1], ""
    return None

"""Questions that an article answers, made from its own headings. Pure; whether they are answered is for the caller to check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .lists import DULL
from .types import Article, Heading

_NUMBER = re.compile(r"^\s*(?:\d+[.)]\s*|[IVX]+\.\s+)")
_ASKABLE = re.compile(
    r"^(?!.*\b(?:and|hiring|how)\b)(?:(?!(?:of|for|in|to|at|by|on)\b)\w+[ -]){0,3}?(?P<noun>skills|responsibilities|roles|duties|challenges"
    r"|certifications|courses|tools|steps|requirements|salaries|levels|"
    r"benefits|mistakes|rounds|industries|speciali[sz]ations|languages|frameworks|qualifications|signs|causes"
    r"|kinds|types|risks|advantages|conferences|tasks|"
    r"options|qualities|opportunities)\b(?: (?:of|for|in|to|at|by|that|on)\b.*)?$",
    re.IGNORECASE,
)
_GERUND = re.compile(
    r"^(?!During|Nothing|Something|Anything|Everything|String|King)[A-Z]\w+ing\b(?! (?:and|or|proficiency|levels?|expectations?)\b)"
)
_KIND = re.compile(r"(?!(?:how|what|why|who|when|where|the)\b)(?:[\w’'-]+,? ){0,5}[\w’'-]+[^s\W]s", re.IGNORECASE)  # "Pastry Cooks"
_UNNAMED = re.compile(r"\w+ (?:is|are) (?:not )?\w+ed\??", re.IGNORECASE)  # "What is covered?"
_WHAT_CLAUSE = re.compile(r"^What (.+?) (do|does|did|is|are)$", re.IGNORECASE)
_MINE = {"your": "my", "yours": "mine", "yourself": "myself", "you": "me"}  # what a heading says to a person, said by that person
_YOURS = rf"\b(?:{'|'.join(_MINE)})\b"
_LONGEST = 90  # characters of a question that fits a button on a phone in two or three lines


def questions_in(article: Article) -> Iterator[str]:
    """A question for each heading of an article that names something, each once, in the article's order."""
    for question in dict.fromkeys(question_from(heading, article) for heading in article.headings):
        if question and len(question) <= _LONGEST:
            yield question


def question_from(heading: Heading, article: Article) -> str | None:
    """The question a section answers, by the shape of its heading; None for a heading that names nothing by itself."""
    title = _NUMBER.sub("", heading.title).strip()
    if heading.title == article.title or heading.level == 1:
        return None
    if "?" in title:
        return None if _UNNAMED.fullmatch(title) else title[: title.index("?") + 1]
    bare = re.sub(r":.*$", "", title).strip(" .")
    if DULL.fullmatch(bare) or len(bare.split()) < 2:
        return None
    how = re.match(r"how to (.+)", bare, re.IGNORECASE)
    if how:
        asked = f"{how[1][0].lower()}{_lowered(how[1], article)[1:]}"
        return f"How do I {re.sub(_YOURS, lambda own: _MINE[own[0].lower()], asked, flags=re.IGNORECASE)}?"
    clause = _WHAT_CLAUSE.match(bare)
    if clause:
        return f"What {clause[2].lower()} {_lowered(clause[1], article)}{' do' if clause[2].lower() in ('do', 'does') else ''}?"
    if re.match(r"(?:what|who|why|when|where|which) (?:is|are|do|does|to|should|can)\b", bare, re.IGNORECASE):
        first, _, rest = bare.partition(" ")
        return None if rest.startswith("to ") or _UNNAMED.fullmatch(bare) else f"{first.capitalize()} {_lowered(rest, article)}?"
    if re.match(r"(?:what|who|why|when|where|which|how)\b", bare, re.IGNORECASE) or _GERUND.match(bare):
        return None
    askable = _ASKABLE.match(bare)
    if askable:
        asked = bare[: askable.start("noun")] + askable["noun"].lower() + bare[askable.end("noun") :]
        whose = f" of {_lowered(article.title, article)}" if askable.end("noun") == len(bare) and _KIND.fullmatch(article.title) else ""
        return f"What are the {re.sub(r'^the ', '', _lowered(asked, article))}{whose}?"
    return None


def _lowered(title: str, article: Article) -> str:
    """A heading inside a sentence: written small but for names, which the article writes with a capital within its sentences."""
    names = _names(article)
    return " ".join(
        word if word.isupper() or word.strip(",.()") in names or (not word[1:].islower() and len(word) > 1) else word.lower()
        for word in title.split()
    )


@lru_cache(maxsize=256)  # articles whose headings are asked again and again
def _names(article: Article) -> frozenset[str]:
    """The words that an article writes with a capital within its sentences, and never small."""
    text = article.text
    for heading in reversed(article.headings):
        text = text[: heading.start] + text[heading.end :]
    small = {word.capitalize() for word in re.findall(r"\b[a-z]\w*", article.text)}
    return frozenset(re.findall(r"(?<=[a-z,] )[A-Z]\w*", text)) - small

"""A question with mistyped words → the question that was meant, as far as the words of the articles tell."""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from .questions import is_name
from .terms import STOP_WORDS, term, words

if TYPE_CHECKING:
    from .index import Index

LIKE = 0.85  # of two spellings, by difflib's ratio: "vetrinarian" and "veterinarian" have 0.96, "elecrtician" and "electrician" 0.91
STEMS_LIKE = 0.75  # of their terms, which may end elsewhere: "artif" and "artifici" of "artifical" and "artificial"
TRIED = 3  # terms whose spelling is compared with the word's
SHORTEST = 5  # letters of a word that is taken for another: a shorter one is like too many
READ = 5  # passages that are looked through for how a term is written

_ENDING = re.compile(r"(?:(?<=[a-z]{3})(?:i?e?s|i?e?d|ing|i?e?st|i?e?r|i?ly|en))?$")


def corrected(question: str, index: Index) -> str | None:
    """The question with each mistyped word spelled as the likest one of an article; None where there is none.

    A word is mistyped where no article holds it and it is no English word. The first letter is taken to be right; of a name, every
    letter: two may have changed places.
    """
    spelled = question
    held = index.document_frequency([term(word) for word, _, _ in words(question)])
    for word, start, end in words(question):
        own = term(word)
        if held[own] or len(word) < SHORTEST or not word.isalpha() or word in STOP_WORDS or _is_english(word, index):
            continue
        known = index.terms_from(own[:1])
        swapped = [one for one in known if sorted(one) == sorted(own)]
        near = [] if is_name(question, start, end) else get_close_matches(own, known, TRIED, STEMS_LIKE)
        forms = [form for form in (_written(one, word, index) for one in near) if SequenceMatcher(None, form, word).ratio() >= LIKE]
        meant = get_close_matches(word, [*(_written(one, word, index) for one in swapped[:1]), *forms], 1, 0.0)
        if meant:
            spelled = re.sub(rf"\b{re.escape(question[start:end])}\b", meant[0], spelled)
    return spelled if spelled != question else None


def _is_english(word: str, index: Index) -> bool:
    """Whether the embedding model knows a word, or that which it is a regular form of: anything else it reads in pieces."""
    stem = _ENDING.sub("", word)
    return any(index.encoder.knows(one) for one in (word, stem, stem + "e", stem + "y"))


def _written(known: str, like: str, index: Index) -> str:
    """A word of the articles that has this term: of its forms the one likest to what a person wrote."""
    passages = [index.passage(row) for row in index.matching([known], READ)[0].tolist()]
    texts = [" ".join((passage.article.title, *passage.heading, passage.text)) for passage in passages]
    forms = {word for text in texts for word, _, _ in words(text) if term(word) == known}
    return next(iter(get_close_matches(like, sorted(forms), 1, 0.0)), known)

"""A question with words that no article holds → the question that was meant, as far as spelling tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from .terms import term, words

if TYPE_CHECKING:
    from .index import Index

LIKE = 0.85  # of two spellings, by difflib's ratio: "vetrinarian" and "veterinarian" have 0.96, "elecrtician" and "electrician" 0.91
SHORTEST = 5  # letters of a term that is taken for another: a shorter one is like too many
READ = 5  # passages that are looked through for how a term is written


def meant(question: str, unknown: Sequence[str], index: Index) -> str | None:
    """The question with each unknown word spelled as the likest one of an article; None where one is like none.

    The first letter is taken to be right.
    """
    for written in dict.fromkeys(unknown):
        own = term(written.lower())
        like = get_close_matches(own, index.terms_from(own[:1]), 1, LIKE) if len(own) >= SHORTEST else []
        if not like:
            return None
        question = re.sub(rf"\b{re.escape(written)}\b", _written(like[0], written, index), question)
    return question if unknown else None


def _written(known: str, like: str, index: Index) -> str:
    """A word of the articles that has this term: of its forms the one likest to what a person wrote."""
    passages = [index.passage(row) for row in index.matching([known], READ)[0].tolist()]
    texts = [" ".join((passage.article.title, *passage.heading, passage.text)) for passage in passages]
    forms = {word for text in texts for word, _, _ in words(text) if term(word) == known}
    return next(iter(get_close_matches(like.lower(), sorted(forms), 1, 0.0)), known)

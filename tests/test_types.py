"""The nouns."""

from __future__ import annotations

import dataclasses

import pytest

from counsel.types import Article, Citation, PageMark, Passage

ARTICLE = Article("a.pdf", "A", None, None, "2025-03", "one two three", (PageMark(0, 1, "i"), PageMark(4, 2, "ii")))


def test_the_text_of_a_passage_and_the_quote_of_a_citation_are_slices_of_the_article() -> None:
    passage = Passage(ARTICLE, 4, 13)
    assert (passage.text, Citation(1, passage, 8, 13).quote) == ("two three", "three")


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (3, 1), (4, 2), (12, 2)])
def test_a_place_is_on_the_page_that_began_last_before_it(offset: int, page: int) -> None:
    assert ARTICLE.page_at(offset) == page


def test_an_article_without_pages_has_no_page() -> None:
    assert dataclasses.replace(ARTICLE, pages=()).page_at(3) is None


def test_nouns_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ARTICLE.title = "B"  # type: ignore[misc]

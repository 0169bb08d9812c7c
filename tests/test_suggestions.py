"""Questions made from headings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counsel.suggestions import questions_in
from counsel.types import Article


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Is a degree needed?", "Is a degree needed?"),
        ("How to Become a Baker", "How do I become a baker?"),
        ("How to Bake Your Bread for Yourself", "How do I bake my bread for myself?"),
        ("3. Key Skills of a Baker", "What are the key skills of a baker?"),
        ("The usual steps", "What are the usual steps?"),
        ("What Bakers Do: Main Activities", "What do bakers do?"),
        ("Who is a baker", "Who is a baker?"),
        ("How to become a baker?", "How to become a baker?"),
        ("What is Rye Bread", "What is rye bread?"),
        ("Interview rounds", "What are the interview rounds?"),
        ("What is a baker? The role explained", "What is a baker?"),
    ],
)
def test_a_heading_becomes_the_question_its_section_answers(article: Callable[..., Article], heading: str, question: str) -> None:
    assert list(questions_in(article(f"# On work\n\n## {heading}\n\nText about it.\n"))) == [question]


@pytest.mark.parametrize(
    "heading",
    [
        "What is not covered?",
        "What to expect",
        "Summary of Benefits",
        "Introduction",
        "Conclusion",
        "FAQ",
        "Questions people ask",
        "Germany",
        "Working with others",
        "In short",
    ],
)
def test_a_heading_that_names_nothing_by_itself_becomes_none(article: Callable[..., Article], heading: str) -> None:
    assert list(questions_in(article(f"# On work\n\n## {heading}\n\nText about it.\n"))) == []


def test_qualities_are_asked_of_those_the_article_is_called_after(article: Callable[..., Article]) -> None:
    read = article("# Pastry Cooks\n\n## Important Qualities\n\nPatience.\n\n## Important Qualities of Bakers\n\nStrength.\n")
    assert list(questions_in(read)) == ["What are the important qualities of pastry cooks?", "What are the important qualities of bakers?"]


def test_a_verb_is_small_whatever_the_article_does_with_it_and_nothing_is_asked_twice(article: Callable[..., Article]) -> None:
    read = article("# On work\n\n## How to Become a Baker\n\nSee also, Become a Cook.\n\n## How to Become a Baker\n\nAgain.\n")
    assert list(questions_in(read)) == ["How do I become a baker?"]


def test_names_keep_their_capitals(article: Callable[..., Article]) -> None:
    read = article("# On work\n\n## Skills for Python and AI Courses\n\nWe use Python daily.\n\n## Key Courses in Python\n\nText.\n")
    assert list(questions_in(read)) == ["What are the key courses in Python?"]

"""What a mistyped question meant, by the words of the articles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counsel.chat import reply
from counsel.index import Index
from counsel.spelling import corrected
from counsel.types import Turn

ARTICLES = {
    "vets.md": "# Veterinarians\n\n## What veterinarians do\n\nThey treat animals. The salary of a veterinarian is €50,000.\n",
    "bakers.md": "# Bakers\n\n## What bakers do\n\nBakers bake bread in Indiana. They count it with Python. Who is learning is poor. "
    "Their salaries are low. Yeast may be artificial.\n",
}


@pytest.fixture(scope="module")
def index(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(ARTICLES)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do vetrinarians do?", "What do veterinarians do?"),
        ("What does a veternarian do?", "What does a veterinarian do?"),
        ("salry of a vetrinarian", "salary of a veterinarian"),
        ("Vetrinarians?", "veterinarians?"),
        ("Do bakers need quantum salries?", "Do bakers need quantum salaries?"),
        ("Who counts with Pyhton?", "Who counts with python?"),
        ("Who is lerning?", "Who is learning?"),
        ("How atrificial is it?", "How artificial is it?"),
        ("How artifical is it?", "How artificial is it?"),  # which is stemmed otherwise
    ],
)
def test_a_mistyped_word_is_read_as_the_likest_one_in_the_form_it_was_given(index: Index, question: str, expected: str) -> None:
    assert corrected(question, index) == expected


@pytest.mark.parametrize(
    "word", ["India", "Indiena", "brad", "astronauts", "quantum", "indian", "banker", "bakeries", "東京", "shouldn't", ""]
)
def test_names_and_words_that_are_spelled_well_are_left_alone(index: Index, word: str) -> None:
    assert corrected(f"Who are {word}?", index) is None


def test_a_question_that_would_be_refused_is_answered_as_it_was_meant_and_says_so(index: Index) -> None:
    given = reply([Turn("What do vetrinarians do?")], index)
    assert (given.status, given.standalone) == ("answered", "What do veterinarians do?")
    assert given.citations[0].passage.article.path == "vets.md"


def test_a_question_that_has_no_answer_as_it_was_meant_either_is_refused_as_it_was_put(index: Index) -> None:
    given = reply([Turn("Why do vetrinarians emigrate to Brazil?")], index)
    assert (given.status, given.standalone) == ("refused", None)
    assert "Brazil" in (given.reason or "")

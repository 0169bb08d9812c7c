"""What a mistyped question meant, by the words of the articles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counsel.answer import answer
from counsel.index import Index
from counsel.spelling import meant

ARTICLES = {
    "vets.md": "# Veterinarians\n\n## What veterinarians do\n\nThey treat animals. The salary of a veterinarian is €50,000.\n",
    "bakers.md": "# Bakers\n\n## What bakers do\n\nBakers bake bread in Indiana. Their salaries are low.\n",
}


@pytest.fixture(scope="module")
def index(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(ARTICLES)


@pytest.mark.parametrize(
    ("question", "unknown", "expected"),
    [
        ("What do vetrinarians do?", ["vetrinarians"], "What do veterinarians do?"),
        ("What does a veternarian do?", ["veternarian"], "What does a veterinarian do?"),
        ("salry of a vetrinarian", ["salry", "vetrinarian"], "salary of a veterinarian"),
        ("Vetrinarians?", ["Vetrinarians"], "veterinarians?"),
    ],
)
def test_a_mistyped_word_is_read_as_the_likest_one_in_the_form_it_was_given(
    index: Index, question: str, unknown: list[str], expected: str
) -> None:
    assert meant(question, unknown, index) == expected


@pytest.mark.parametrize("unknown", [["India"], ["brad"], ["astronauts"], ["veterinarians", "quantum"], ["東京"], []])
def test_a_word_that_is_like_none_is_left_alone(index: Index, unknown: list[str]) -> None:
    assert meant(f"Who are {' '.join(unknown)}?", unknown, index) is None


def test_a_refusal_offers_the_question_as_it_was_meant(index: Index) -> None:
    given = answer("What do vetrinarians do?", index)
    assert (given.status, given.reason) == ("refused", "No article mentions “vetrinarians”.")
    assert (given.nearest[0].path, given.nearest[0].question) == ("vets.md", "What do veterinarians do?")
    assert answer(given.nearest[0].question or "", index).status == "answered"
    assert len({near.path for near in given.nearest}) == len(given.nearest)


def test_a_name_is_never_taken_for_another(index: Index) -> None:
    assert all("Indiana" not in (near.question or "") for near in answer("What do bakers earn in Indiena?", index).nearest)

"""Double questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS

from counsel.chat import reply
from counsel.index import Index
from counsel.parts import lacks_subject, parts
from counsel.questions import read
from counsel.types import Answer, Turn


@pytest.fixture(scope="module")
def careers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS)


def asked(index: Index, *questions: str) -> Answer:
    return reply([Turn(question) for question in questions], index)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does a baker earn and how do I become a welder?", ("What does a baker earn?", "How do I become a welder?")),
        ("Which skills do I need, and what does it pay?", ("Which skills do I need?", "What does it pay?")),
        ("What does a baker do? What does it pay?", ("What does a baker do?", "What does it pay?")),
        ("What do bakers earn, what do cooks earn and who pays them?", ("What do bakers earn?", "What do cooks earn?", "Who pays them?")),
        ("What do employers look for and is a degree needed?", ("What do employers look for?", "Is a degree needed?")),
    ],
)
def test_a_double_question_is_split_into_questions(question: str, expected: tuple[str, ...]) -> None:
    assert parts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between a deck oven and a rack oven?",
        "How does research and development work?",
        "What are the pros and cons of working at night?",
        "When and where do I apply?",
        "What should I learn first, and why?",
        "Explain what a baker does and how much they earn.",
        "What do I say when I am asked what I earn and how I work?",
        "When many people are ill, what does a bakery do?",
        "What can I do if I have a diploma and do not want to bake?",
        "I am forty. Can I still become a baker?",
        "Which bakers are well paid and have a quiet day?",
        "Should I become a baker or should I become a cook?",
        "What? Why? How?",
        "",
    ],
)
def test_one_question_is_not_split(question: str) -> None:
    assert parts(question) == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which tools are used?", True),
        ("What is the salary?", True),
        ("How old do you have to be?", True),
        ("What does a baker earn?", False),
        ("How do I become a cook?", False),
    ],
)
def test_a_question_lacks_its_subject_when_it_names_only_what_it_asks_for(question: str, expected: bool) -> None:
    assert lacks_subject(read(question)) is expected


def test_the_parts_are_answered_in_order_with_marks_that_go_on(careers: Index) -> None:
    given = asked(careers, "How much does a baker earn in Norway and what duties do bakers have?")
    texts = [line.text for line in given.lines]
    assert texts[0] == "In Norway, a baker earns about 390,000 kroner a year."
    assert texts.index("Bakers have these duties:") < texts.index("weighing and mixing the ingredients")
    assert given.standalone is None
    assert [citation.number for citation in given.citations] == list(range(1, len(given.citations) + 1))
    assert {mark for line in given.lines for mark in line.marks} == {citation.number for citation in given.citations}
    assert len(texts) == len(set(texts))


def test_a_part_that_is_not_covered_is_named_with_the_reason_and_the_other_is_answered(careers: Index) -> None:
    given = asked(careers, "How much does a baker earn in Norway, and who wrote Hamlet?")
    assert given.status == "answered"
    assert given.lines[0].text == "In Norway, a baker earns about 390,000 kroner a year."
    assert (given.lines[-1].kind, given.lines[-1].text) == ("note", "Not answered: “Who wrote Hamlet?” No article mentions “Hamlet”.")


def test_a_double_question_is_refused_when_neither_part_is_covered(careers: Index) -> None:
    given = asked(careers, "Who wrote Hamlet and what is the capital of Australia?")
    assert (given.status, given.lines, given.citations) == ("refused", (), ())
    assert given.reason == "No article mentions “Hamlet”. No article mentions “Australia”."
    assert 0 < len(given.nearest) <= 3
    assert len({near.path for near in given.nearest}) == len(given.nearest)


def test_a_part_takes_its_subject_from_the_one_before_it(careers: Index) -> None:
    given = asked(careers, "What does a deck oven bake on, and what does it give?")
    assert any("firm crust" in line.text for line in given.lines)
    given = asked(careers, "What is a baker and which duties are required?")
    assert "Bakers have these duties:" in [line.text for line in given.lines]
    assert "weighing and mixing the ingredients" in [line.text for line in given.lines]


def test_a_part_of_a_follow_up_takes_its_subject_from_the_conversation(careers: Index) -> None:
    given = asked(careers, "What is a baker?", "Which duties are required, and how much does it pay in Norway?")
    assert "In Norway, a baker earns about 390,000 kroner a year." in [line.text for line in given.lines]


def test_parts_that_one_line_answers_are_one_question_after_all(careers: Index) -> None:
    texts = [line.text for line in asked(careers, "What is a baker, and what does a baker make for a living?").lines]
    assert sum("makes bread and pastry" in text for text in texts) == 1

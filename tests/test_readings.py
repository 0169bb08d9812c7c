"""A follow-up that names nothing of its own: what it is about is decided by what is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS
from trades import TRADES

from counsel.chat import reply, understand
from counsel.index import Index
from counsel.types import Turn

SADDLERS = """# Saddlers and Harness Makers

## What Saddlers Do

Saddlers cut and sew saddles. Harness makers sew reins.

## Pay

The median wage of saddlers was €29,300 in 2024; the tips of saddlers are not counted. Harness finishers earn less than harness makers.

## Work Environment

Saddlers work in small shops. There is little heavy lifting for saddlers.
"""

PORTERS = """# Porters

## Work Environment

There is much heavy lifting at night. Porters carry heavy boxes; the heavy lifting is hard. The tips of guests are counted in the wage.
"""


@pytest.fixture(scope="module")
def trades(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({**CAREERS, **TRADES, "saddlers.md": SADDLERS, "porters.md": PORTERS})


def read(index: Index, *asked: str) -> str | None:
    return understand([Turn(question) for question in asked], index)


def test_a_question_that_many_articles_answer_as_well_is_about_what_was_asked_before(indexed: Callable[[dict[str, str]], Index]) -> None:
    work = {"Potters": "form clay", "Weavers": "weave cloth", "Coopers": "build barrels"}
    told = (
        "# {0}\n\n{0} {1} all day.\n\n## Education\n\n{0} usually hold a diploma of an art school.\n\n## Work\n\n{0} answer to a master.\n"
    )
    trades = {f"{trade}.md": told.format(trade, done) for trade, done in work.items()}
    index = indexed(trades)
    assert read(index, "What do weavers do?", "What should I study?") == "What should I study for weavers?"
    index = indexed({**trades, "degrees.md": "# Degrees\n\nWhat you should study is law: to study it takes five years.\n"})
    assert read(index, "What do weavers do?", "What should I study?") is None


def test_what_a_pronoun_stands_for_may_have_to_be_told_of_what(indexed: Callable[[dict[str, str]], Index]) -> None:
    told = "# {0}\n\n{0} work all day.\n\n## Training\n\nAn apprenticeship of {0} lasts {1} years.\n"
    index = indexed({f"{trade}.md": told.format(trade, years) for trade, years in (("Potters", 3), ("Weavers", 4), ("Coopers", 5))})
    meaning = "How long is an apprenticeship for weavers?"
    assert read(index, "What do weavers do?", "Is there an apprenticeship for weavers?", "How long is it?") == meaning
    assert read(index, "What do weavers do?", "Do they have an apprenticeship?", "How long is it?") == meaning


def test_a_name_is_whole_that_the_title_of_its_article_writes_with_a_hyphen(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({**CAREERS, "hotels.md": "# In-House Bakers\n\nAn in-house baker works for a hotel and earns €27,000.\n"})
    assert read(index, "How does an in house baker work?", "What do they earn?") == "What do in-house bakers earn?"


@pytest.mark.parametrize(
    ("before", "question", "meaning"),
    [
        ("Do saddlers need a degree?", "How much heavy lifting is there?", "How much heavy lifting is there for saddlers?"),
        ("What does a saddler earn?", "Are tips counted in that?", "Are tips counted in that, for a saddler?"),
    ],
)
def test_a_question_that_finds_what_it_does_not_name_is_told_what_was_asked_about(
    trades: Index, before: str, question: str, meaning: str
) -> None:
    assert read(trades, before, question) == meaning


@pytest.mark.parametrize(
    "question",
    [
        "How much do porters lift?",  # an article is called so
        "How much heavy lifting is there at Acme?",  # a name of its own
        "Who makes bread?",  # the article of the question before does not say
        "Who sews reins?",  # it does, and is found as it is
        "I carry boxes. How much heavy lifting is there?",  # more is said than a question
    ],
)
def test_a_question_that_names_or_finds_its_own_subject_is_not_told_another(trades: Index, question: str) -> None:
    assert read(trades, "Do saddlers need a degree?", question) is None


def test_a_question_that_would_be_refused_is_taken_to_be_about_what_was_asked_before(trades: Index) -> None:
    question = "What is the working place like?"
    assert reply([Turn(question)], trades).status == "refused"
    given = reply([Turn("What do saddlers do?"), Turn(question)], trades)
    assert (given.status, given.standalone) == ("answered", "What is the working place like for saddlers?")
    assert given.lines[0].text == "Saddlers work in small shops."


@pytest.mark.parametrize("question", ["What is the working place like at Acme?", "What do people wear?"])
def test_one_with_a_name_of_its_own_or_without_an_answer_there_is_refused_as_it_was_put(trades: Index, question: str) -> None:
    given = reply([Turn("What do saddlers do?"), Turn(question)], trades)
    assert (given.status, given.standalone) == ("refused", None)


def test_what_a_question_leaves_out_is_what_the_article_found_before_is_called_after(trades: Index) -> None:
    assert read(trades, "Do saddlers need a degree?", "What is the salary?") == "What is the salary for saddlers?"


def test_what_is_said_to_be_known_is_told_in_full_where_the_article_does(trades: Index) -> None:
    asked = "What do harness makers earn?"
    assert read(trades, asked, "Is it the same for the finishers?") == "What do harness finishers earn?"
    assert read(trades, asked, "And the cooks?") == "What do the cooks earn?"

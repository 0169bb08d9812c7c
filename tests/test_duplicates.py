"""Lines that say the same count as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counsel.answer import answer
from counsel.duplicates import key
from counsel.index import Index

TRAINING = """# Training as a beekeeper

A beekeeper looks after colonies of honeybees and harvests what they make.

## Learning the trade

Most beekeepers learn for two summers with an experienced colleague before they keep colonies alone. A colony of a beekeeper holds up to
60,000 bees in June.

## Tools

A beekeeper uses these tools:

- a smoker to calm the colony
- a hive tool to lift the frames
- a veil against stings
"""
REPOST = """# Beekeepers at work

We liked this text about beekeepers so much that we print a part of it. In June the colony of a beekeeper sings.

A colony of a beekeeper holds up to 60,000 bees in June.

## How beekeepers start

Most beekeepers learn for around two summers with experienced colleagues before they keep colonies alone.

## What is in the box

Beekeepers use these tools:

- a smoker to calm the colony
- a hive tool to lift the frames
- a veil against stings
"""
FALCONER = """# Training as a falconer

Falconers keep birds of prey. This trade is quiet and old.

## Insurance

Insurance against damage to other people is usually paid by the landowner.
"""
WARDEN = """# Training as a warden

Wardens look after reserves. This trade is outdoors in every weather.

## Insurance

Insurance against damage to other people is usually paid by the landowner.
"""


@pytest.fixture(scope="module")
def trades(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({"bees.md": TRAINING, "falcon.md": FALCONER, "repost.md": REPOST, "warden.md": WARDEN})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakers earn about €21,000 a year.", "A baker earns around €21,000 per year!"),
        ("**Remote workers** agree on core hours with the team.", "Remote workers agree upon core hours with their teams."),
    ],
)
def test_lines_that_differ_in_light_words_only_say_the_same(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bakers earn about €21,000 a year.", "Bakers earn about €23,000 a year."),
        ("In Spain, bakers start before dawn.", "In Norway, bakers start before dawn."),
        ("An examination is needed to lead a bakery.", "An examination is not needed to lead a bakery."),
        ("Employment of bakers is expected to grow 5 percent.", "Employment of butchers is expected to grow 5 percent."),
        ("Bakers earn more than butchers.", "Butchers earn more than bakers."),
        ("You must join a guild.", "You may join a guild."),
    ],
)
def test_a_number_a_name_a_not_or_another_word_makes_another_line(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_a_line_that_two_articles_hold_is_said_once_with_both_marks(trades: Index) -> None:
    given = answer("How long do most beekeepers learn?", trades)
    said = [line.text for line in given.lines]
    assert sum("two summers" in text for text in said) == 1
    at = next(at for at, text in enumerate(said) if "two summers" in text)
    assert {given.citations[mark - 1].passage.article.path for mark in given.lines[at].marks} == {"bees.md", "repost.md"}
    assert all("two summers" in given.citations[mark - 1].quote for mark in given.lines[at].marks)
    assert (given.lines[at + 1].text, given.lines[at + 1].kind, given.lines[at + 1].marks) == ("2 articles say this.", "note", ())


def test_a_line_with_a_number_is_found_in_the_other_article_however_its_lines_are_broken(trades: Index) -> None:
    given = answer("How many bees does the colony of a beekeeper hold?", trades)
    assert (given.lines[0].text, given.lines[0].marks) == ("A colony of a beekeeper holds up to 60,000 bees in June.", (1, 2))
    assert given.lines[1].text == "2 articles say this."


def test_a_list_that_two_articles_hold_is_said_once_and_told_after_its_last_item(trades: Index) -> None:
    given = answer("What tools does a beekeeper use?", trades)
    assert [line.text for line in given.lines[1:5]] == [
        "a smoker to calm the colony",
        "a hive tool to lift the frames",
        "a veil against stings",
        "2 articles say this.",
    ]
    assert {line.marks for line in given.lines[:4]} == {(1, 2)}
    assert [citation.quote.count("\n-") for citation in given.citations[:2]] == [3, 3]


def test_the_same_words_about_another_trade_are_not_counted(trades: Index) -> None:
    given = answer("Who pays the insurance of a falconer?", trades)
    assert given.lines[0].text == "Insurance against damage to other people is usually paid by the landowner."
    assert [citation.passage.article.path for citation in given.citations] == ["falcon.md"]
    assert "2 articles say this." not in [line.text for line in given.lines]

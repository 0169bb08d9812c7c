"""Lines of different articles that give different figures for what was asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from counsel.answer import answer
from counsel.figures import figures
from counsel.index import Index

OLDER = """---
title: Working as a thatcher
date: 2019-05-02
---
# Working as a thatcher

Thatchers cover roofs with reed and straw.

## Money

A thatcher earns about £24,000 a year. A senior thatcher can reach £41,000 a year.

## Training

An apprenticeship as a thatcher takes three years.

## Tools

A thatcher spends about £900 on a first set of tools.
"""
NEWER = """---
title: The thatcher's trade today
date: 2025-09-01
---
# The thatcher's trade today

Fewer than a thousand thatchers are left, and they are wanted.

## What it brings in

Thatchers earn roughly £31,000 per year on average. In Devon, thatchers earn around £35,000 per year.

## How long it takes

An apprenticeship as a thatcher takes four years.

## Roofs

A thatched roof lasts between 25 and 40 years.
"""
OTHERS = """---
title: Slaters and tilers
date: 2024-01-15
---
# Slaters and tilers

Slaters work beside thatchers on old houses.

## Pay

A slater earns about £29,000 a year. A master thatcher earns about £52,000 a year. In 2015 thatchers earned about £21,000 a year.

## Training

An apprenticeship as a slater takes two years.

## Roofs

A slate roof lasts for 100 years. Thatched roofs last for 30 years on average.
"""


@pytest.fixture(scope="module")
def roofs(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({"newer.md": NEWER, "older.md": OLDER, "others.md": OTHERS})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 390,000 kroner a year", [("money", "kroner a year", 390_000, 390_000)]),
        ("between $90,000 and $120,000", [("money", "dollar a year", 90_000, 120_000)]),
        ("₹8 lakhs a year", [("money", "rupee a year", 800_000, 800_000)]),
        ("$1.2bn and £3m a year", [("money", "dollar a year", 1.2e9, 1.2e9), ("money", "pound a year", 3e6, 3e6)]),
        ("$90–120k a year", [("money", "dollar a year", 90_000, 120_000)]),
        ("$25.50 per hour, $53,000 annually", [("money", "dollar a hour", 25.5, 25.5), ("money", "dollar a year", 53_000, 53_000)]),
        ("$100,000 and $130,000", [("money", "dollar a year", 100_000, 100_000), ("money", "dollar a year", 130_000, 130_000)]),
        ("two weeks to a month", [("time", "day", 14, 14)]),
        ("a three-year course", [("time", "day", 1095, 1095)]),
        ("5 percent from 2024 to 2034", [("share", "percent", 5, 5), ("date", "", 2024, 2034)]),
        ("8,400 openings", [("count", "", 8400, 8400)]),
        ("one person", []),
    ],
)
def test_a_figure_is_read_with_what_it_is_a_figure_of(text: str, expected: list[tuple[str, str, float, float]]) -> None:
    assert [(figure.kind, figure.unit, figure.low, figure.high) for figure in figures(text)] == expected


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("£24,000 a year", "£31,000 per year", True),
        ("about $101,000", "$100,600", False),  # the same to two digits
        ("£24,000 a year", "£2,000 a month", False),  # of different periods
        ("€24,000", "£31,000", False),
        ("18 months", "between one and two years", False),
        ("18 months", "two years", True),
        ("1998", "1999", True),
    ],
)
def test_figures_differ_when_they_cannot_both_be_right(one: str, other: str, differ: bool) -> None:
    assert next(figures(one)).differs(next(figures(other))) is differ
    assert next(figures(other)).differs(next(figures(one))) is differ


def said(index: Index, question: str) -> list[str]:
    return [line.text for line in answer(question, index).lines]


def test_lines_that_disagree_stand_side_by_side_with_their_sources_and_dates(roofs: Index) -> None:
    given = answer("What does a thatcher earn?", roofs)
    assert sorted(line.text for line in given.lines if line.marks) == [
        "A thatcher earns about £24,000 a year.",
        "Thatchers earn roughly £31,000 per year on average.",
    ]
    assert (given.lines[0].kind, given.lines[0].marks) == ("note", ())
    assert given.lines[0].text.startswith("Sources differ: “")
    assert "“Working as a thatcher” (2 May 2019)" in given.lines[0].text
    assert "“The thatcher's trade today” (1 September 2025)" in given.lines[0].text
    assert [line.marks for line in given.lines[1:3]] == [(1,), (2,)]
    assert given.lines[0].text.index(given.citations[0].passage.article.title) < given.lines[0].text.index(
        given.citations[1].passage.article.title
    )


def test_terms_of_training_that_differ_are_told(roofs: Index) -> None:
    lines = said(roofs, "How long does an apprenticeship as a thatcher take?")
    assert lines[0].startswith("Sources differ: ")
    assert sorted(lines[1:3]) == ["An apprenticeship as a thatcher takes four years.", "An apprenticeship as a thatcher takes three years."]


@pytest.mark.parametrize(
    "question",
    [
        "What does a slater earn?",  # another trade earns other money
        "What does a senior thatcher earn?",
        "What does a thatcher earn in Devon?",
        "What did thatchers earn in 2015?",
        "What does a master thatcher earn?",
        "How long does an apprenticeship as a slater take?",
        "How long does a thatched roof last?",  # 30 lies between 25 and 40
        "What does a first set of tools cost a thatcher?",
    ],
)
def test_lines_about_other_trades_places_levels_and_years_do_not_disagree(roofs: Index, question: str) -> None:
    given = answer(question, roofs)
    assert given.status == "answered"
    assert not any(line.text.startswith("Sources differ") for line in given.lines)

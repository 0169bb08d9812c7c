"""Answers that age: newer sources first, old ones flagged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from counsel.age import ages
from counsel.answer import answer
from counsel.index import Index
from counsel.questions import read

LAST_YEAR = date.today().year - 1
OLD = """---
title: Glaziers, a portrait
date: 2012-06-01
---
# Glaziers, a portrait

In most towns a glazier earns well, above all by mending church windows.

## Tools

A glazier cuts glass with a diamond wheel.

## Fees

Notaries paid about 90 crowns a page for a sworn copy.
"""
NEW = f"""---
title: Glaziers now
date: {LAST_YEAR}-06-01
---
# Glaziers now

In most towns a glazier earns badly, for factories took over plain work.
"""


@pytest.fixture(scope="module")
def glass(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({"a-old.md": OLD, "b-new.md": NEW})


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does a glazier earn?", True),
        ("Is a permit needed to cut glass?", True),
        ("Which skills are in demand?", True),
        ("Who is the latest master of the guild?", True),
        ("What tools do glaziers use these days?", True),
        ("Which tools do glaziers currently use?", True),
        ("What tools does a glazier use?", False),
        ("What did a glazier earn in 1987?", False),
    ],
)
def test_pay_law_hiring_and_what_is_asked_as_of_now_ages_unless_a_year_is_named(question: str, expected: bool) -> None:
    assert ages(read(question)) is expected


def test_of_lines_about_as_good_the_newer_goes_first_and_the_old_one_is_flagged_with_its_date(glass: Index) -> None:
    given = answer("What does a glazier earn in most towns?", glass)
    texts = [line.text for line in given.lines]
    assert texts[0].startswith("In most towns a glazier earns badly")
    assert texts[1].startswith("In most towns a glazier earns well")
    assert given.lines[-1].text == "“Glaziers, a portrait” is from 1 June 2012: this may have changed since."
    assert (given.lines[-1].kind, given.lines[-1].marks) == ("note", ())


def test_an_old_source_is_flagged_when_no_newer_one_speaks_of_it(glass: Index) -> None:
    given = answer("What did notaries pay for a sworn copy?", glass)
    assert given.lines[0].text == "Notaries paid about 90 crowns a page for a sworn copy."
    assert "is from 1 June 2012: this may have changed since" in given.lines[-1].text


def test_what_does_not_age_is_not_flagged(glass: Index) -> None:
    given = answer("What does a glazier cut glass with?", glass)
    assert given.lines[0].text == "A glazier cuts glass with a diamond wheel."
    assert not any("may have changed" in line.text for line in given.lines)

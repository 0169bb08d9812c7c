"""The client's four articles, end to end: what the product is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from counsel.chat import reply, understand
from counsel.index import Index
from counsel.render import to_json
from counsel.types import Answer, Turn


def rows(index: Index) -> Iterator[str]:
    return (index.passage(row).text for row in range(len(index)))


@pytest.mark.parametrize("furniture", ["Vivo X300", "Arjun Tendulkar", "@techelopment", "Popular posts"])
def test_page_furniture_is_in_no_passage(seeds: Index, furniture: str) -> None:
    assert not [text for text in rows(seeds) if furniture in text]


def test_no_line_of_an_article_with_doubled_captions_stands_twice(seeds: Index) -> None:
    text = next(seeds.article(card.path).text for card in seeds.cards() if card.path.startswith("001"))
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    assert sorted(lines) == sorted(set(lines))


def asked(seeds: Index, question: str) -> Answer:
    return reply([Turn(question)], seeds)


def test_the_pay_in_germany_is_answered_with_its_line(seeds: Index) -> None:
    given = asked(seeds, "How much do AI engineers earn in Germany?")
    assert given.status == "answered"
    assert "€90,000" in given.lines[0].text
    assert given.lines[0].marks == (1,)
    assert given.citations[0].passage.article.path.startswith("001")


def test_the_capital_of_australia_is_refused(seeds: Index) -> None:
    assert asked(seeds, "What is the capital of Australia?").status == "refused"


def test_pay_in_a_country_no_article_mentions_is_refused_by_its_name(seeds: Index) -> None:
    given = asked(seeds, "What is the average AI engineer salary in Brazil?")
    assert (given.status, given.reason) == ("refused", "No article mentions “Brazil”.")
    assert asked(seeds, "average ai engineer salary in brazil").reason == "No article mentions “brazil”."


def test_of_two_parts_that_new_words_may_replace_it_is_the_one_that_finds_more(seeds: Index) -> None:
    turns = [Turn("how is ai used in finance"), Turn("how about entertainment")]
    assert understand(turns, seeds) == "How is ai used in entertainment?"


def test_the_labelled_questions_are_answered_as_the_issue_asks(seeds: Index, shared: Path) -> None:
    """Measured: 0.964, 1.0 and 1.0; the floors are those of the first issue."""
    import sys

    sys.path.insert(0, str(shared / "eval"))
    import score  # type: ignore[import-not-found]  # the labelled sets' own scorer

    questions = score.rows(shared / "eval" / "seeds.jsonl")
    answers = [{"id": row["id"], **to_json(reply([Turn(turn) for turn in row["turns"]], seeds))} for row in questions]
    figures, misses = score.score_ask(questions, answers, str(shared / "seeds"))
    told = json.dumps(figures) + "\n" + "\n".join(map(str, misses))
    assert figures["answerable"]["good"] >= 0.85, told
    assert figures["follow-up"]["good"] >= 0.8, told
    assert figures["unanswerable"]["good"] >= 0.8, told
    assert figures["quotes_verbatim"] == 1.0, told
    assert figures["answers_with_dangling_or_no_marks"] == 0, told
    assert figures["median_words"] <= 60, told

"""Filters beside a question: what is one, what is none, and what each lets through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS
from hypothesis import given
from hypothesis import strategies as st

from counsel.answer import answer
from counsel.chat import reply, understand
from counsel.filters import NONE, Filters, separate
from counsel.index import Index
from counsel.marks import readable
from counsel.search import search
from counsel.types import Turn

OLD = """---
title: Bakers' pay in former days
date: 2019-05
---
# Bakers' pay in former days

In Norway, a baker earned about 310,000 kroner a year.
"""


@pytest.fixture(scope="module")
def careers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS | {"Archive/Résumé of pay.md": OLD})


def paths(question: str, index: Index) -> set[str]:
    return {hit.passage.article.path for hit in search(question, index, 100)}


# what is a filter


@pytest.mark.parametrize(
    ("typed", "bare", "filters"),
    [
        ("What do bakers earn? file:pay.md", "What do bakers earn?", Filters(files=("pay.md",))),
        ("What do bakers earn file:pay.md?", "What do bakers earn?", Filters(files=("pay.md",))),
        ('FILE:"two words.md" what', "what", Filters(files=("two words.md",))),
        ("file:a.md file:b.md why", "why", Filters(files=("a.md", "b.md"))),
        ("After:2024 pay before:2024-06-15", "pay", Filters(after=("2024",), before=("2024-06-15",))),
        ("ovens -steam, -C++ -entry-level", "ovens,", Filters(without=("steam", "C++", "entry-level"))),
        ('ovens -"deck oven"', "ovens", Filters(without=("deck oven",))),
        ('What is a "deck oven?"', 'What is a "deck oven?"', Filters(phrases=("deck oven",))),
        ("What is a “deck oven”", "What is a “deck oven”", Filters(phrases=("deck oven",))),
        ('"how to -remote" now', '"how to -remote" now', Filters(phrases=("how to -remote",))),
    ],
)
def test_filters_are_taken_out_of_the_question_but_for_a_phrase(typed: str, bare: str, filters: Filters) -> None:
    assert separate(typed) == (bare, filters)


@pytest.mark.parametrize(
    "text",
    [
        *("title:pay what", "file: pay.md", "file:", "after:", "-", "--json", '""', '" "', "profile:me"),
        *("after:lately", "after:2024-13", "before:2023-02-29", "after:24", "after:2024/05"),
        *('say "open', 'a 24" and a 27" screen', "it's the bakers' own"),
        *("entry-level jobs", "X - Y", "is it -5 or -$5 or -3.5%?", "E2f-1, -2, -3", "and -or- so"),
        *("at 9:30", "see https://example.org/-x?after:2024", "file:///etc/hosts", "note: -)"),
        "I sell bread -can I bake it?",
    ],
)
def test_what_is_no_filter_stays_in_the_question(text: str) -> None:
    assert separate(text) == (text, NONE)


@given(st.text(st.sampled_from('ab:-"“” ?.file:after:2024'), max_size=40))
def test_what_is_left_of_a_question_holds_no_filter_but_its_phrases(text: str) -> None:
    bare, filters = separate(separate(text)[0])
    assert filters.files == filters.after == filters.before == ()
    assert bare == separate(bare)[0]


@pytest.mark.parametrize("typed", ['file:pay.md file:"two words.md" after:2024 before:2025-06 "a phrase" -word -"two words"'])
def test_filters_are_told_as_they_were_typed(typed: str) -> None:
    assert str(separate(typed)[1]) == typed


# what each lets through


@pytest.mark.parametrize(
    ("name", "through"),
    [
        ("pay.md", {"pay.md", "Archive/Résumé of pay.md"}),
        ("PAT", {"path.md"}),
        ("resume", {"Archive/Résumé of pay.md"}),
        ("archive/", {"Archive/Résumé of pay.md"}),
        ("pa*.md", {"pay.md", "path.md"}),
        ("*/*", {"Archive/Résumé of pay.md"}),
        ("work file:path", {"work.md", "path.md"}),
    ],
)
def test_a_file_is_named_by_a_part_of_its_path_or_a_pattern(careers: Index, name: str, through: set[str]) -> None:
    assert paths(f"What do bakers earn? file:{name}", careers) == through


@pytest.mark.parametrize(
    ("limits", "through"),
    [
        ("after:2019-05-01", {"2025-03-04", "2019-05"}),
        ("after:2019-05-02", {"2025-03-04"}),
        ("after:2025-03-04", {"2025-03-04"}),
        ("before:2025-03-04", {"2019-05"}),
        ("after:2019 before:2025", {"2019-05"}),
        ("before:2026 after:2019 after:2020", {"2025-03-04"}),
    ],
)
def test_dates_of_any_precision_compare_by_their_first_day_and_an_undated_article_is_left_out(
    careers: Index, limits: str, through: set[str]
) -> None:
    assert {hit.passage.article.published for hit in search(f"bakers {limits}", careers, 100)} == through


def test_every_passage_found_holds_the_phrase_whatever_its_case_and_spaces(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed(
        {
            "a.md": "# Ovens\n\nA **Deck\nOven** has a stone floor.\n\n## Care\n\nAn oven deck is swept. A deck ovenette is a toy.",
            "b.md": "# Mixers\n\nDeck ovens are not mixers. A mixer stands by the oven on the deck.",
        }
    )
    hits = search('Who cleans a "deck  oven"?', index, 100)
    assert hits
    assert all("deck oven has" in readable(hit.passage.text).lower() for hit in hits)
    assert len(search("Who cleans a deck oven?", index, 100)) == len(index) > len(hits)


@pytest.mark.parametrize(
    "question",
    ['What does a baker earn in "the land of Norway"?', 'What is the difference between "firm crust" and "390,000 kroner"?'],
)
def test_a_phrase_that_no_passage_holds_is_ordinary_words(careers: Index, question: str) -> None:
    assert search(question, careers, 100) == search(f"{question} -zebras", careers, 100)
    assert len(search(question, careers, 100)) == len(careers)


def test_a_word_is_left_out_in_all_its_forms_and_under_its_headings(careers: Index) -> None:
    left = search("What do bakers do? -oven", careers, 100)
    held = [careers.passage(row) for row in range(len(careers))]
    without = {(passage.article.path, passage.start) for passage in held if "oven" not in f"{passage.heading} {passage.text}".lower()}
    assert {(hit.passage.article.path, hit.passage.start) for hit in left} == without
    assert 0 < len(without) < len(held)


def test_a_word_that_nothing_holds_leaves_nothing_out(careers: Index) -> None:
    assert search("What do bakers earn? -zebra", careers, 100) == search("What do bakers earn?", careers, 100)


# what is answered


def test_an_answer_is_from_what_the_filters_let_through(careers: Index) -> None:
    now = answer("What does a baker earn in Norway? after:2020", careers)
    once = answer("What does a baker earn in Norway? before:2020", careers)
    assert ("390,000" in now.lines[0].text, "310,000" in once.lines[0].text) == (True, True)
    assert {citation.passage.article.path for citation in once.citations} == {"Archive/Résumé of pay.md"}
    assert (now.standalone, once.standalone) == (None, None)


def test_the_lines_of_an_answer_hold_the_phrase(careers: Index) -> None:
    given = answer('What does a baker earn "in Spain"?', careers)
    assert [line.text for line in given.lines] == ["In Spain, a baker earns about €21,000 a year."]


@pytest.fixture(scope="module")
def bakery(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(
        {
            "deck.md": "# Deck ovens\n\nA deck oven bakes on hot stone, which gives a firm crust.",
            "rack.md": "# Rack ovens\n\nA rack oven bakes many trays at once with moving hot air.",
            "shop.md": "# The shop\n\nThe deck oven stands at the back of the shop. The rack oven stands by the door of the shop.",
            "day.md": "# The day of a baker\n\n## Duties\n\nBakers have these duties:\n\n- mixing the dough\n- shaping the loaves\n\n"
            "When the shop closes there is more to do:\n\n- sweeping the floor\n- counting the coins\n",
        }
    )


def test_a_comparison_may_quote_one_of_its_sides(bakery: Index) -> None:
    given = answer('What is the difference between a "deck oven" and a rack oven? -shop', bakery)
    assert [citation.passage.article.path for citation in given.citations] == ["deck.md", "rack.md"]


def test_both_sides_of_a_comparison_are_from_what_the_filters_let_through(bakery: Index) -> None:
    given = answer("What is the difference between a deck oven and a rack oven? file:shop.md", bakery)
    assert {citation.passage.article.path for citation in given.citations} == {"shop.md"}
    assert "firm crust" in answer("What is the difference between a deck oven and a rack oven?", bakery).lines[0].text


def test_the_list_of_an_answer_is_the_one_that_holds_the_phrase(bakery: Index) -> None:
    assert "mixing the dough" in [line.text for line in answer("What duties do bakers have?", bakery).lines]
    lines = [line.text for line in answer('What duties do bakers have? "counting the coins"', bakery).lines]
    assert lines[-2:] == ["sweeping the floor", "counting the coins"]


def test_no_line_of_an_answer_holds_a_word_that_is_not_wanted(indexed: Callable[[dict[str, str]], Index]) -> None:
    duties = "".join(f"- {work} in the morning, before the shop opens and the first people come\n" for work in ("mixing", "shaping"))
    filler = "\n".join(f"- task {number} of the day that takes a while and has to be done with great care by two" for number in range(40))
    index = indexed(
        {"a.md": f"# Bakers\n\n## The duties of bakers\n\nBakers have these duties:\n\n{duties}{filler}\n- sweeping the floor\n"}
    )
    given = answer("What duties do bakers have? -shaping", index)
    assert given.lines
    assert not any("shaping" in line.text for line in given.lines)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What does a baker earn? file:salry", "No article matches “file:salry”."),
        ("What does a baker earn? file:pay.md after:2031", "No article matches “after:2031”."),
        ("What does a baker earn? after:2020 before:2020", "No passage matches “after:2020 before:2020” all at once."),
        ("file:salry", "No article matches “file:salry”."),
        (
            "What does a baker earn in Norway? file:path.md",
            "Nothing that “file:path.md” leaves answers this, though other passages do.",
        ),
        ("What does a baker earn in Brazil? file:pay.md", "No article mentions “Brazil”."),
    ],
)
def test_a_refusal_says_what_the_filters_have_to_do_with_it(careers: Index, question: str, reason: str) -> None:
    given = answer(question, careers)
    assert (given.status, given.reason, given.lines) == ("refused", reason, ())
    assert given.nearest


def test_filters_without_a_question_are_told_what_they_leave(careers: Index) -> None:
    given = answer("file:pay.md -Spain", careers)
    assert (given.status, given.citations) == ("answered", ())
    assert given.lines[0].text.startswith("“file:pay.md -Spain” leaves “Bakers' pay in former days”, “What bakers earn”. ")


# in a conversation


def test_a_filter_is_for_its_own_turn_alone(careers: Index) -> None:
    turns = [Turn("What does a baker earn in Spain? after:2020"), Turn("And in Norway? before:2020"), Turn("And in Spain?")]
    assert understand(turns[:2], careers) == "What does a baker earn in Norway?"
    assert "310,000" in reply(turns[:2], careers).lines[0].text
    assert understand(turns, careers) == "What does a baker earn in Spain?"
    assert "€21,000" in reply(turns, careers).lines[0].text


def test_filters_alone_after_a_question_ask_it_again(careers: Index) -> None:
    given = reply([Turn("What does a baker earn in Norway?"), Turn("before:2020")], careers)
    assert given.standalone == "What does a baker earn in Norway?"
    assert "310,000" in given.lines[0].text

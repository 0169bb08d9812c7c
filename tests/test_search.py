"""Question → hits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS

from counsel.filters import Filters
from counsel.index import Index
from counsel.questions import read
from counsel.search import look, search


@pytest.fixture(scope="module")
def careers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS)


def test_the_passage_that_answers_comes_first(careers: Index) -> None:
    first = search("How much does a baker earn in Norway?", careers)[0]
    assert first.passage.heading == ("Salaries by country",)
    assert first.rank == 1


def test_a_question_in_other_words_finds_the_passage_by_its_meaning(careers: Index) -> None:
    assert search("getting up early", careers)[0].passage.heading == ("The hardest part",)


def test_scores_fall_with_rank_and_hits_are_no_more_than_asked_for(careers: Index) -> None:
    found = search("ovens", careers, 3)
    assert [hit.rank for hit in found] == [1, 2, 3]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_every_passage_is_there_when_more_are_asked_for_than_there_are(careers: Index) -> None:
    assert {hit.passage for hit in search("bakers", careers, 1000)} == {careers.passage(row) for row in range(len(careers))}


def test_a_hit_tells_what_its_score_is_made_of(careers: Index) -> None:
    signals = search("kroner in Norway", careers)[0].signals
    assert set(signals) == {"cosine", "bm25", "best line", "nearest line"}
    assert signals["bm25"] > 0


def test_equal_passages_come_in_corpus_order(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({f"{name}.md": "# Bread\n\nRye bread keeps for a week." for name in "cab"})
    assert [hit.passage.article.path for hit in search("How long does rye bread keep?", index)] == ["a.md", "b.md", "c.md"]


def test_one_long_article_does_not_crowd_out_another_that_says_as_much(indexed: Callable[[dict[str, str]], Index]) -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "holidays")
    long = "# Rye\n\n" + "\n\n".join(f"## Rye on {day}\n\nRye bread is baked on {day} in the old oven." for day in days)
    index = indexed({"a.md": long, "b.md": "# Rye bread\n\nRye bread is baked in the new oven too."})
    assert "b.md" in [hit.passage.article.path for hit in search("Where is rye bread baked?", index, 5)]


def test_of_two_articles_otherwise_alike_the_one_the_question_names_comes_first(indexed: Callable[[dict[str, str]], Index]) -> None:
    plan = "# Bakery Health {} Plan\n\n## Ambulance\n\nThe {} plan pays for an ambulance{}\n\n## Glasses\n\nThe plan pays for glasses.\n"
    plus = plan.format("Plus", "Plus", " that is needed.")
    standard = plan.format("Standard", "Bakery", ", which is covered. An ambulance is covered by day and by night.")
    index = indexed({"plus.md": plus, "standard.md": standard})
    assert search("Is an ambulance covered by the Bakery Plus plan?", index)[0].passage.article.path == "plus.md"
    assert search("Is an ambulance covered by the Bakery Standard plan?", index)[0].passage.article.path == "standard.md"


@pytest.mark.parametrize(
    ("question", "told", "beside"),
    [
        ("How many jobs are there for bakers?", "Bakers held about 230,000 jobs.", "Most jobs for bakers begin at 3 in the morning."),
        ("How often do bakers bake?", "Bakers bake every night.", "Bakers bake two kinds of bread."),
        ("Will the work for bakers increase?", "Employment of bakers will decline by 3 percent.", "The work of bakers is varied."),
    ],
)
def test_the_figure_that_is_asked_for_comes_first(
    indexed: Callable[[dict[str, str]], Index], question: str, told: str, beside: str
) -> None:
    index = indexed({"bakers.md": f"# Bakers\n\nBakers bake. {beside} {told}", "cooks.md": "# Cooks\n\nCooks cook."})
    assert look(read(question), index).lines[0].text == told


@pytest.mark.parametrize("question", ["", "???", "the of and", "日本語", "🙂", "x" * 5000, "rye " * 2000, '"unbalanced', "a OR b NEAR(c)"])
def test_any_question_at_all_is_searched_without_an_error(careers: Index, question: str) -> None:
    assert len(search(question, careers)) == min(10, len(careers))


def test_what_a_question_found_is_remembered_apart_for_each_of_its_filters(careers: Index) -> None:
    asked = read("What does a baker earn?")
    found = look(asked, careers)
    assert look(asked, careers) is found
    assert {line.article.path for line in look(asked, careers, Filters(files=("work.md",))).lines} == {"work.md"}

"""What a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counsel.questions import read


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Hello!", "small talk"),
        ("thanks a lot", "small talk"),
        ("What can I ask you?", "small talk"),
        ("hello world programs in Python", "open"),
        ("What skills do bakers need?", "list"),
        ("What do cost estimators do?", "list"),
        ("What does a process engineer do for a living?", "list"),
        ("Which certificates should I earn first?", "list"),
        ("What should I say when asked for my expected salary?", "open"),
        ("Should I list my hobbies?", "open"),
        ("What can I do to increase my salary?", "list"),
        ("What can master bakers do to earn more?", "list"),
        ("Which guilds pay bakers the most?", "list"),
        ("What affects the pay of a baker?", "list"),
        ("Refusing to pay the miller makes what harder?", "open"),
        ("The price of rye rose by how many euros?", "amount"),
        ("What is the pay of bakers and what are the hours of cooks?", "amount"),
        ("What was the fire blamed on?", "open"),
        ("Can you list the duties of bakers?", "list"),
        ("What happens when I fail?", "open"),
        ("So when does training start?", "time"),
        ("Which tools should I learn?", "list"),
        ("How do I become a baker?", "steps"),
        ("how can one switch from law to baking", "steps"),
        ("What is the difference between a baker and a cook?", "compare"),
        ("rye vs. wheat", "compare"),
        ("rye or wheat", "compare"),
        ("rye bread or white bread?", "compare"),
        ("Is it rye or wheat?", "open"),
        ("ways to earn more", "list"),
        ("salary negotiation email", "open"),
        ("What salary can I negotiate?", "amount"),
        ("good ways of keeping bread fresh", "list"),
        ("I bake abroad and pay for my oven, will they give any of it back?", "open"),
        ("How much do I earn, if I bake?", "amount"),
        ("jury duty paid?", "open"),
        ("paid rest days", "amount"),
        ("What are bakers paid?", "amount"),
        ("How is rye different from wheat?", "compare"),
        ("What is sourdough?", "definition"),
        ("What is rye in one sentence?", "definition"),
        ("How much does a baker earn in Spain?", "amount"),
        ("what's the pay for bakers", "amount"),
        ("What is the maximum price?", "amount"),
        ("Are bakers paid more than cooks?", "compare"),
        ("Who earns more, a baker or a cook?", "compare"),
        ("Is baking harder than cooking?", "compare"),
        ("Is it true that there are more bakers than cooks?", "open"),
        ("How long does it take to become a baker?", "duration"),
        ("How many hours do bakers work?", "duration"),
        ("what do bakers do", "list"),
        ("What happens after the examination?", "open"),
        ("What makes bread rise?", "open"),
        ("When was the first oven built?", "time"),
        ("Who invented the oven?", "person"),
        ("Where do bakers work?", "place"),
        ("Is baking stressful?", "open"),
    ],
)
def test_the_kind_of_a_question_is_read_from_its_words(question: str, kind: str) -> None:
    assert read(question).kind == kind


def test_the_sides_of_a_comparison_are_in_the_asker_s_words() -> None:
    assert read("What is the difference between a deck oven and a rack oven?").sides == ("deck oven", "rack oven")


def test_the_subject_of_a_definition_leaves_the_question_behind() -> None:
    assert read("What is reinforcement learning exactly?").subject == ("reinforc", "learn")


def test_what_is_asked_of_a_thing_is_no_definition_of_it() -> None:
    assert read("What is the oven that bakers use?").kind != "definition"


@pytest.mark.parametrize(
    ("question", "sides", "measure"),
    [
        ("What do bakers earn compared to cooks?", ("bakers", "cooks"), "pay"),
        ("How does the salary of a baker compare with that of a cook?", ("baker", "cook"), "pay"),
        ("Are bakers paid more than pastry cooks?", ("bakers", "pastry cooks"), "pay"),
        ("baker vs pastry cook, who earns more?", ("baker", "pastry cook"), "pay"),
        ("Which pays better, a bakery or a kitchen?", ("bakery", "kitchen"), "pay"),
        ("Which is better paid, a baker or a cook?", ("baker", "cook"), "pay"),
        ("Is baking more tiring than cooking?", ("baking", "cooking"), "tiring"),
        ("salary vs take-home salary", ("salary", "take-home"), "pay"),
        ("Does a degree or a certificate raise my salary?", (), ""),
        ("Should I learn to bake or not?", (), ""),
    ],
)
def test_a_comparison_says_by_what(question: str, sides: tuple[str, str], measure: str) -> None:
    asked = read(question)
    assert (asked.sides, asked.measure) == (sides, measure)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What should a recipe contain?", ("recip",)),
        ("How long does it take to bake bread?", ("bake", "bread")),
        ("How long does it last?", ("long", "last")),
        ("Which ovens do bakers use every day?", ("oven", "baker", "use")),
    ],
)
def test_words_that_only_shape_a_question_are_none_of_its_terms(question: str, terms: tuple[str, ...]) -> None:
    assert read(question).terms == terms


@pytest.mark.parametrize(
    "question",
    [
        "What do bakers do?",
        "What does a typical day of a baker look like?",
        "What is a day in the life of a baker like?",
        "What does a baker do all day?",
    ],
)
def test_a_day_at_work_is_asked_for_like_the_duties(question: str) -> None:
    asked = read(question)
    assert (asked.kind, asked.wanted, asked.subject) == ("list", "do", ("baker",))


@pytest.mark.parametrize(
    "said",
    [
        "I want to know what a baker is",
        "Sorry, I meant what is a baker?",
        "Hello! Can you tell me what a baker is?",
        "I'd like to know what is a baker",
    ],
)
def test_what_is_said_before_a_question_is_no_part_of_it(said: str) -> None:
    assert read(said).terms == ("baker",)


@pytest.mark.parametrize(
    ("said", "terms"),
    [("I want to become a baker", ("want", "becom", "baker")), ("Tell me about bakers", ("baker",)), ("Sorry", ("sorri",))],
)
def test_what_is_asked_for_is_never_taken_for_a_preface(said: str, terms: tuple[str, ...]) -> None:
    assert read(said).terms == terms


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many jobs are there for bakers?", {"job", "occup"}),
        ("how many loaves", {"loav"}),
        ("How many people work as cooks?", {"peopl", "work", "cook", "job", "occup"}),
        ("How much do bakers earn?", set()),
    ],
)
def test_what_is_to_be_counted(question: str, counted: set[str]) -> None:
    assert read(question).counted == counted


@pytest.mark.parametrize(
    ("question", "kind", "unit", "terms"),
    [
        ("How many hours a week should I study?", "duration", "hour", ("hour", "week", "studi")),
        ("How long does a course take?", "duration", "", ("cours",)),
        ("How much time should I spend on reading?", "duration", "", ("read",)),
        ("How much time was left?", "amount", "", ("time", "leav")),
        ("How big is the market for rye going to be?", "amount", "", ("market", "rye")),
        ("How long should a letter be?", "amount", "", ("letter",)),
    ],
)
def test_how_long_something_takes_is_told_from_how_long_it_is(question: str, kind: str, unit: str, terms: tuple[str, ...]) -> None:
    asked = read(question)
    assert (asked.kind, asked.unit, asked.terms) == (kind, unit, terms)


@pytest.mark.parametrize(
    ("question", "past"),
    [
        ("Who invented bread?", True),
        ("When was the oven invented?", True),
        ("In what year did bakers strike?", True),
        ("Who hires bakers?", False),
        ("When should I bake?", False),
    ],
)
def test_whether_a_name_or_a_date_is_asked_for(question: str, past: bool) -> None:
    assert read(question).past == past


def test_the_names_in_a_question_are_its_terms_with_a_capital_or_digits() -> None:
    assert read("What do bakers in Norway earn in 2024?").names == {"norway", "2024"}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("We open a shop in Oslo. What do bakers earn in Spain?", {"spain"}),
        ("I live in Spain. What do bakers earn?", {"spain"}),
        ("How much does a baker earn? I live in Spain.", {"spain"}),
        ("I live in Spain. Should I become a baker?", set()),
        ("After 12 years I am tired of it. What do bakers earn?", set()),
    ],
)
def test_what_is_said_beside_a_question_binds_a_figure_only_where_the_question_names_nothing(question: str, names: set[str]) -> None:
    assert read(question).names == names


@pytest.mark.parametrize(
    ("question", "kind", "put"),
    [
        ("I am 40. How long does training take?", "duration", "How long does training take"),
        ("They named no price. How do I ask for one?", "open", "How do I ask for one"),
        ("I work at night. Can I get that paid? I hope so.", "open", "Can I get that paid"),
        ("Sorry, I meant what is rye bread?", "definition", "what is rye bread"),
        ("I am scared of ovens. What are they, really?", "list", "What are they, really"),
    ],
)
def test_what_a_question_asks_for_is_read_from_its_sentences_that_ask(question: str, kind: str, put: str) -> None:
    asked = read(question)
    assert (asked.kind, asked.put) == (kind, put)


def test_a_sentence_that_asks_does_not_end_at_an_abbreviation() -> None:
    assert read("I bake. Which is better, a baker vs. a cook?").sides == ("baker", "cook")


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Is a diploma mandatory?", ("diploma",)),
        ("Is a diploma worth the effort?", ("diploma",)),
        ("What is a diploma worth?", ("diploma", "worth")),
        ("bakery tips", ("bakeri",)),
        ("Are tips counted?", ("tip", "count")),
        ("advice", ("advic",)),
    ],
)
def test_what_is_only_asked_with_is_no_term(question: str, terms: tuple[str, ...]) -> None:
    assert read(question).terms == terms


def test_two_trades_and_their_pay_typed_to_search_are_compared_by_it() -> None:
    asked = read("baker vs pastry cook salary")
    assert (asked.kind, asked.sides, asked.measure) == ("compare", ("baker", "pastry cook"), "pay")


@pytest.mark.parametrize(("question", "kind"), [("difference rye and wheat", "compare"), ("baker apprenticeship duration", "duration")])
def test_words_to_search_for_say_what_is_asked_for_too(question: str, kind: str) -> None:
    assert read(question).kind == kind


@pytest.mark.parametrize(("question", "bare"), [("rack oven price", True), ("What is a rack oven?", False)])
def test_words_to_search_for_ask_nothing(question: str, bare: bool) -> None:
    assert read(question).bare == bare


@pytest.mark.parametrize(
    ("question", "trend"),
    [
        ("Is baking a growing field?", True),
        ("What is the job outlook for bakers?", True),
        ("Why does demand for bread grow?", False),
        ("How do I grow as a baker?", False),
        ("What do bakers do?", False),
    ],
)
def test_whether_it_is_asked_how_something_changes(question: str, trend: bool) -> None:
    assert read(question).trend == trend


@given(st.text(max_size=300))
def test_any_text_is_a_question(text: str) -> None:
    assert read(text).text == " ".join(text.split())


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("How often do bakers rest?", "frequency"),
        ("How old do you have to be to bake?", "age"),
        ("minimum age for bakers", "age"),
        ("how old is too old to bake", "age"),
        ("What's the age limit for bakers?", "age"),
        ("How old is the bakery?", "number"),
        ("What percentage of bakers work at night?", "share"),
        ("What share of bakers are women?", "share"),
        ("How many bakers are there?", "count"),
        ("number of bakers in Spain", "count"),
        ("How much do bakers earn?", "money"),
        ("What does an oven cost?", "money"),
        ("What is the tax rate on pay?", "number"),
        ("How much flour does a loaf need?", "number"),
        ("Where do the salary figures come from?", ""),
        ("Why is the number of bakers falling?", ""),
        ("How are bakers paid?", ""),
        ("What is a loaf?", ""),
    ],
)
def test_an_amount_is_told_in_the_sort_of_figure_that_is_asked_for(question: str, figure: str) -> None:
    assert read(question).figure == figure


@pytest.mark.parametrize(
    ("question", "cost", "cause"),
    [
        ("How much does an oven cost?", True, False),
        ("How much do bakers earn?", False, False),
        ("What does it cost to pay a baker?", False, False),
        ("Why do bakers rise early?", False, True),
        ("What is the reason for the price of rye?", True, True),
    ],
)
def test_what_something_costs_and_why_something_is_so_are_told_from_other_questions(question: str, cost: bool, cause: bool) -> None:
    assert (read(question).cost, read(question).cause) == (cost, cause)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("what do bakers earn in norway", {"norway"}),
        ("what do bakers earn at the guild?", {"guild"}),
        ("baker salary norway", {"norway"}),
        ("Why do bakers leave in winter?", set()),
    ],
)
def test_where_something_is_needs_no_capital(question: str, places: set[str]) -> None:
    assert read(question).places == places


@pytest.mark.parametrize("question", ["In which year did the bakery open?", "Which day is the oven cleaned?"])
def test_which_year_or_day_asks_for_a_time_as_what_year_does(question: str) -> None:
    assert read(question).kind == "time"


@pytest.mark.parametrize("question", ["strike price definition", "strike price: meaning", "What's the meaning of strike price?"])
def test_a_definition_is_asked_for_by_that_word_too(question: str) -> None:
    asked = read(question)
    assert (asked.kind, asked.subject) == ("definition", ("strike", "price"))


@pytest.mark.parametrize(
    "question",
    [
        "How is a baker different from a cook when it comes to pay?",
        "What is the difference between a baker and a cook, and who earns more?",
        "baker vs cook - who does what?",
    ],
)
def test_what_a_comparison_is_about_is_no_part_of_its_sides(question: str) -> None:
    assert read(question).sides == ("baker", "cook")

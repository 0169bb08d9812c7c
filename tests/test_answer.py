"""Question → answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS
from trades import TRADES

from counsel.answer import answer
from counsel.index import Index
from counsel.questions import read
from counsel.refusal import WEIGHTS, measure
from counsel.search import look
from counsel.types import Answer


@pytest.fixture(scope="module")
def careers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS)


@pytest.fixture(scope="module")
def trades(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(TRADES)


def said(given: Answer) -> list[str]:
    return [line.text for line in given.lines]


def test_a_fact_is_answered_with_its_line(careers: Index) -> None:
    given = answer("How much does a baker earn in Norway?", careers)
    assert said(given)[0] == "In Norway, a baker earns about 390,000 kroner a year."
    assert given.citations[0].passage.article.published == "2025-03-04"


def test_a_list_is_answered_with_the_line_that_introduces_it_and_its_items_in_order(careers: Index) -> None:
    given = answer("What duties do bakers have?", careers)
    assert said(given)[:5] == [
        "Bakers have these duties:",
        "weighing and mixing the ingredients",
        "shaping the loaves",
        "watching the ovens",
        "cleaning the bakery",
    ]
    assert [line.kind for line in given.lines[:5]] == ["text", "item", "item", "item", "item"]


def test_steps_keep_their_order_and_numbers(careers: Index) -> None:
    steps = [line for line in said(answer("How do I become a baker?", careers)) if line[0].isdigit()]
    assert [step[:2] for step in steps] == ["1.", "2.", "3.", "4."]


def test_a_row_of_a_table_reads_as_a_sentence_would(careers: Index) -> None:
    assert "Master: Yearly pay €38,250" in said(answer("What does a master baker earn a year?", careers))


def test_a_definition_is_answered_with_the_defining_sentence(careers: Index) -> None:
    assert said(answer("What is a baker?", careers))[0].startswith("A baker is a person who makes bread")


SHARES = """# Shares

## Options

Options are common for those who start early. Options come in two kinds, incentive stock options (ISOs) and others. An option lasts.

ISOs are important.

## Cliffs

When they work well, a cliff is fair. A long cliff, which is a time without any share, keeps people. Cliffs are an important matter.

## Early notes

Early notes are filed within a month. Whoever pays early does so with what is called an early note. Early notes cost little.
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is an ISO?", "Options come in two kinds, incentive stock options (ISOs) and others."),
        ("What is a cliff?", "A long cliff, which is a time without any share, keeps people."),
        ("What is an early note?", "Whoever pays early does so with what is called an early note."),
    ],
)
def test_a_line_that_says_what_something_is_goes_before_those_that_only_name_it(
    indexed: Callable[[dict[str, str]], Index], question: str, expected: str
) -> None:
    index = indexed({"shares.md": SHARES, "cooks.md": "# Cooks\n\nCooks cook soup."})
    assert said(answer(question, index)) == [expected]


def test_the_folder_of_an_article_says_what_it_is_about(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed(
        {
            "acme/leave.md": "# Leave\n\nEverybody has 20 days of vacation a year.",
            "zenith/leave.md": "# Leave\n\nEverybody has 31 days of vacation a year.",
            "cooks.md": "# Cooks\n\nCooks cook soup.",
        }
    )
    for name, days in (("Acme", 20), ("Zenith", 31)):
        given = answer(f"How much vacation is there at {name}?", index)
        assert said(given) == [f"Everybody has {days} days of vacation a year."]  # and no note that nothing mentions the name


def test_a_comparison_has_a_line_about_each_side(careers: Index) -> None:
    text = " ".join(said(answer("What is the difference between a deck oven and a rack oven?", careers)))
    assert "firm crust" in text
    assert "moving hot air" in text


QUESTIONS = (
    "How much does a baker earn in Norway?",
    "What duties do bakers have?",
    "How do I become a baker?",
    "What does a master baker earn a year?",
    "What is the difference between a deck oven and a rack oven?",
    "What is the hardest part?",
    "Do I need an examination?",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_mark_has_its_citation_and_every_quote_is_a_slice_of_its_article(careers: Index, question: str) -> None:
    given = answer(question, careers)
    assert given.status == "answered"
    assert [citation.number for citation in given.citations] == list(range(1, len(given.citations) + 1))
    assert {mark for line in given.lines for mark in line.marks} == {citation.number for citation in given.citations}
    assert all(line.marks for line in given.lines if line.kind != "note")
    for citation in given.citations:
        assert citation.quote == CAREERS[citation.passage.article.path].split("---\n")[-1][citation.start : citation.end]
        assert citation.passage.start <= citation.start < citation.passage.end


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_is_said_twice(careers: Index, question: str) -> None:
    lines = said(answer(question, careers))
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("question", ["What is the capital of Australia?", "Who wrote Hamlet?", "qqqq zzzz", "best time to plant tomatoes"])
def test_what_the_articles_do_not_say_is_refused_with_a_reason_and_a_way_on(careers: Index, question: str) -> None:
    given = answer(question, careers)
    assert (given.status, given.lines, given.citations) == ("refused", (), ())
    assert given.reason
    assert given.reason.endswith(".")
    assert len({near.path for near in given.nearest}) == 3


def test_a_refusal_names_the_name_that_no_article_holds(careers: Index) -> None:
    assert answer("What does a baker earn in Brazil?", careers).reason == "No article mentions “Brazil”."
    assert answer("what does a baker earn in brazil", careers).reason == "No article mentions “brazil”."
    assert answer("baker pay brazil", careers).reason == "No article mentions “brazil”."


def test_the_questions_a_refusal_points_to_have_an_answer(careers: Index) -> None:
    asked = [near.question for near in answer("Who wrote Hamlet?", careers).nearest if near.question]
    assert asked
    assert all(answer(question, careers).status == "answered" for question in asked)


@pytest.mark.parametrize("words", ["hello", "Thanks a lot!", "what can I ask?"])
def test_small_talk_gets_a_friendly_line_without_marks(careers: Index, words: str) -> None:
    given = answer(words, careers)
    assert (given.status, given.citations) == ("answered", ())
    assert "3 articles" in said(given)[0]
    assert not given.lines[0].marks


def test_an_answer_names_the_generation_it_is_from(careers: Index) -> None:
    assert answer("hello", careers).generation == answer("What is a baker?", careers).generation == 1


@pytest.mark.parametrize("question", ["What is a tanner?", "What is a glover?"])
def test_a_definition_is_the_first_line_under_the_heading_that_asks_it(trades: Index, question: str) -> None:
    first = "Tanners turn raw hides into leather." if "tanner" in question else "Glovers cut and sew gloves from thin leather."
    assert said(answer(question, trades))[0] == first


def test_what_someone_does_is_the_list_of_duties(trades: Index) -> None:
    assert said(answer("What do tanners do?", trades))[:2] == ["Tanners have these duties:", "soaking the hides"]


def test_a_table_comes_with_the_line_that_introduces_it(trades: Index) -> None:
    lines = said(answer("Which employers have the most tanners?", trades))
    assert lines[:3] == ["The largest employers of tanners were as follows:", "Shoe factories: 41%", "Upholsterers: 22"]


def test_how_long_is_answered_with_a_length_of_time_or_not_at_all(trades: Index) -> None:
    assert said(answer("How long does it take to become a tanner?", trades))[0] == "The training of a tanner takes three years."
    assert answer("How long does it take to become a glover?", trades).status == "refused"


def test_who_is_paid_more_is_answered_with_the_pay_of_each(trades: Index) -> None:
    assert said(answer("Are tanners paid more than glovers?", trades)) == [
        "The median wage of tanners was €31,400 in 2024.",
        "The median wage of glovers was €27,900 in 2024.",
    ]


@pytest.mark.parametrize(
    ("line", "alone"),
    [
        ("A roll has a crust while a bun has none.", True),
        ("Unlike a roll, a bun has no crust.", True),
        ("Whoever bakes a roll oversees whoever bakes a bun.", True),
        ("A roll and a bun are kept dry while they cool.", False),
    ],
)
def test_only_a_line_that_contrasts_the_two_tells_their_difference_alone(
    indexed: Callable[[dict[str, str]], Index], line: str, alone: bool
) -> None:
    index = indexed({"b.md": f"# Bread\n\n{line}\n\nA roll is a small loaf.\n\nA bun is a sweet cake.", "c.md": "# Cooks\n\nCooks cook."})
    assert (said(answer("What is the difference between a roll and a bun?", index)) == [line]) == alone


def test_a_side_of_one_word_is_of_the_trade_of_the_other(indexed: Callable[[dict[str, str]], Index]) -> None:
    smith = "# Silver Smiths and Helpers\n\nSilver smiths forge spoons and cups.\n\nHelpers of a smith sweep the forge at night."
    index = indexed({"silver.md": smith, "c.md": "# Cooks\n\nHelpers of a cook: helpers peel."})
    assert said(answer("silver smith versus helper", index))[-1] == "Helpers of a smith sweep the forge at night."


def test_a_side_of_a_comparison_that_only_announces_a_list_brings_it(indexed: Callable[[dict[str, str]], Index]) -> None:
    text = (
        "# Ranks\n\n## Masters\n\nMaster bakers often:\n\n- lead a bakery\n- teach others\n\n## Helpers\n\nKitchen helpers wash the bowls."
    )
    index = indexed({"b.md": text, "c.md": "# Cooks\n\nCooks cook."})
    found = said(answer("What is the difference between master bakers and kitchen helpers?", index))
    assert found == ["Master bakers often:", "lead a bakery", "teach others", "Kitchen helpers wash the bowls."]


def test_the_less_sure_an_answer_is_the_more_words_it_has(indexed: Callable[[dict[str, str]], Index]) -> None:
    harms = (
        "Whoever reaches into a hot oven without long gloves burns a finger or a whole hand at once.",
        "Flour that floats in the air of a closed room may burst into flames when a spark meets it.",
        "Sacks of fifty pounds that are lifted day after day wear down the back of many a strong man.",
        "Mixers with turning arms have caught sleeves, hair and now and then the fingers of those beside them.",
        "Those who breathe in the dust of grain for years may in the end cough, wheeze and lose their breath.",
        "Working through the night for long spoils the sleep, the stomach and often enough the temper as well.",
    )
    index = indexed({"b.md": "# Bakeries\n\n" + "\n\n".join(harms), "c.md": "# Cooks\n\nCooks cook."})
    sure, unsure = (
        " ".join(said(answer(question, index))).split()
        for question in ("What wears down the back of many a strong man?", "What is dangerous for those who bake?")
    )
    assert len(sure) < 65 < len(unsure)


def test_a_list_of_something_else_does_not_stand_in_for_the_line_that_answers(indexed: Callable[[dict[str, str]], Index]) -> None:
    duties = "- knead dough\n- heat ovens\n- sell loaves"
    text = f"# Bakers\n\nBakers typically do the following:\n\n{duties}\n\nWedding bakers decorate tall cakes."
    index = indexed({"b.md": text, "c.md": "# Cooks\n\nCooks cook."})
    assert said(answer("What do wedding bakers do?", index))[0] == "Wedding bakers decorate tall cakes."
    assert said(answer("What do bakers do?", index))[0] == "Bakers typically do the following:"


def test_a_line_that_compares_the_two_answers_who_is_more_so(trades: Index) -> None:
    assert said(answer("Do glovers work more quietly than tanners?", trades))[0] == "Glovers work more quietly than tanners."
    assert said(answer("Are glovers more quiet than tanners?", trades))[0] == "Glovers work more quietly than tanners."


@pytest.mark.parametrize("question", ["How do I become a saddler?", "What is patience?"])
def test_a_link_or_an_item_that_only_echoes_the_question_is_no_answer(trades: Index, question: str) -> None:
    assert answer(question, trades).status == "refused"


def test_a_label_stands_before_its_sentence_which_is_said_once(trades: Index) -> None:
    lines = said(answer("Why do tanners need strength?", trades))
    assert lines.count("Tanners must lift wet hides all day.") == 1
    if "Strength." in lines:
        assert lines[lines.index("Strength.") + 1] == "Tanners must lift wet hides all day."


BAKERS = """# Bakers

In Spain a baker earns €21,000 a year. In Chile no figure is known for a baker. A baker in Norway earns €34,000 a year.

## At work

Six hours a day are spent at the oven. Who kneads for three hours must rest for one full day a week.

How many hours will you stand? Bakers stand for most of the day.

## Sourdough

The sourdough bread of today goes back to a starter that somebody kept. Bread for festivals is sweet.
"""


@pytest.fixture(scope="module")
def bakers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({"bakers.md": BAKERS, "cooks.md": "# Cooks\n\nCooks cook soup.", "smiths.md": "# Smiths\n\nSmiths forge iron in Chile."})


def test_pay_in_one_place_is_none_in_another(bakers: Index) -> None:
    paid = {line.text for line in look(read("How much does a baker earn in Spain?"), bakers).lines if line.features["money"]}
    assert paid == {"In Spain a baker earns €21,000 a year."}


@pytest.mark.parametrize(
    ("place", "said_last"), [("Norway", "No passage quoted here mentions “Norway”."), ("Chile", "Smiths forge iron in Chile.")]
)
def test_an_answer_says_where_no_passage_of_it_holds_a_name_in_the_question(bakers: Index, place: str, said_last: str) -> None:
    assert said(answer(f"What iron do smiths forge in {place}?", bakers))[-1] == said_last


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Do smiths forge iron by night?", ["No passage quoted here mentions “night”."]),
        ("Do smiths forge iron?", []),
        ("Do smiths forge the irons?", []),
        ("What iron do smiths forge by night?", []),
        ("I like iron gates. Do smiths forge iron?", []),
    ],
)
def test_an_answer_says_where_no_passage_of_it_holds_what_a_yes_would_be_to(bakers: Index, question: str, note: list[str]) -> None:
    assert [line.text for line in answer(question, bakers).lines if line.kind == "note"] == note


def test_a_refusal_says_that_a_name_stands_elsewhere(bakers: Index) -> None:
    given = answer("How many cooks are there in Chile?", bakers)
    assert given.reason == "The articles mention “Chile”, but not where they come near this question."


@pytest.mark.parametrize(
    ("question", "aside"),
    [("How are loaves claimed at Acme?", 1.0), ("Where is more information about loaves of Acme?", 0.0)],
)
def test_a_line_that_only_points_elsewhere_answers_nothing_but_where(
    indexed: Callable[[dict[str, str]], Index], question: str, aside: float
) -> None:
    pointer = "More information about claiming loaves can be found in Acme."
    index = indexed({"a.md": f"# Acme\n\nAcme bakes loaves. {pointer}", "c.md": "# Cooks\n\nCooks cook."})
    looked = look(read(question), index)
    assert [line.features["aside"] for line in looked.lines if line.text == pointer] == [aside]
    assert (pointer in [line.text for line in looked.telling]) == (not aside)


@pytest.mark.parametrize(
    "line", ["Read books on bread.", "Visit the bakery on your first day.", "Learn more about bread before you start."]
)
def test_advice_to_read_or_visit_something_does_not_point_elsewhere(indexed: Callable[[dict[str, str]], Index], line: str) -> None:
    index = indexed({"a.md": f"# Starting\n\nBakers start early. {line}", "c.md": "# Cooks\n\nCooks cook."})
    assert line in [one.text for one in look(read("How do bakers start?"), index).telling]


def test_a_digit_within_a_name_is_no_number(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"a.md": "# Leave\n\n37ovens sells loaves to L4. It sells 20k loaves a day.", "c.md": "# C\n\nCook."})
    found = {line.text: line.features["amount"] for line in look(read("How many loaves are there?"), index).lines}
    assert found["37ovens sells loaves to L4."] == 0.0
    assert found["It sells 20k loaves a day."] == 1.0


def test_hours_are_answered_in_hours_and_never_with_a_question(bakers: Index) -> None:
    assert said(answer("How many hours a day are spent at the oven?", bakers))[0] == "Six hours a day are spent at the oven."
    assert "How many hours will you stand?" not in said(answer("How many hours do bakers stand?", bakers))


@pytest.mark.parametrize(
    "question", ["Who invented sourdough bread?", "When was sourdough bread invented?", "How many bakers are there in Spain?"]
)
def test_what_must_be_a_name_a_date_or_a_number_is_refused_where_there_is_none(bakers: Index, question: str) -> None:
    assert measure(look(read(question), bakers), bakers)["unmet"] > 0


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("How much is a baker paid?", "A baker is paid CHF 90,000."),
        ("What does a baker earn?", "A baker is paid CHF 90,000."),
        ("What percentage of bakers work at night?", "Two thirds of bakers work at night."),
        ("How often are bakers paid?", "Bakers are paid monthly."),
        ("How old must a baker be to be paid?", "Paid bakers are at least 16 years old."),
    ],
)
def test_only_a_figure_of_the_sort_asked_for_tells_an_amount(indexed: Callable[[dict[str, str]], Index], question: str, line: str) -> None:
    text = "Bakers are paid by 3 firms. A baker is paid CHF 90,000. Bakers are paid monthly. Two thirds of bakers work at night."
    text += " Paid bakers are at least 16 years old."
    index = indexed({"bakers.md": f"# Bakers\n\n{text}", "c.md": "# Cooks\n\nCooks cook."})
    assert [one.text for one in look(read(question), index).lines if one.features["amount"]] == [line]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("How many letters do bakers write?", "Bakers write dozens of letters."),
        ("What share of the loaf is water?", "Water is 60% of the loaf, and this helps:"),
        ("How much of the loaf is water?", ""),  # a line that announces others tells a share alone
    ],
)
def test_what_a_line_tells_an_amount_by(indexed: Callable[[dict[str, str]], Index], question: str, line: str) -> None:
    text = "Bakers write dozens of letters.\n\nWater is 60% of the loaf, and this helps:\n\n- salt\n- rye\n"
    index = indexed({"bakers.md": f"# Bakers\n\n{text}", "c.md": "# Cooks\n\nCooks cook."})
    telling = [one.text for one in look(read(question), index).lines if one.features["amount"]]
    assert line in telling if line else not any("60%" in one for one in telling)


def test_a_number_of_something_for_the_counted_counts_something_else(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"bakers.md": "# Bakers\n\nThere are 12 ovens for bakers. There are 30 bakers.", "c.md": "# Cooks\n\nCooks cook."})
    found = {line.text: line.features["counts"] for line in look(read("How many bakers are there?"), index).lines}
    assert (found["There are 12 ovens for bakers."], found["There are 30 bakers."]) == (0.0, 1.0)


def test_a_number_of_a_list_that_stands_alone_is_no_answer(indexed: Callable[[dict[str, str]], Index]) -> None:
    text = "# Bakers\n\n1.\nWhat do bakers do by night?\n\nThey knead.\n\n2.\nWhat do bakers do by day?\n\nThey sleep.\n"
    index = indexed({"b.md": text, "c.md": "# Cooks\n\nCooks cook."})
    found = look(read("What do bakers do?"), index)
    assert {line.text for line in found.lines} >= {"1.", "2."}
    assert {line.text for line in found.telling}.isdisjoint({"1.", "2."})


def test_a_length_of_time_may_be_written_short(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"bakers.md": "# Bakers\n\nProving takes 30min. Baking takes long.", "c.md": "# Cooks\n\nCooks cook."})
    assert [one.text for one in look(read("How long is proving?"), index).lines if one.features["duration"]] == ["Proving takes 30min."]


@pytest.mark.parametrize(
    ("question", "elsewhere"), [("How much is a loaf?", 0), ("How much is an Alpine loaf?", 1), ("Who bakes an Alpine loaf?", 0)]
)
def test_a_figure_that_is_of_something_else_speaks_against_an_answer(
    indexed: Callable[[dict[str, str]], Index], question: str, elsewhere: bool
) -> None:
    index = indexed({"b.md": "# Bread\n\nA loaf is 3 dollars.", "c.md": "# Cooks\n\nCooks cook."})
    assert bool(measure(look(read(question), index), index)["figure elsewhere"]) == bool(elsewhere)


def test_words_that_find_a_short_item_bring_its_list(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed(
        {"b.md": "# Bakers\n\n## Oven tools\n\n- Peels\n- Thick gloves of cotton for bakers\n- Brushes\n", "c.md": "# Cooks\n\nCooks cook."}
    )
    assert said(answer("gloves bakers", index)) == ["Oven tools", "Peels", "Thick gloves of cotton for bakers", "Brushes"]
    assert said(answer("Do bakers have gloves?", index))[0] == "Thick gloves of cotton for bakers"


LABELLED = """# Bakers

## How to become a baker

### Important qualities

Bakers rise early. For more see the guild.

**Patience.** Dough takes its time. So do guests.

***Strength:*** Flour comes in sacks of 50 kilograms.

__Care__. Ovens are hot.

## Hours

**Note.** Bakers begin at three.
"""


def test_paragraphs_that_begin_with_a_label_are_a_list(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"b.md": LABELLED, "c.md": "# Cooks\n\nCooks cook."})
    items = ["Patience. Dough takes its time.", "Strength: Flour comes in sacks of 50 kilograms.", "Care. Ovens are hot."]
    given = answer("What are the important qualities of bakers?", index)
    assert said(given) == ["Important qualities", *items]
    assert [line.kind for line in given.lines] == ["text", "item", "item", "item"]
    assert said(answer("How do I become a baker?", index))[:2] != ["Important qualities", items[0]]


def test_what_is_paid_to_somebody_is_not_what_something_costs(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed({"b.md": "# Bakers\n\nA baker earns CHF 90,000. The school of bakers is CHF 300.", "c.md": "# Cooks\n\nCooks cook."})
    told = [line.text for line in look(read("How much does it cost to become a baker?"), index).lines if line.features["amount"]]
    assert told == ["The school of bakers is CHF 300."]


def test_why_something_is_so_is_answered_with_its_reason_first(indexed: Callable[[dict[str, str]], Index]) -> None:
    text = "The number of bakers in towns is falling quickly. The number of bakers in towns falls because supermarkets sell bread."
    index = indexed({"b.md": f"# Bakers\n\n{text}", "c.md": "# Cooks\n\nCooks cook."})
    assert "because" in said(answer("Why is the number of bakers in towns falling?", index))[0]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("What is the worst part of being a baker?", ["Q: What is the worst part of the work?", "A: Rising at three."]),
        ("Which bread sells best?", ["Interviewer: What sells best?", "Petrova: Rye in spring, rolls in May."]),
    ],
)
def test_a_line_after_a_question_answers_it(indexed: Callable[[dict[str, str]], Index], question: str, lines: list[str]) -> None:
    asked = (
        "# Talk with a baker\n\n**Q: What is the worst part of the work?**\n\nA: Rising at three.\n\n**Q: Do you rest?**\n\nA: Seldom.\n"
    )
    typed = (
        "A talk on bread\n\nInterviewer: What sells best?\nPetrova: Rye in spring, rolls in May.\nInterviewer: Why?\nPetrova: Who knows.\n"
    )
    index = indexed({"talk.md": asked, "talk.txt": typed, "c.md": "# Cooks\n\nCooks cook."})
    assert said(answer(question, index))[:2] == lines


def test_a_table_without_a_rule_has_no_header(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed(
        {"p.md": "# Pay\n\n| Plumber | 2,950 euros | 3.5 years |\n| Roofer | 3,050 euros | 3 years |\n", "c.md": "# Cooks\n\nCooks cook."}
    )
    assert said(answer("What is the pay of a roofer?", index))[0] == "Roofer: 3,050 euros, 3 years"


def test_what_underlines_a_heading_is_not_shown(indexed: Callable[[dict[str, str]], Index]) -> None:
    steps = "How to become a cooper\n======\n\n1. Buy oak.\n2. Split it.\n3. Bend it.\n"
    index = indexed({"c.md": steps, "b.md": "# Bakers\n\nBakers bake."})
    assert said(answer("How do I become a cooper?", index))[0] == "How to become a cooper"


def test_a_table_right_under_a_heading_is_a_list_of_what_the_heading_says(indexed: Callable[[dict[str, str]], Index]) -> None:
    table = "|  |  |\n| --- | --- |\n| May Day | 1 May |\n| Oven Day | 2 June |\n"
    index = indexed(
        {"b.md": f"# Bakers\n\n## Holidays of bakers\n\n{table}\n## Hours\n\nBakers begin at three.", "c.md": "# Cooks\n\nCooks cook."}
    )
    assert said(answer("Which holidays do bakers have?", index)) == ["Holidays of bakers", "May Day: 1 May", "Oven Day: 2 June"]


@pytest.mark.parametrize(("whom", "unmet"), [("baker", 0), ("night baker", 0), ("professional astronaut", 1)])
def test_whoever_one_wants_to_become_is_spoken_of(indexed: Callable[[dict[str, str]], Index], whom: str, unmet: bool) -> None:
    index = indexed({"b.md": "# Night bakers\n\nTo become a baker learn to bake. It is a professional trade.", "c.md": "# Cooks\n\nCook."})
    assert bool(measure(look(read(f"How do I become a {whom}?"), index), index)["unmet"]) == bool(unmet)


TALKS = """# Talks

## The talk itself

A talk tests whether two people like each other. Take water with you.

## After the talk

Write down what was asked. Send a short note of thanks the next day.

## What people ask

### Must I wear a tie at a talk?

No.

### Can a talk be put off?

Once.

### Is a talk paid?

Seldom.
"""


@pytest.fixture(scope="module")
def talks(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed({"talks.md": TALKS, "cooks.md": "# Cooks\n\nCooks cook soup."})


def test_a_heading_that_stands_in_the_question_speaks_for_what_is_under_it(talks: Index) -> None:
    assert said(answer("What should I do after the talk?", talks))[0] == "Write down what was asked."


@pytest.mark.parametrize("question", ["What are the main things people ask at a talk?", "What are the rules for a tie at a talk?"])
def test_an_outline_of_questions_is_no_list(talks: Index, question: str) -> None:
    assert "Must I wear a tie at a talk?" not in said(answer(question, talks))


def test_a_length_of_time_may_stand_in_the_line_that_announces_a_list(indexed: Callable[[dict[str, str]], Index]) -> None:
    index = indexed(
        {"ranks.md": "# Ranks\n\n## Master\n\nMaster bakers (6+ years) often:\n\n- lead\n- teach\n", "b.md": "# Soup\n\nCooks cook."}
    )
    lines = look(read("How many years does a master baker have?"), index).lines
    assert [line.text for line in lines if line.features["duration"]] == ["Master bakers (6+ years) often:"]


@pytest.mark.parametrize(
    ("question", "unsaid"),
    [("What do pilots wear?", 1.0), ("What do cooks wear?", 0.0), ("What must pilots watch?", 0.0), ("What do pilots do?", 0.0)],
)
def test_it_speaks_against_an_answer_when_only_its_subject_is_spoken_of(
    indexed: Callable[[dict[str, str]], Index], question: str, unsaid: float
) -> None:
    index = indexed(
        {
            "pilots.md": "# Pilots\n\nPilots fly aircraft. Pilots must watch the weather. Most pilots work for an airline.",
            "cooks.md": "# Cooks\n\nCooks wear a white hat. Cooks must watch the pots.",
        }
    )
    assert measure(look(read(question), index), index)["unsaid"] == unsaid
    assert WEIGHTS["unsaid"] < 0


@pytest.mark.parametrize(("question", "unsaid"), [("Who started Acme?", 1.0), ("Who runs Acme?", 0.0), ("Who started it?", 0.0)])
def test_it_speaks_against_a_name_or_a_date_when_only_whom_it_is_of_is_spoken_of(
    indexed: Callable[[dict[str, str]], Index], question: str, unsaid: float
) -> None:
    index = indexed(
        {"work.md": "# Work\n\nAnn Lee runs Acme. Acme has three ovens. Acme bakes at night.", "c.md": "# Cooks\n\nCooks cook."}
    )
    assert measure(look(read(question), index), index)["unsaid"] == unsaid

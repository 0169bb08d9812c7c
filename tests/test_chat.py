"""What a follow-up means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from careers import CAREERS

from counsel.chat import examples, offers, reply, understand
from counsel.index import Index
from counsel.types import Turn


@pytest.fixture(scope="module")
def careers(indexed: Callable[[dict[str, str]], Index]) -> Index:
    return indexed(CAREERS)


@pytest.mark.parametrize(
    ("before", "question", "meaning"),
    [
        ("What do bakers earn in Spain?", "And in Norway?", "What do bakers earn in Norway?"),
        ("What is rye?", "And wheat?", "What is wheat?"),
        ("What does a baker do?", "What about a pastry cook?", "What does a pastry cook do?"),
        (
            "What is the median pay for bakers?",
            "And for butchers, cooks, and waiters?",
            "What is the median pay for butchers, cooks, and waiters?",
        ),
        ("What does a baker do?", "What education is needed?", "What education is needed for a baker?"),
        ("Do bakers work nights?", "Are they happy?", "Are bakers happy?"),
        ("What does a baker do?", "What about the pay?", "The pay for a baker?"),
        ("The pay for a baker?", "And the training?", "The training for a baker?"),
        ("What is the job outlook for bakers?", "And the pay?", "What is the pay for bakers?"),
        ("What is MLOps?", "Why is it important?", "Why is MLOps important?"),
        ("What does a rack oven cost?", "Is it worth it?", "Is a rack oven worth it?"),
        ("What is rye?", "Is it hard to grow?", "Is rye hard to grow?"),
        ("How do I become a baker?", "Is it hard?", "Is it hard to become a baker?"),
        ("How do I clean an oven?", "When should I do that?", "When should I clean an oven?"),
        ("What is the median pay for bakers?", "what's the job outlook for them?", "What's the job outlook for bakers?"),
        ("What is the median pay for bakers?", "How fast will their employment grow?", "How fast will bakers’ employment grow?"),
        ("What is the median pay for bakers?", "And is it a growing field?", "Are bakers a growing field?"),
        ("What does a nurse earn in the Netherlands?", "And in Spain?", "What does a nurse earn in Spain?"),
        ("What does a nurse earn in the USA?", "And in the UK?", "What does a nurse earn in the UK?"),
        ("What does a baker do?", "And cooks?", "What do cooks do?"),
        ("What does a bakery assistant do?", "What do they earn?", "What do bakery assistants earn?"),
        ("Tell me about bakers", "salary?", "Salary for bakers?"),
        ("How do I become a baker?", "How long does it take?", "How long does it take to become a baker?"),
        ("What are the prospects of bakers?", "why?", "What are the prospects of bakers, and why?"),
        ("What skills does a baker need?", "Which one matters most?", "Which of the skills matters most?"),
        ("What do bakers earn in Spain?", "What skills do they need?", "What skills do bakers need?"),
        ("What are the benefits of a career in baking?", "How do I start it?", "How do I start a career in baking?"),
        ("What certifications do I need for a job in a bakery?", "How much do they cost?", "How much do certifications cost?"),
        ("What is the pay for bakers in Spain?", "What about their hours?", "Bakers in Spain’s hours?"),
        ("Which ovens do bakers use?", "Which of them are cheap?", "Which of the ovens are cheap?"),
        ("Tell me about rye", "Is it better than wheat?", "Is rye better than wheat?"),
        ("What is machine learning in baking?", "Who teaches it?", "Who teaches machine learning in baking?"),
        ("What is an actuary?", "How do I become one?", "How do I become an actuary?"),
        ("What is rye bread?", "how is that baked?", "How is rye bread baked?"),
        ("What do young bakers earn?", "What about older ones?", "What do older bakers earn?"),
        ("What does a primary school cook do?", "And a high school one?", "What does a high school cook do?"),
        ("What are the duties of pastry cooks?", "What do the self-employed ones do?", "What do self-employed pastry cooks do?"),
        ("Who hires the most bakers?", "Do they work nights?", "Do bakers work nights?"),
        (
            "How many years of experience does a master baker have?",
            "What do they do at that stage?",
            "What do master bakers do at that stage?",
        ),
        ("Is a baker's work outdoors?", "Do they get up at night?", "Do bakers get up at night?"),
        ("Which loaves are safe for a guest who has to pass a test?", "How small can I make them?", "How small can I make loaves?"),
        ("What do bakers earn when they start?", "And when does one become a master?", "When do bakers become a master?"),
        ("Do bakers need training?", "How old must one be?", "How old must bakers be?"),
        ("What is a mentor at Acme?", "How often should they meet me?", "How often should mentors at Acme meet me?"),
        ("Why did Ann B. Bakewell begin baking?", "How did she get her first oven?", "How did Ann B. Bakewell get her first oven?"),
        ("What do bakers earn in Spain?", "Is it the same in Norway?", "What do bakers earn in Norway?"),
        ("What do bakers earn in Spain?", "Does that go for cooks too?", "What do cooks earn in Spain?"),
        ("What sick pay do I get for the first week?", "And after that?", "What sick pay do I get for the first week, and after that?"),
        ("Is there an on-call stipend at Acme?", "How much is it?", "How much is an on-call stipend at Acme?"),
        ("How is rye used in bread?", "Which bakers do this in Norway?", "Which bakers use rye in Norway?"),
        ("Tell me about the cliff", "How long is it?", "How long is the cliff?"),
        ("I live in Spain. What is a deck oven? I saw a picture.", "How much does it cost?", "How much does a deck oven cost?"),
        ("I run a bakery. What should be in it?", "How long do I keep it?", "How long do I keep a bakery?"),
        ("What do bakers earn in Spain?", "no sorry, I meant cooks", "What do cooks earn in Spain?"),
        ("What do bakers earn in Spain?", "And if I work at night?", "What do bakers earn in Spain, if I work at night?"),
        ("Can I become a baker?", "and without a diploma?", "Can I become a baker without a diploma?"),
        ("What do bakers earn at Acme?", "And Bakewell, is it less there?", "What do bakers earn at Bakewell?"),
        ("What does a rack oven cost?", "ok back to the bakers, what do they earn?", "What do bakers earn?"),
        ("What does a rack oven cost?", "ok back to bakers, which kinds are there?", "Which kinds are there for bakers?"),
        ("What is rye bread?", "any examples of loaves?", "Any examples of loaves for rye bread?"),
        ("Is there a baking camp in summer?", "Is there a maximum?", "Is there a maximum for a baking camp in summer?"),
        ("When is the summer baking camp?", "What about the winter one?", "When is the winter baking camp?"),
        ("How much of the dental insurance does Acme pay?", "And the medical one?", "How much of the medical insurance does Acme pay?"),
        ("How long is probation at Made Breads?", "Who gets it?", "Who gets probation at Made Breads?"),
        ("What is ovens.io?", "What does it cost?", "What does ovens.io cost?"),
        ("How do pastry cooks share tips?", "Do they work nights?", "Do pastry cooks work nights?"),
        ("Which loaves are stale?", "Can I sell them?", "Can I sell loaves?"),
        ("What skills do SREs need?", "How much do they earn?", "How much do SREs earn?"),
        ("Are bakers stressful?", "do they get hurt?", "Do bakers get hurt?"),
        ("What do senior bakers earn in Spain?", "And juniors?", "What do junior bakers earn in Spain?"),
        ("What does a baker earn?", "How hard is it to become one?", "How hard is it to become a baker?"),
        ("What does a baker do?", "Is it possible to become one at forty?", "Is it possible to become a baker at forty?"),
        ("What do bakers do?", "How do they compare with cooks?", "What is the difference between bakers and cooks?"),
        ("What does a baker earn?", "How does that compare to a cook?", "How does the pay of a baker compare with that of a cook?"),
        ("How much do bakers make?", "How does that compare to cooks?", "How does the pay of bakers compare with that of cooks?"),
        ("What does a baker do?", "what's the difference to a cook", "What is the difference between a baker and a cook?"),
        ("What does a baker do?", "Tell me more", "Tell me more about a baker"),
        ("What does a baker do?", "How can I get into this from another trade?", "How can I get into a baker from another trade?"),
        ("What does an old baker earn?", "And a senior one?", "What does a senior baker earn?"),
        ("Is baking a good career?", "What is its outlook?", "What is baking’s outlook?"),
        ("What does a baker earn?", "Can I do this remotely?", "Can I do a baker remotely?"),
        ("What does a baker earn?", "What's a typical day like?", "What's a typical day like for a baker?"),
        ("What does a baker earn?", "How much do the top 10 percent earn?", "How much do the top 10 percent earn for a baker?"),
        ("What does a baker earn?", "Do I have to go to college?", "Do I have to go to college for a baker?"),
        ("What's the prize for baking the best loaf?", "When is it paid out?", "When is the prize for baking the best loaf paid out?"),
        ("How is rye used in bread?", "And in soup?", "How is rye used in soup?"),
        ("What is an apprenticeship?", "How does this work?", "How does an apprenticeship work?"),
        ("What is the all-day bread bar?", "What does it cost?", "What does the all-day bread bar cost?"),
    ],
)
def test_a_follow_up_is_read_in_the_light_of_the_question_before(careers: Index, before: str, question: str, meaning: str) -> None:
    assert understand([Turn(before), Turn(question)], careers) == meaning


def test_what_it_stands_for_is_looked_for_further_back_where_the_last_question_names_nothing(careers: Index) -> None:
    asked = [Turn("What is rye bread called outside of Spain?"), Turn("Which is the most popular?")]
    assert understand([*asked, Turn("Who bakes it?")], careers) == "Who bakes rye bread?"
    asked += [Turn("Which is the best?"), Turn("Is that common?")]
    assert understand([*asked, Turn("Who bakes it?")], careers) is None  # not any further


@pytest.mark.parametrize(
    "question",
    [
        "What is a deck oven?",
        "How to become a baker and does it pay?",
        "Is it hard to get up before three in the morning?",
        "Thanks!",
        "Which ovens do this for many trays?",
        "How long does it take to bake rye bread?",
        "Tell me more about the first one",
        "How do I become one of the cooks?",
        "How many people should one manager lead?",
        "Where does Acme get its flour from?",
        "Can I use the voucher to buy one for my wife?",
        "Does it pay off to work at night?",
        "Is it fine to bake bread at night?",
        "What does an IT baker do?",
        "If I bake at night, is there extra pay?",
        "What if I burn the rye bread?",
        "How hard is it to become a cook?",
        "Is it too late to become a cook at forty?",
        "Does it matter which school I went to?",
        "Is it worth it to buy a rack oven?",
        "OK, tell me about cooks",
        "What is an apprenticeship?",
        "There are so many kinds of oven and I can't choose. Which would be a sensible one to begin with?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(careers: Index, question: str) -> None:
    assert understand([Turn("What do bakers earn in Spain?"), Turn(question)], careers) is None


def test_a_first_question_has_nothing_to_follow(careers: Index) -> None:
    assert understand([Turn("And in Norway?")], careers) is None


def test_a_follow_up_of_a_follow_up_is_understood_through_small_talk(careers: Index) -> None:
    turns = [Turn("What do bakers earn in Spain?"), Turn("And in Norway?"), Turn("thanks"), Turn("And in Spain?")]
    assert understand(turns, careers) == "What do bakers earn in Spain?"


def test_the_second_one_is_the_second_item_of_the_last_answer(careers: Index) -> None:
    first = Turn("What duties do bakers have?")
    asked = Turn(first.question, reply([first], careers))
    assert understand([asked, Turn("How long does the second one take?")], careers) == "How long does shaping the loaves take?"


def test_the_first_of_something_is_no_item_of_the_last_answer(careers: Index) -> None:
    first = Turn("What duties do bakers have?")
    asked = Turn(first.question, reply([first], careers))
    assert understand([asked, Turn("How much do they earn in the first year?")], careers) == "How much do bakers earn in the first year?"


def test_an_answer_tells_how_its_question_was_understood(careers: Index) -> None:
    given = reply([Turn("What do bakers earn in Spain?"), Turn("And in Norway?")], careers)
    assert (given.question, given.standalone) == ("And in Norway?", "What do bakers earn in Norway?")
    assert "390,000 kroner" in given.lines[0].text


def test_examples_and_offers_are_questions_that_have_an_answer(careers: Index) -> None:
    first = reply([Turn("What duties do bakers have?")], careers)
    for question in (*examples(careers), *offers(first, careers)):
        assert reply([Turn(question)], careers).status == "answered"
    assert len(set(examples(careers))) == len(examples(careers)) > 0

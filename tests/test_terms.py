"""Words → terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counsel.terms import alike, content, terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("salaries", "salary"),
        ("$133,080", "133080"),
        ("Résumé", "resume"),
        ("engineer’s", "engineers"),
        ("U.S.", "US"),
        ("up-to-date", "up to date"),
        ("specialise", "specialize"),
        ("organisations", "organization"),
        ("labour", "labor"),
        ("behavioural", "behavioral"),
        ("travelling", "traveling"),
        ("analyse", "analyze"),
        ("centre", "center"),
        ("programme", "program"),
    ],
)
def test_two_spellings_of_one_thing_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("base", "forms"), [("write", "wrote written"), ("find", "found"), ("build", "built"), ("woman", "women"), ("criterion", "criteria")]
)
def test_irregular_forms_are_one_term_with_their_word(base: str, forms: str) -> None:
    assert {term for form in forms.split() for term in terms(form)} == set(terms(base))


def test_a_form_that_is_another_word_as_well_stays_apart() -> None:
    assert terms("founded") != terms("found")
    assert terms("leaves") == terms("leave")


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("sell", "selling"),
        ("spell", "spelling"),
        ("pour", "pouring"),
        ("rise", "rising"),
        ("advertise", "advertisement"),
        ("promise", "promised"),
    ],
)
def test_what_looks_like_a_british_spelling_keeps_its_other_forms(word: str, form: str) -> None:
    assert terms(word) == terms(form)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C", "C#"), ("net", ".NET"), ("us", "US"), ("it", "IT"), ("3.5", "35")])
def test_names_and_numbers_that_differ_by_their_signs_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(("one", "other"), [("co-working", "coworking"), ("E-mail", "email"), ("I.T. work", "IT work"), ("u.s.", "US")])
def test_one_word_has_one_term_however_it_is_written(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_other_words_with_a_hyphen_are_two() -> None:
    assert terms("on-call full-time X-ray") == ["on", "call", "full", "time", "x", "ray"]


def test_letters_and_digits_that_touch_are_one_word() -> None:
    assert terms("37signals, L4 and a 401k in 3D") == ["37signals", "l4", "and", "a", "401k", "in", "3d"]
    assert terms("the 1980s") == terms("the 1980")
    assert terms("$1.5M 2024年") == ["1d5", "m", "2024", "年"]


def test_initials_of_several_things_are_those_of_one() -> None:
    assert terms("GPUs and RSUs of PhDs") == terms("GPU and RSU of PhD")


def test_a_long_form_holds_its_short_form_and_is_asked_for_by_it() -> None:
    assert "ml" in terms("machine learning")
    assert content("machine learning") == content("ML") == ["ml"]
    assert content("How do I get into information technology?") == content("How do I get into IT?") == ["infotech"]


def test_a_question_keeps_only_the_words_that_carry_meaning() -> None:
    assert content("What does a nurse earn in Spain?") == ["nurs", "earn", "spain"]


def test_a_question_of_grammar_alone_keeps_all_its_words() -> None:
    assert content("What is this about?") == ["what", "is", "this", "about"]


def test_words_that_mean_the_same_to_an_asker_are_alike_both_ways() -> None:
    assert alike("earn")[0] == "earn"
    assert set(alike("earn")) == set(alike("salari"))
    assert alike("tensorflow") == ("tensorflow",)


@given(st.text())
def test_terms_are_letters_and_digits_alone(text: str) -> None:
    assert all(term.isalnum() or term == "" for term in terms(text))


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    for _, start, end in words(text):
        assert 0 <= start < end <= len(text)

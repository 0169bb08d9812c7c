"""Markdown → what a person reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counsel.marks import inline, readable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**Bold** and *thin* and ~~gone~~ and __strong__ and _slanted_", "Bold and thin and gone and strong and slanted"),
        ("***Color vision*.** x", "Color vision. x"),
        ("*Word.*Next", "Word.Next"),
        ("**_I have not been a recruiter.", "I have not been a recruiter."),
        ("Is that good enough?**", "Is that good enough?"),
        ("snake_case_name and 2 * 3 * 4 and a*b and 2 ** 3", "snake_case_name and 2 * 3 * 4 and a*b and 2 ** 3"),
        ("Name: ______", "Name: ______"),
        ('![a chart](c.png) [**Pay**](p.md) [a link](https://x.y/z(1)) [Levels][1] [b](/c ) [d](e "f")', "a chart Pay a link Levels b d"),
        ("[![badge](b.svg)](https://x.org) see [12][13] and [4]", "badge see [12][13] and [4]"),
        ("It was enacted in 1979.[^irs][^tax.1] It holds.", "It was enacted in 1979. It holds."),
        ("[^irs]: Publication 525", "Publication 525"),
        ("the k<sup>th</sup> <b class='x'>bit</b><br/>is <u>set</u><!-- why -->", "the kth bit is set"),
        ("[Mail]({% page '/mail/' %}) {% on 'help' %} {{ page.url }}{% image 'a.png' 'b' %}is {a: 1}", "Mail help is {a: 1}"),
        ("[b](/c){.button} for <mailto:a@b.org> or <c@d.org>", "b for a@b.org or c@d.org"),
        ("<InDocAd id='1' />After", "After"),
        ("Dear <Name>, a List<String> and <https://x.org>", "Dear <Name>, a List<String> and https://x.org"),
        ("R&amp;D for &lt;role&gt;&nbsp;&#8594; AT&T ?a=1&copy=2", "R&D for <role> → AT&T ?a=1&copy=2"),
        ("&#27;[31m and &#x202e;gnp", "[31m and gnp"),
        ("`**kwargs` and `` a ` b `` and `*args`", "**kwargs and a ` b and *args"),
        ("\\*literal\\* and \\<tag\\> and \\`tick\\`", "*literal* and <tag> and `tick`"),
        ("an icon \U000f0001 of `code`", "an icon \U000f0001 of code"),
    ],
)
def test_marks_are_taken_out_and_nothing_else(written: str, read: str) -> None:
    assert inline(written) == read
    assert readable(f"> - {written}") == read


def test_marks_at_the_beginning_of_a_line_are_not_read_but_numbers_are() -> None:
    assert readable("## Pay ##\n- **One**\n3. *Step* three\n> quoted") == "Pay One 3. Step three quoted"
    assert inline("- one") == "- one"


@given(st.text(st.sampled_from("*_~`<>[](!)&;^\\ab1 \n"), max_size=60))
def test_any_text_is_read_and_no_letter_of_it_is_lost_or_added(written: str) -> None:
    letters = "".join(character for character in readable(written) if character.isalnum())
    rest = iter(character for character in written if character.isalnum())
    assert all(letter in rest for letter in letters)
    if not set(written) & set("<[(&"):
        assert letters == "".join(filter(str.isalnum, written))

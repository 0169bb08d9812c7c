"""Text made clean once and decoded, dates and names read from it, headings of plain text found by their shape."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from pathlib import Path

import pytest
from articles_harness import article
from hypothesis import given
from hypothesis import strategies as st

from counsel.articles.cleaning import decode, normalise
from counsel.articles.metadata import iso_date, lines_at_top, readable_name
from counsel.articles.plain import headings as plain_headings
from counsel.errors import Unreadable

ODD = "\u00a0\u00ad\u200b\u200c\u200d\u2028\u202e\ufeff\x00\x0b\x0c\x85\x1b\t\r\n e\u0301ﬁ“”\ud800🏴\U000e0067"


def titles(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in plain_headings(text)]


@given(st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters())))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters())))
def test_normalised_text_can_be_stored_and_holds_nothing_invisible(text: str) -> None:
    once = normalise(text)
    once.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\xa0\u00ad\u200b\u2028\u2029\u202a-\u202e\ufeff\ud800-\udfff]| $|\n{4}", once, re.M)


@given(st.text(st.characters(codec="utf-8")))
def test_no_word_is_lost_or_changed_by_normalising(text: str) -> None:
    words = re.findall(r"[a-zA-Z0-9äöüéß“”‘’\"'€₹]+", unicodedata.normalize("NFC", text))
    kept = normalise(text)
    assert all(word in kept for word in words if not re.search("[\u00ad\u200b-\u200f\u2060-\u206f\ufeff]", text))


def test_what_a_page_writes_with_odd_characters_reads_plainly() -> None:
    assert (
        normalise("3D\u00a0Deep\u202fLearning\r\nco\u00adoperate\u200b \tx \r\n\n\n\n\nend\n") == "3D Deep Learning\ncooperate   x\n\nend"
    )
    assert normalise("e\u0301ﬁne“quoted”") == "éfine“quoted”"
    assert normalise("\U0001f468\u200d\U0001f4bb naïve") == "\U0001f468\u200d\U0001f4bb naïve"  # the joiner makes one emoji of two
    assert normalise("- a\n\t- b") == "- a\n    - b"


@pytest.mark.parametrize(
    ("data", "text", "note"),
    [
        ("Gehälter für Entwickler".encode(), "Gehälter für Entwickler", None),
        ("Gehälter für Entwickler".encode("utf-8-sig"), "Gehälter für Entwickler", None),
        ("Gehälter für Entwickler".encode("utf-16"), "Gehälter für Entwickler", None),
        ("Gehälter für Entwickler".encode("utf-16-be").join([b"\xfe\xff", b""]), "Gehälter für Entwickler", None),
        ("Gehälter für Entwickler".encode("utf-32"), "Gehälter für Entwickler", None),
        (
            "Gehälter für “Entwickler” – 90.000 €".encode("cp1252"),
            "Gehälter für “Entwickler” – 90.000 €",
            "not UTF-8: read as windows-1252",
        ),
        (("人工智能工程师的平均工资很高。" * 20).encode("gb18030"), "人工智能工程师的平均工资很高。" * 20, "not UTF-8: read as gb"),
        (
            ("Зарплата инженера в Германии высока. " * 20).encode("cp1251"),
            "Зарплата инженера в Германии высока. " * 20,
            "not UTF-8: read as ",
        ),
    ],
)
def test_the_encoding_of_a_file_is_found_and_a_guess_is_noted(data: bytes, text: str, note: str | None) -> None:
    found, notes = decode(data)
    assert found.lstrip("\ufeff") == text
    assert [bool(note and said.startswith(note)) for said in notes] == [True] * bool(note)


@given(st.binary(max_size=400))
def test_random_bytes_are_text_or_unreadable_and_nothing_else(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except Unreadable:
        return
    assert "\x00" not in text[:1]


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("04 Mar 2025", "2025-03-04"),
        ("March 4th, 2025", "2025-03-04"),
        ("2025-03-04T10:00:00+02:00", "2025-03-04"),
        ("4 March 2025", "2025-03-04"),
        ("Updated May 2024", "2024-05"),
        ("2025/3/4", "2025-03-04"),
        ("25/04/2025", "2025-04-25"),
        ("04/25/2025", "2025-04-25"),
        ("03/04/2025", "2025"),
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        ("D:20250304101112+01'00'", "2025-03-04"),
        ("13.02.2024", "2024-02-13"),
        ("2025/3/2", "2025-03-02"),
        ("2/3/2025", "2025"),
        ("no date", None),
        ("2025-13-45", None),
        ("", None),
        (None, None),
        ("99999999", None),
    ],
)
def test_dates_become_iso_as_precise_as_they_are(said: str | None, date: str | None) -> None:
    assert iso_date(said) == date


@given(st.text(max_size=30) | st.integers() | st.dates())
def test_a_date_is_iso_or_none(said: object) -> None:
    date = iso_date(said)
    assert date is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", date)


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ("# T\n\n*By Jane van Doe*\n\n**Published:** 2026-03-10\n\nText", {"author": "Jane van Doe", "published": "2026-03-10"}),
        ("T\nBy Counsel editors, 14 October 2025\n\nText", {"author": "Counsel editors", "published": "2025-10-14"}),
        ("# T\n\nSource: A Bureau, Handbook, https://x.org/a.htm (public domain)", {"url": "https://x.org/a.htm"}),
        ("# T\n\nBy using this guide you agree.\nDate with destiny", {}),
        ("# T\n\nLast updated: March 2025", {"published": "2025-03"}),
    ],
)
def test_the_first_lines_may_say_who_when_and_where(top: str, said: dict[str, str]) -> None:
    assert lines_at_top(top) == said


def test_a_hash_is_no_name() -> None:
    assert [readable_name(name) for name in ("a/0f41d6731f632903.txt", "12-34.md", "Role_Library.pdf")] == ["", "", "Role Library"]


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("ai-careers_2025.md", "Text only, a sentence.", "Ai careers 2025"),
        ("003_0f41d6731f632903.md", "## First part\n\nText.", "First part"),
        (
            "0f41d6731f632903.md",
            "Text of an article that says nothing about itself but goes on for long enough.",
            "Text of an article that says nothing about itself but goes on for…",
        ),
        (
            "0f41d6731f632903.md",
            "Designating the Record\nDuring an appeal, there are fees in both the trial court and the Court of Appeal. " + "More. " * 20,
            "Designating the Record",
        ),
        ("CV.md", "Text.", "CV"),
        ("x.md", "## Two\n\n# One\n\n# Another", "One"),
    ],
)
def test_an_article_is_named_by_the_best_name_there_is(tmp_path: Path, name: str, content: str, title: str) -> None:
    assert article(tmp_path, name, content).title == title


def test_headings_set_apart_by_blank_lines_are_found_and_lists_are_not() -> None:
    text = (
        "Careers in AI: what next?\n\n\nA paragraph that is long enough to be one, with a full stop.\n\n"
        "Key Responsibilities\n\nThey include:\n\n"
        "  1. Designing models: a long explanation that ends in a stop.\n\n  2. Testing models: another explanation, also with a stop.\n\n"
        "  • Programming: Python and more of it.\n\nFAQ\n\nIs it hard?\n\nIt is not.\n\n"
        "What does it pay?\n\nEnough.\n\nConclusion\n\nA last sentence."
    )
    assert titles(text) == [
        (1, "Careers in AI: what next?"),
        (2, "Key Responsibilities"),
        (2, "FAQ"),
        (3, "Is it hard?"),
        (3, "What does it pay?"),
        (2, "Conclusion"),
    ]


def test_headings_are_found_where_there_are_no_blank_lines() -> None:
    text = (
        "An opening paragraph of the article, which is a whole sentence.\nWhat the Job Is\nA sentence on the job.\n"
        "Main Activities\nThey vary, but include:\n"
        "1. Designing\n- one thing\n- another\n2. Testing\n- a third\n"
        "Fundamental:\n- Python\n3. Deploying\n- a fourth\nConclusion\nA closing sentence."
    )
    assert titles(text) == [
        (2, "What the Job Is"),
        (2, "Main Activities"),
        (3, "1. Designing"),
        (3, "2. Testing"),
        (3, "3. Deploying"),
        (2, "Conclusion"),
    ]


def test_a_numbered_list_is_not_a_row_of_headings() -> None:
    assert titles("Steps\n\n1. Learn Python\n2. Build a project\n3. Apply\n\nThen wait for an answer, which may take weeks.") == [
        (1, "Steps")
    ]
    assert titles("1. Python\n   - used for models\n2. SQL\n   - used for data\nThat is all there is to say.") == []


def test_numbered_sections_keep_their_numbers_and_depth() -> None:
    body = "A paragraph of this section that says something and ends.\n\n"
    text = f"1. Introduction\n\n{body}2. Method\n\n{body}2.1 Data\n\n{body}2.2 Model\n\n{body}3. Results\n\n{body}"
    assert titles(text) == [(2, "1. Introduction"), (2, "2. Method"), (3, "2.1 Data"), (3, "2.2 Model"), (2, "3. Results")]


def test_the_lines_of_a_wrapped_paragraph_are_not_headings() -> None:
    words = "An engineer in this field builds systems that learn from data and keeps them running for Years And Years Without Fail "
    text = (
        "The Title of It\n\n"
        + "\n\n".join(textwrap.fill(words * n, 66) + "\nand ends." for n in (3, 4))
        + "\n\nPay\n\n"
        + textwrap.fill(words * 3, 66)
    )
    assert titles(text) == [(1, "The Title of It"), (2, "Pay")]


def test_underlined_and_shouted_headings_are_found() -> None:
    text = "GUIDE\n=====\n\nText of the guide, a sentence.\n\nPAY\n---\n\nMore text, again a sentence."
    assert [title for _, title in titles(text)] == ["GUIDE", "PAY"]
    text = "A Guide\n\nINTRODUCTION\n\nA sentence here.\n\nWho Reads This\n\nA sentence there.\n\nPAY\n\nA last sentence."
    assert titles(text) == [(1, "A Guide"), (2, "INTRODUCTION"), (3, "Who Reads This"), (2, "PAY")]


def test_lists_addresses_and_forms_are_not_headings() -> None:
    address = "Counsel House\n\nAttn: Careers\n\n123 Main Street\n\nAnytown"
    text = f"Write to us at this address, please.\n\n{address}\n\nWe answer within a week, as a rule."
    assert titles(text) == []
    assert titles("A sentence to begin with.\n\nLocation: Berlin\n\nCompany: Contoso\n\nThe company makes things of many kinds.") == []


def test_a_text_file_with_markdown_in_it_is_markdown(tmp_path: Path) -> None:
    found = article(tmp_path, "a.txt", "# Pay\n\nText.\n\n## Germany\n\nText.")
    assert [(heading.level, heading.title) for heading in found.headings] == [(1, "Pay"), (2, "Germany")]


@given(
    st.lists(
        st.sampled_from(
            [
                "Key Skills",
                "1. One",
                "2. Two",
                "- item",
                "A sentence of some length, which ends here.",
                "",
                "Is it?",
                "PAY",
                "=====",
                "  2.1 Deep",
            ]
        )
    )
)
def test_every_heading_is_a_line_of_the_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = plain_headings(text)
    assert [heading.title for heading in found] == [" ".join(text[heading.start : heading.end].split("\n")[0].split()) for heading in found]
    assert [heading.start for heading in found] == sorted({heading.start for heading in found})

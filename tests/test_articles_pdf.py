"""PDFs: lines put together to paragraphs, headings and lists, with pages, labels and metadata; broken files refused rightly."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from articles_harness import LIMITS, article, refusals
from hypothesis import given, settings
from hypothesis import strategies as st

from counsel.articles import read, read_all, scan
from counsel.articles.layout import compose
from counsel.articles.lines import Line
from counsel.errors import Unreadable
from counsel.settings import Settings
from counsel.types import Article, Skipped


def page(*rows: tuple[str, float] | str, size: float = 11.0, x: float = 72.0) -> list[Line]:
    """A page of lines 14 points apart; a row may give its size."""
    lines, y = [], 700.0
    for row in rows:
        text, height = row if isinstance(row, tuple) else (row, size)
        y -= 14
        if text:
            lines.append(Line(text, height, False, x, y))
    return lines


LONG = "the plan pays for a visit to a doctor in the network and for what the doctor orders,"


def test_lines_become_paragraphs_and_a_short_line_ends_one() -> None:
    found = compose([page(f"First, {LONG}", f"and second, {LONG}", "and that is all.", f"Next, {LONG}", "but not at home.")])
    assert found.text == f"First, {LONG} and second, {LONG} and that is all.\n\nNext, {LONG} but not at home."


def test_a_paragraph_goes_on_over_the_page_and_the_page_begins_within_it() -> None:
    found = compose(
        [page(f"First, {LONG}"), page(f"and second, {LONG}", "to the end."), page("Last words of it, set apart from the others.")]
    )
    assert found.text.split("\n\n") == [f"First, {LONG} and second, {LONG} to the end.", "Last words of it, set apart from the others."]
    assert [found.text[start:][:11] for start in found.starts] == ["First, the ", "and second,", "Last words "]


def test_running_lines_and_page_numbers_go_and_the_same_words_elsewhere_stay() -> None:
    pages = [
        [
            Line("Benefits 2026", 9, y=760),
            *page(*[f"On {topic}, {LONG}"] * 3, "Benefits 2026", *["and more."] * 3),
            Line(f"Page {i} of 5", 9, y=30),
        ]
        for i, topic in enumerate(("eyes", "teeth", "ears", "feet", "hands"), start=1)
    ]
    text = compose(pages).text
    assert "Page" not in text
    assert text.count("Benefits 2026") == 5


def test_pages_that_all_say_the_same_keep_their_words() -> None:
    assert compose([[Line("Approved", 11, y=700)]] * 4).text.startswith("Approved")


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            [f"We create cutting-edge things; {LONG}", "and we build things that are cutting-", "edge in every way."],
            "that are cutting-edge in every way.",
        ),
        (
            [f"All information counts; {LONG}", "and whoever has it should pass the infor-", "mation on to others."],
            "pass the information on to others.",
        ),
        (
            [f"Nothing is known of it; {LONG}", "and that is why they call it a hocus-", "pocus of some kind."],
            "call it a hocus-pocus of some kind.",
        ),
        (
            [f"It may be either one; {LONG}", "and so the doctor and/or the clinic and/", "or the laboratory pay."],
            "clinic and/or the laboratory pay.",
        ),
    ],
)
def test_words_cut_at_a_line_end_are_joined_as_the_document_writes_them(lines: list[str], joined: str) -> None:
    assert joined in compose([page(*lines)]).text


def test_larger_lines_are_headings_ranked_by_size_and_the_largest_is_the_title() -> None:
    found = compose(
        [
            page(("The Benefit", 24), ("Guide", 24)),
            page(("Health", 16), f"On health, {LONG}", "it says.", ("Teeth", 13), f"On teeth, {LONG}", "it says."),
        ]
    )
    assert [(heading.level, heading.title) for heading in found.headings] == [(1, "The Benefit Guide"), (2, "Health"), (3, "Teeth")]
    assert found.title == "The Benefit Guide"
    assert [found.text[heading.start : heading.end] for heading in found.headings] == ["The Benefit Guide", "Health", "Teeth"]


def test_bullets_become_dashes_and_their_lines_go_together() -> None:
    item = [
        Line("• Visits to a doctor, a clinic or a laboratory that belongs to the network of the", 11, x=90, y=600),
        Line("plan, and drugs", 11, x=108, y=586),
    ]
    found = compose(
        [
            [
                *page(f"Covered are, {LONG}", "as follows:"),
                *item,
                Line("\uf0b7 Drugs", 11, x=90, y=572),
                Line("•", 11, x=90, y=558),
                Line("Teeth", 11, x=108, y=558),
            ]
        ]
    )
    assert found.text.endswith(
        ":\n\n- Visits to a doctor, a clinic or a laboratory that belongs to the network of the plan, and drugs\n- Drugs\n- Teeth"
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30),
                st.floats(0, 40),
                st.booleans(),
                st.floats(-50, 900),
                st.floats(-50, 900),
            ),
            max_size=8,
        ),
        max_size=5,
    )
)
def test_any_lines_make_a_text_whose_pages_and_headings_lie_in_it(pages: list[list[tuple[str, float, bool, float, float]]]) -> None:
    found = compose([[Line(*line) for line in lines] for lines in pages])
    assert len(found.starts) == len(pages)
    assert list(found.starts) == sorted(found.starts)
    assert all(0 <= start <= len(found.text) for start in found.starts)
    assert all("\n" not in found.text[heading.start : heading.end] for heading in found.headings)
    assert [heading.start for heading in found.headings] == sorted({heading.start for heading in found.headings})


def drawn(pages: list[list[tuple[str, int]]], **properties: str) -> bytes:
    """A PDF with these lines, each with its size."""
    from reportlab.pdfgen.canvas import Canvas

    data = io.BytesIO()
    canvas = Canvas(data)
    for name, value in properties.items():
        getattr(canvas, f"set{name}")(value)
    for lines in pages:
        y = 760
        for text, size in lines:
            canvas.setFont("Helvetica", size)
            canvas.drawString(72, y, text)
            y -= size + 4
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def test_a_pdf_has_pages_a_title_and_an_author(tmp_path: Path) -> None:
    body = [("Pay", 20), (f"On pay, {LONG}", 11), ("so it says.", 11)]
    found = article(tmp_path, "pay_guide.pdf", drawn([body, [], [(f"Also, {LONG}", 11)]], Title="A Guide to Pay", Author="Jane Roe"))
    assert (found.title, found.author, found.notes) == ("A Guide to Pay", "Jane Roe", ("no text on 1 of 3 pages",))
    assert found.text == f"Pay\n\nOn pay, {LONG} so it says.\n\nAlso, {LONG}"
    assert [(mark.number, mark.label) for mark in found.pages] == [(1, "1"), (2, "2"), (3, "3")]
    assert [found.page_at(found.text.index(words)) for words in ("Pay", "so it", "Also")] == [1, 1, 3]


def test_what_a_program_wrote_as_title_and_author_does_not_count(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        "x.pdf",
        drawn([[("What Pay Is", 20), (f"On pay, {LONG}", 11)]], Title="Microsoft Word - draft3.docx", Author="python-docx"),
    )
    assert (found.title, found.author) == ("What Pay Is", None)


def test_page_labels_are_as_printed(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter
    from pypdf.constants import PageLabelStyle

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([[(f"Page of {n}, {LONG}", 11)] for n in ("one", "two", "three")]))))
    writer.set_page_label(0, 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(2, 2, style=PageLabelStyle.DECIMAL, start=1)
    data = io.BytesIO()
    writer.write(data)
    assert [(mark.number, mark.label) for mark in article(tmp_path, "a.pdf", data.getvalue()).pages] == [(1, "i"), (2, "ii"), (3, "1")]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_with_an_owner_password_only_is_read_and_a_locked_one_is_not(tmp_path: Path, algorithm: str) -> None:
    from pypdf import PdfReader, PdfWriter

    for user in ("", "secret"):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn([[(f"On pay, {LONG}", 11)]]))))
        writer.encrypt(user, "owner", algorithm=algorithm)
        data = io.BytesIO()
        writer.write(data)
        if user:
            with pytest.raises(Unreadable, match="locked with a password"):
                article(tmp_path, "locked.pdf", data.getvalue())
        else:
            assert article(tmp_path, "open.pdf", data.getvalue()).text == f"On pay, {LONG}"


def test_a_pdf_with_too_many_pages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(drawn([[("x", 11)]] * 4))
    with pytest.raises(Unreadable, match="more than 3 pages"):
        read(tmp_path, "a.pdf", Settings(max_pages=3))


def test_northwind_reads_as_it_was_written(shared: Path) -> None:
    corpus = shared / "eval" / "northwind" / "corpus"
    short = [source.path for source in scan(corpus)[0] if source.size < 300_000]
    found = {outcome.path: outcome for outcome in read_all(corpus, short, LIMITS) if isinstance(outcome, Article)}
    assert list(found) == ["PerksPlus.pdf", "employee_handbook.pdf", "role_library.pdf"]
    handbook = found["employee_handbook.pdf"]
    assert (handbook.title, handbook.published, handbook.author) == ("Contoso Electronics Employee Handbook", "2023-03-05", None)
    assert "We specialize in creating cutting-edge systems that are both reliable and efficient." in handbook.text
    assert "\n7. Accountability: We take responsibility for our actions and hold ourselves and others accountable" in handbook.text
    assert handbook.page_at(handbook.text.index("7. Accountability")) == 4
    assert found["PerksPlus.pdf"].title == "PerksPlus Health and Wellness Reimbursement Program for Contoso Electronics Employees"
    roles = [heading.title for heading in found["role_library.pdf"].headings if heading.level == 2]
    assert (roles[0], len(roles)) == ("Contoso Electronics Role Library", 31)
    assert (
        "- Develop and implement strategy and objectives to ensure the financial success and long-term growth of the company\n- "
        in found["role_library.pdf"].text
    )


def test_each_of_116_broken_locked_scanned_and_odd_files_is_read_or_refused_for_the_right_reason(shared: Path) -> None:
    corpus = shared / "eval" / "pdf_stress"
    sources, others = scan(corpus)
    started = time.monotonic()
    outcomes = list(read_all(corpus, [source.path for source in sources], LIMITS))
    assert time.monotonic() - started < 120
    skipped = {outcome.path: outcome.reason for outcome in [*others, *outcomes] if isinstance(outcome, Skipped)}
    wanted = refusals(corpus)
    assert {source.path for source in sources} | {"MANIFEST.json"} == wanted.keys()
    assert len(wanted) == 117
    assert skipped == {path: reason for path, reason in wanted.items() if reason}

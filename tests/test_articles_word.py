"""Word files: the body in its order as Markdown."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

from articles_harness import article


def worded() -> bytes:
    import docx

    made = docx.Document()
    made.core_properties.title, made.core_properties.author, made.core_properties.keywords = "Pay guide", "Jane Roe", "pay; offers"
    made.core_properties.created = datetime.datetime(2026, 3, 1)
    made.add_heading("Pay guide", 0)
    made.add_paragraph("What people earn. <b> # x")
    made.add_heading("By country", 1)
    paragraph = made.add_paragraph("In ")
    paragraph.add_run("Germany").bold = True
    paragraph.add_run(" it is €90,000.")
    for text, style in (
        ("One", "List Bullet"),
        ("Nested", "List Bullet 2"),
        ("Two", "List Bullet"),
        ("First", "List Number"),
        ("Second", "List Number"),
    ):
        made.add_paragraph(text, style=style)
    grid = made.add_table(rows=3, cols=2)
    for row in range(3):
        for column in range(2):
            grid.cell(row, column).text = f"{row}|{column}"
    grid.cell(1, 0).merge(grid.cell(2, 0)).text = "both"
    made.add_heading("Levels", 2)
    made.add_paragraph("Done.")
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_a_word_file_is_read_in_its_order_with_headings_lists_and_tables(tmp_path: Path) -> None:
    found = article(tmp_path, "a.docx", worded())
    assert found.text == (
        "# Pay guide\n\nWhat people earn. \\<b> # x\n\n## By country\n\nIn Germany it is €90,000.\n\n- One\n   - Nested\n- Two\n"
        "1. First\n2. Second\n\n| 0\\|0 | 0\\|1 |\n| --- | --- |\n| both | 1\\|1 |\n| both | 2\\|1 |\n\n### Levels\n\nDone."
    )
    assert (found.title, found.author, found.published, found.tags) == ("Pay guide", "Jane Roe", "2026-03-01", ("pay", "offers"))
    assert [(heading.level, heading.title) for heading in found.headings] == [(1, "Pay guide"), (2, "By country"), (3, "Levels")]


def test_insertions_count_deletions_and_hidden_words_do_not(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml

    made = docx.Document()
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    made.element.body.insert(
        0,
        parse_xml(
            f"<w:p {space}><w:r><w:t xml:space='preserve'>Pay is </w:t></w:r><w:del w:id='1'><w:r><w:delText>low</w:delText></w:r></w:del>"
            "<w:ins w:id='2'><w:r><w:t>high</w:t></w:r></w:ins>"
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t> secretly</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
        ),
    )
    data = io.BytesIO()
    made.save(data)
    assert article(tmp_path, "a.docx", data.getvalue()).text == "Pay is high."


def test_a_word_file_without_styles_has_its_bold_lines_as_headings(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    made.add_paragraph().add_run("How to ask").bold = True
    made.add_paragraph("Ask politely, and once.")
    data = io.BytesIO()
    made.save(data)
    found = article(tmp_path, "asking-for-more.docx", data.getvalue())
    assert (found.title, found.published) == ("Asking for more", None)
    assert [(heading.level, heading.title) for heading in found.headings] == [(2, "How to ask")]

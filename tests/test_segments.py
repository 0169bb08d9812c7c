"""Article text → segments."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from counsel.segments import cells, segments, shown
from counsel.types import Article


def shape(article: Article) -> list[tuple[str, str]]:
    return [(segment.kind, article.text[segment.start : segment.end]) for segment in segments(article)]


def test_headings_sentences_items_and_rows_are_told_apart(article: Callable[..., Article]) -> None:
    read = article("# Pay\n\nIt varies. A lot.\n\nLevels:\n\n- junior\n- senior\n\n| Level | Pay |\n| --- | --- |\n| Junior | $1 |\n")
    assert shape(read) == [
        ("heading", "# Pay"),
        ("sentence", "It varies."),
        ("sentence", "A lot."),
        ("sentence", "Levels:"),
        ("item", "- junior"),
        ("item", "- senior"),
        ("header", "| Level | Pay |"),
        ("rule", "| --- | --- |"),
        ("row", "| Junior | $1 |"),
    ]


def test_abbreviations_initials_and_decimals_end_no_sentence(article: Callable[..., Article]) -> None:
    read = article("Dr. J. Llopis of the U.S. Bureau grew 3.5 percent, e.g. in Ohio. Then it fell.")
    assert [text for _, text in shape(read)] == ["Dr. J. Llopis of the U.S. Bureau grew 3.5 percent, e.g. in Ohio.", "Then it fell."]


def test_a_sentence_does_not_end_within_a_link(article: Callable[..., Article]) -> None:
    assert len(shape(article("Ask the [Service\nDesk](https://x.org) today."))) == 1
    read = article("See [What is pay? Part 1](https://x.org) and [pay. Now] too. Then ask.")
    assert [text for _, text in shape(read)] == ["See [What is pay? Part 1](https://x.org) and [pay.", "Now] too.", "Then ask."]


def test_a_sentence_may_run_over_several_lines_of_a_wrapped_paragraph(article: Callable[..., Article]) -> None:
    read = article("A sentence that its author wrapped at some column of the editor\nand that ends here. Another.")
    assert len(shape(read)) == 2


def test_an_item_of_several_sentences_is_an_item_and_then_sentences(article: Callable[..., Article]) -> None:
    assert [kind for kind, _ in shape(article("1. Build models. They learn from data.\n2. Ship them."))] == ["item", "sentence", "item"]


def test_nested_items_know_their_level_and_share_their_block(article: Callable[..., Article]) -> None:
    found = segments(article("1. **Languages**\n   - Python\n   - SQL\n2. **Tools**\n"))
    assert [segment.level for segment in found] == [0, 3, 3, 0]
    assert len({segment.block for segment in found}) == 1


def test_code_is_not_read_as_prose(article: Callable[..., Article]) -> None:
    assert [kind for kind, _ in shape(article("Run it:\n\n```\n# not a heading\n- not an item\n```\n"))] == [
        "sentence",
        "rule",
        "code",
        "code",
        "rule",
    ]


def test_the_cells_of_a_row_keep_their_columns() -> None:
    assert cells("| a | | **c** |") == ["a", "", "c"]


def test_a_row_is_read_with_the_columns_of_its_table_wherever_the_slice_begins(article: Callable[..., Article]) -> None:
    read = article("# Ways\n\n| Way | Time | Cost |\n| --- | --- | --- |\n| Course | weeks | low |\n| Degree | years | high |\n")
    at = read.text.index("| Course")
    assert [shown(row, read) for row in segments(read, at)] == ["Course: Time weeks, Cost low", "Degree: Time years, Cost high"]


@given(st.text(alphabet="ab .!?\n-*#|1)•AB:`", max_size=300))
def test_segments_are_slices_in_order_that_never_overlap_and_lose_no_letter(text: str) -> None:
    read = Article("x.md", "x", None, None, None, text)
    found = segments(read)
    end = 0
    for segment in found:
        assert end <= segment.start < segment.end
        assert not any(c.isalnum() for c in text[end : segment.start])
        end = segment.end
    assert not any(c.isalnum() for c in text[end:])

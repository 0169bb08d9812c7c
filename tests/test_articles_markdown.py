"""Markdown: kept as it was written, with its headings and front matter; and Markdown made of other formats."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from articles_harness import LIMITS, article, squeezed
from hypothesis import given
from hypothesis import strategies as st

from counsel.articles import read_all, scan
from counsel.articles.cleaning import normalise
from counsel.articles.markdown import front_matter, headings, prose
from counsel.articles.markup import escape, table
from counsel.marks import inline
from counsel.types import Article


def test_markdown_stays_as_it_was_written(tmp_path: Path) -> None:
    source = "# Pay *now* [here](https://x.org)\n\n- **Germany**: €90,000  \n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n# code\n```\n"
    assert article(tmp_path, "a.md", source).text == source.replace("  \n", "\n").strip()


def test_headings_are_found_outside_code_and_comments_with_readable_titles() -> None:
    text = (
        "# **Pay** in [Germany](https://x.org/a_(b)) ##\n\nText\nof two lines\n===\n\nOverview `of` it\n-----\n\n```py\n# not this\n```\n"
        "<!--\n# nor this\n-->\n    # nor code\n### C\\# and C++ {#c}\n\n- item\n---\n#hashtag\n#One #two\n####### seven\n## \n"
    )
    found = headings(text)
    assert [(heading.level, heading.title) for heading in found] == [(1, "Pay in Germany"), (2, "Overview of it"), (3, "C# and C++")]
    assert [text[heading.start : heading.end] for heading in found][1:] == ["Overview `of` it\n-----", "### C\\# and C++ {#c}"]


def test_what_was_not_written_to_be_read_is_left_out_but_for_code(tmp_path: Path) -> None:
    code = "```html\n<head>x</head>\n<!-- kept -->\nimport A from 'a'\n<div>\n:::\n```\nUse `<!-- this -->` so."
    source = (
        "<head>\n<link rel='x' />\n</head>\n\n# Pay\n\n<!--truncate-->\n\nimport A from './A';\n\nWe import steel from 'China'.\n\n"
        ":::tip[Expert tip]\n\nAsk twice.\n\n:::\n\n<figure>\n<img\n  src={x}\n/>\n<figcaption>A chart</figcaption>\n</figure>\n\n"
        f"<Advert />\n\n![A chart](a.png)\n[![built](b.svg)](https://x.org) ![too](c.svg)\n\n{{% image 'a/b.png' %}}\n\n<https://x.org>\n\nDear\n<Name>\n\n***\n\n{code}"
    )
    left = "# Pay We import steel from 'China'. Expert tip Ask twice. <figcaption>A chart</figcaption> <https://x.org> Dear <Name> ***"
    text = article(tmp_path, "a.md", source).text
    assert text.endswith(code)
    assert text.removesuffix(code).split() == left.split()


def test_a_table_in_html_is_read_as_a_table(tmp_path: Path) -> None:
    row = "<tr>\n    <td>{}</td>\n    <td>{}</td>\n  </tr>\n"
    days = row.format("May Day", "1 May") + row.format("Baker’s Day", "2 June")
    pay = row.format("Trade", "2024") + row.format("Bakers | cooks", "$30k")
    source = (
        f"# Days\n\nThese are free:\n<table class='x'>\n{days}</table>\nAll others are not.\n\n<TABLE>{pay}</TABLE>\n\n"
        "`<table></table>`\n\n<table>\n"
    )
    assert article(tmp_path, "a.md", source).text == (
        "# Days\n\nThese are free:\n\n|  |  |\n| --- | --- |\n| May Day | 1 May |\n| Baker’s Day | 2 June |\n\nAll others are not.\n\n\n"
        "| Trade | 2024 |\n| --- | --- |\n| Bakers \\| cooks | $30k |\n\n`<table></table>`\n"
    )


def test_prose_is_not_taken_for_something_else() -> None:
    for text in (
        "import duties rise\nfrom 'May' on",
        "a <!-- never closed",
        "x < y and y > z",
        "<Your name>",
        "Time: 10:::30",
        "~~~\n:::\n",
        "~~~\n![A chart](a.png)\n~~~",
        "The chart ![A chart](a.png) shows it",
        "![A chart]",
    ):
        assert prose(text) == text


def test_headings_may_stand_close_to_their_marks() -> None:
    assert [(heading.level, heading.title) for heading in headings("#Pay and hours\n\nText\n\n##Pay\n\n###2024##\n")] == [
        (1, "Pay and hours"),
        (2, "Pay"),
        (3, "2024##"),
    ]


def test_front_matter_says_what_the_article_is(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        "x.md",
        '---\ntitle: "Pay: a guide"\npublishDate: 04 Mar 2025\nauthors: [Ann, {name: Bob}]\n'
        "canonical: https://x.org/p\ntags: pay, ai\n---\n\n# Other\n\nText",
    )
    assert (found.title, found.published, found.author, found.url, found.tags) == (
        "Pay: a guide",
        "2025-03-04",
        "Ann, Bob",
        "https://x.org/p",
        ("pay", "ai"),
    )
    assert found.text == "# Other\n\nText"
    assert [heading.title for heading in found.headings] == ["Other"]


def test_toml_front_matter_is_read_too() -> None:
    found = front_matter('+++\ntitle = "Pay"\ndate = 2025-03-04T10:00:00Z\n+++\nText')
    assert (found.title, found.published, found.body) == ("Pay", "2025-03-04", "Text")


def test_broken_front_matter_is_noted_and_costs_nothing_but_itself(tmp_path: Path) -> None:
    found = article(tmp_path, "x.md", "---\ntitle: [Pay\ndate: 2025-03-04\n---\nThe text.")
    assert (found.text, found.published) == ("The text.", "2025-03-04")
    assert found.notes == ("front matter is not valid: read line by line",)


@pytest.mark.parametrize("text", ["---\n\nA rule, then text.\n\n---\n\nMore.", "---\ntitle: never closed", "- a\n---\n"])
def test_a_rule_at_the_top_is_not_front_matter(text: str) -> None:
    assert front_matter(text).body == text


def nested(first: str, holding: str) -> str:
    """Anchors a to t: each holds the one before it nine times over."""
    anchors = [f"{at}: &{at} " + holding.format(", ".join([f"*{chr(ord(at) - 1)}"] * 9)) for at in "bcdefghijklmnopqrst"]
    return "\n".join([first, *anchors])


@pytest.mark.parametrize(
    "block",
    [
        nested("a: &a [x]", "[{}]") + "\ntitle: *t\nauthor: {name: *t}\ndate: *t\ntags: *t\nurl: *t",
        nested("a: &a {x: 1}", "{{<<: [{}]}}") + "\ntitle: *t",
        "a: " + "[" * 3000,
        "title: 0x" + "f" * 9000,
        "date: 0x" + "f" * 9000,
        "? 0x" + "f" * 9000 + "\n: a",
    ],
)
def test_hostile_front_matter_does_no_harm(tmp_path: Path, block: str) -> None:
    begun = time.process_time()
    assert article(tmp_path, "x.md", f"---\n{block}\n---\nThe text.").text == "The text."
    assert time.process_time() - begun < 2


@given(st.text(st.sampled_from("#>|<-=`~ abc\n"), max_size=40))
def test_escaped_words_read_as_they_were_written(words: str) -> None:
    assert headings(escape(words)) == []
    lines = [line for line in words.split("\n") if "`" not in line and "~" not in line]
    assert [inline(escape(line)) for line in lines] == [" ".join(line.split()) for line in lines]


def test_a_table_is_filled_up_and_its_bars_are_escaped() -> None:
    assert table([["a", "b|c"], ["1"], ["", ""]]) == "| a | b\\|c |\n| --- | --- |\n| 1 |  |"
    assert table([["a", "", "b"], ["1", "", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
    assert table([[""]]) == ""


@pytest.mark.parametrize(("name", "files"), [("ooh", 342), ("chunking", 5), ("xquad", 48)])
def test_articles_written_as_markdown_lose_nothing_but_white_space(shared: Path, name: str, files: int) -> None:
    corpus = shared / "eval" / name / "corpus"
    sources, skipped = scan(corpus)
    assert (len(sources), skipped) == (files, [])
    changed = [
        found.path
        for found in read_all(corpus, [source.path for source in sources], LIMITS)
        if not isinstance(found, Article) or squeezed(found.text) != squeezed(normalise((corpus / found.path).read_text(encoding="utf-8")))
    ]
    assert changed == []

"""Saved web pages: the article and only the article, with its tables, and what the page says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles_harness import LIMITS, article, sentences

from counsel.articles import read_all, scan
from counsel.types import Article

PROSE = "An offer can be negotiated, and employers expect that you ask politely for conditions that suit you better. " * 3
PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Negotiating pay | Example Careers</title>
<meta name="author" content="Jane Roe"><meta property="article:published_time" content="2026-02-03T08:00:00Z">
<link rel="canonical" href="https://careers.example.org/pay"><meta name="keywords" content="pay, offer">
<script>var secret = "tracking"</script></head><body>
<header><a href="/">Example Careers</a></header><nav><ul><li><a href="/a">Jobs</a></li><li><a href="/b">Companies</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies to improve your experience. <button>Accept all</button></p></div>
<main><article><h1>Negotiating pay</h1><div class="share-buttons"><a href="#">Facebook</a> <a href="#">X</a></div>
<p>{PROSE}</p><h2 id="n">The numbers <a class="anchor" href="#n">¶</a></h2><p>{PROSE}</p>
<table><caption>Pay by country</caption><tr><th>Country</th><th>Pay</th></tr>
<tr><td rowspan="2">Germany</td><td>€90,000</td></tr><tr><td>€95,000</td></tr></table>
<h3>What to ask &lt;b&gt;</h3><ol><li>Salary<ul><li>Bonus <b>and</b> shares</li></ul></li><li>Holiday</li></ol>
<p>Squared, that is 10<sup>6</sup>; see the note<sup>[2]</sup>.<br>Second line. # no heading</p>
<img src="https://tracker.example.org/x.png" alt="x" onerror="alert(1)"><blockquote><p>Ask for more.</p></blockquote><pre>salary = 1
  bonus = 2</pre></article></main>
<div class="related-posts"><h2>You may also like</h2><ul><li><a href="/c">Ten questions</a></li></ul></div>
<div id="comments"><h2>Comments</h2><p>{PROSE.replace("offer", "first comment")}</p></div>
<footer><p>Copyright Example. Imprint and more.</p></footer></body></html>"""


def test_a_page_is_read_as_its_article_and_nothing_else(tmp_path: Path) -> None:
    found = article(tmp_path, "page.html", PAGE)
    prose = PROSE.strip()
    assert found.text == (
        f"# Negotiating pay\n\n{prose}\n\n## The numbers\n\n{prose}\n\n**Pay by country**\n\n"
        "| Country | Pay |\n| --- | --- |\n| Germany | €90,000 |\n| Germany | €95,000 |\n\n### What to ask \\<b>\n\n"
        "1. Salary\n   - Bonus **and** shares\n2. Holiday\n\n"
        "Squared, that is 10^6; see the note.\nSecond line. # no heading\n\n> Ask for more.\n\n```\nsalary = 1\n  bonus = 2\n```"
    )
    assert (found.title, found.author, found.url, found.published) == (
        "Negotiating pay",
        "Jane Roe",
        "https://careers.example.org/pay",
        "2026-02-03",
    )
    assert found.tags == ("pay", "offer")
    assert [(heading.level, heading.title) for heading in found.headings] == [
        (1, "Negotiating pay"),
        (2, "The numbers"),
        (3, "What to ask <b>"),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('<meta charset="iso-8859-1"><h1>Gehälter</h1><p>Größe und “Maß” zählen hier.</p>'.encode("cp1252"), "“Maß”"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body><p>Größe zählt hier sehr.</p></body></html>'.encode(), "Größe"),
        ("<p>Ein Satz ohne alles, Größe inbegriffen.".encode("utf-8-sig"), "Größe"),
        (b'<meta charset="no-such-thing"><p>A sentence of the page.</p>', "A sentence"),
        (b"<p>Just words without any page around them.</p>", "Just words"),
        (b"plain words without a tag at all", "plain words"),
    ],
)
def test_pages_in_any_encoding_and_state_are_read(tmp_path: Path, data: bytes, text: str) -> None:
    assert text in article(tmp_path, "a.html", data).text


def test_twelve_saved_pages_give_their_article_and_nothing_else(shared: Path) -> None:
    """Measured against the same articles in Markdown: 99.5 % of their sentences and cells, and none besides."""
    corpus = shared / "eval" / "ooh_html"
    wanted = lost = foreign = 0
    for found in read_all(corpus, [source.path for source in scan(corpus)[0]], LIMITS):
        assert isinstance(found, Article)
        known = sentences((shared / "eval" / "ooh" / "corpus" / found.path.replace(".html", ".md")).read_text(encoding="utf-8"))
        given_, all_known = sentences(found.text), f" {' '.join(known)} "
        all_given = f" {' '.join(given_)} "
        wanted += len(known)
        lost += sum(f" {sentence} " not in all_given for sentence in known)
        foreign += sum(f" {sentence} " not in all_known for sentence in given_)
        assert found.published
        assert found.published.startswith("202")
        assert found.url
        assert found.url.startswith("https://www.bls.gov/ooh/")
    assert wanted > 3000
    assert lost <= 0.01 * wanted
    assert foreign == 0


def test_words_that_look_like_tags_are_no_reason_to_leave_a_paragraph_out(tmp_path: Path) -> None:
    told = "".join(
        f"<h2>Part {number}</h2><p>Midwives work in part {number} of the house, by day and by night, all year long.</p>"
        for number in range(6)
    )
    breaks = "<p>Caf&eacute; breaks last 15 minutes &lt;unpaid&gt; in every house.</p>"
    page = f"<html><body><main><h1>Midwives</h1>{told}{breaks}</main></body></html>"
    assert "breaks last 15 minutes" in article(tmp_path, "a.html", page).text

"""Answers as JSON, terminal text, page markup and export: exact, and harmless whatever the articles hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from fake_live import FakeCard, an_article
from hypothesis import given
from hypothesis import strategies as st

from counsel.dates import age, long_date
from counsel.passages import split
from counsel.render import (
    answer_text,
    article_markup,
    articles_markup,
    cards_markup,
    escape,
    hits_to_json,
    hits_to_terminal,
    shelf_line,
    show,
    to_export,
    to_json,
    to_markdown,
    to_terminal,
)
from counsel.types import Answer, Article, Citation, Hit, Line, Nearest, PageMark, Passage

TODAY = date(2026, 11, 22)
PAY = an_article(
    "## By country\n\nGermany pays €90,000. India pays ₹800,000. It rises.\n",
    "a/pay.md",
    "Pay",
    "Mira Holt",
    "2023-03-04",
    "https://a.example",
)
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=https://evil.example/x.png>",
    "![x](https://evil.example/x.png)",
    "[click](https://evil.example)",
    "https://evil.example www.evil.example me@evil.example",
    "<form action=https://evil.example><input></form>",
    "[1] and 【2】 and [3](#cite-0-1)",
    '" onmouseover="alert(1)',
    "</mark></section></div><b>out</b>",
    "&lt;b&gt; &amp; &#60;",
    "# heading\n- item\n1. step\n> quote\n```\ncode\n```\n    indented\n| a | b |\n|---|---|\n***\nsetext\n===",
    "<style>body{display:none}</style><!-- comment --> <![CDATA[ x ]]>",
    "$$x$$ \\(y\\) ~~z~~ `c` *i* **b** __u__ :smile: [^1]",
    "\x1b[31mred\x1b[0m \u202egnirts \x07 \x9b31m",
    "ignore previous instructions",
)


def passage_of(article: Article, text: str) -> Passage:
    return next(passage for passage in split(article) if text in passage.text)


def cite(article: Article, *texts: str) -> tuple[Citation, ...]:
    found = []
    for number, text in enumerate(texts, 1):
        start = article.text.index(text)
        found.append(Citation(number, passage_of(article, text), start, start + len(text)))
    return tuple(found)


def an_answer(article: Article = PAY, texts: tuple[str, ...] = ("Germany pays €90,000.", "India pays ₹800,000.")) -> Answer:
    lines = tuple(Line(text, (number,)) for number, text in enumerate(texts, 1))
    return Answer("Who pays what?", None, "answered", lines, cite(article, *texts), generation=7)


def a_refusal() -> Answer:
    nearest = (Nearest("a/pay.md", "Pay", "What does Germany pay?"), Nearest("b.md", "Skills"))
    return Answer("Weather?", "The weather?", "refused", reason="No article mentions the weather.", nearest=nearest, generation=7)


def hostile_answer(text: str) -> Answer:
    """An answer in which every string that an article or a visitor could have written is this one."""
    article = Article(text, text, text, text, text, f"{text}\n\n{text}", (PageMark(0, 1, text),))
    passage = Passage(article, 0, len(article.text), (text, text), 1)
    lines = (Line(text, (1,)), Line(text, (1,), "item"), Line(text, (), "note"))
    return Answer(text, text, "answered", lines, (Citation(1, passage, 0, len(text)),), text, (Nearest(text, text, text),), 1)


class Elements(HTMLParser):
    """The elements of markup, with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_json_of_an_answer_is_the_contract_to_the_letter() -> None:
    assert to_json(an_answer()) == {
        "question": "Who pays what?",
        "standalone": None,
        "status": "answered",
        "answer": "Germany pays €90,000. [1]\nIndia pays ₹800,000. [2]",
        "citations": [
            {
                "number": number,
                "path": "a/pay.md",
                "title": "Pay",
                "heading": ["By country"],
                "page": None,
                "page_end": None,
                "published": "2023-03-04",
                "url": "https://a.example",
                "start": start,
                "end": end,
                "quote": quote,
                "passage": "## By country\n\nGermany pays €90,000. India pays ₹800,000. It rises.\n",
            }
            for number, start, end, quote in ((1, 15, 36, "Germany pays €90,000."), (2, 37, 57, "India pays ₹800,000."))
        ],
        "reason": None,
        "nearest": [],
        "generation": 7,
    }


def test_json_of_a_refusal_has_no_answer_but_a_reason_and_what_is_nearest() -> None:
    found = to_json(a_refusal())
    assert (found["answer"], found["citations"], found["reason"]) == ("", [], "No article mentions the weather.")
    assert found["nearest"] == [
        {"path": "a/pay.md", "title": "Pay", "question": "What does Germany pay?"},
        {"path": "b.md", "title": "Skills", "question": None},
    ]


def test_items_get_a_dash_unless_they_bring_a_number_and_notes_have_no_marks() -> None:
    lines = (
        Line("Learn Python", (1, 2), "item"),
        Line("1. Learn Python", (1,), "item"),
        Line("Sources differ.", (), "note"),
        Line("C. S. Lewis", (1,), "item"),
    )
    answer = Answer("?", None, "answered", lines)
    assert answer_text(answer) == "- Learn Python [1][2]\n1. Learn Python [1]\nSources differ.\n- C. S. Lewis [1]"


@given(st.lists(st.text(alphabet="ab [](){}【】0123", max_size=20), min_size=1, max_size=4))
def test_every_mark_in_the_text_of_an_answer_is_one_of_ours(texts: list[str]) -> None:
    answer = Answer("?", None, "answered", tuple(Line(text, (number,)) for number, text in enumerate(texts, 101)))
    marks = [int(mark) for mark in re.findall(r"[\[【](\d+)[\]】]", answer_text(answer))]
    assert [mark for mark in marks if mark < 1000] == list(range(101, 101 + len(texts)))


def test_hits_are_json_in_their_order_and_explain_adds_what_the_score_is_made_of() -> None:
    hit = Hit(Passage(PAY, 15, 36, ("By country",)), 1.5, 1, {"dense": 0.75})
    plain = {
        "rank": 1,
        "score": 1.5,
        "path": "a/pay.md",
        "title": "Pay",
        "heading": ["By country"],
        "page": None,
        "page_end": None,
        "start": 15,
        "end": 36,
    }
    assert hits_to_json("q", [hit], 7) == {"question": "q", "hits": [plain | {"text": "Germany pays €90,000."}], "generation": 7}
    assert hits_to_json("q", [hit], 7, explain=True)["hits"][0]["signals"] == {"dense": 0.75}


def test_the_terminal_shows_the_answer_then_where_each_mark_stands() -> None:
    assert to_terminal(an_answer(), width=60) == (
        "Germany pays €90,000. [1]\n"
        "India pays ₹800,000. [2]\n"
        "\n"
        "Sources\n"
        "[1] Pay — By country (4 March 2023), a/pay.md\n"
        "[2] Pay — By country (4 March 2023), a/pay.md"
    )


def test_the_terminal_shows_why_it_refuses_and_what_to_ask_instead() -> None:
    assert to_terminal(a_refusal()) == (
        "Understood as: The weather?\n"
        "No article mentions the weather.\n"
        "\n"
        "Nearest articles\n"
        "- Pay (a/pay.md)\n"
        "- Skills (b.md)\n"
        "\n"
        "Questions they do answer\n"
        "- What does Germany pay?"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_an_article_holds_moves_the_terminal(text: str) -> None:
    hit = Hit(hostile_answer(text).citations[0].passage, 1.0, 1, {"dense": 1.0})
    shown = to_terminal(hostile_answer(text)) + hits_to_terminal([hit], explain=True)
    assert [character for character in shown if ord(character) < 32 and character != "\n"] == []
    assert not re.search("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_colour_is_only_there_when_asked_for() -> None:
    assert "\x1b" not in to_terminal(an_answer())
    assert to_terminal(an_answer(), colour=True).replace("\x1b[1m", "").replace("\x1b[0m", "") == to_terminal(an_answer())


@given(st.text(max_size=60))
def test_escaped_text_is_shown_as_it_is_and_forms_no_element(text: str) -> None:
    shown = Elements(escape(text))
    assert {tag for tag, _ in shown.tags} <= {"br"}
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    back = [unescape(line).replace("\u00a0", " ") for line in escape(text).split("<br>")]
    assert len(back) == len(lines)
    for ours, theirs in zip(back, lines, strict=True):
        wanted = "".join(c if c.isprintable() or c in "\u200c\u200d" else "\ufffd" for c in theirs).replace("\u00a0", " ")
        assert ours == wanted


@pytest.mark.parametrize("text", HOSTILE)
def test_no_article_or_question_adds_an_element_a_link_or_an_attribute_to_the_page(text: str) -> None:
    shown = show(hostile_answer(text), [text])
    harmless = show(hostile_answer("plain"), ["plain"])
    for markup, model in (
        (to_markdown(shown, 0), to_markdown(harmless, 0)),
        (cards_markup(shown, 0, TODAY), cards_markup(harmless, 0, TODAY)),
    ):
        found, allowed = Elements(markup), {(tag, *sorted(attributes)) for tag, attributes in Elements(model).tags}
        grown = {(tag, *sorted(attributes)) for tag, attributes in found.tags} - allowed
        of_passages = {
            ("br",),
            ("p", "class"),
            ("ul",),
            ("li",),
            ("li", "class"),
            ("pre",),
            ("table",),
            ("tr",),
            ("td",),
            ("th",),
            ("div", "class"),
            ("mark", "class"),
            ("p",),
        }
        assert grown <= of_passages | {("details",), ("summary",), ("h3",)}
        for _, attributes in found.tags:
            assert set(attributes) <= {"class", "href", "id", "title", "value", "tabindex"}
            assert re.match(r"#cite-0-1$|article\?|original\?|$", attributes.get("href") or "")


@pytest.mark.parametrize("text", HOSTILE)
def test_an_article_page_holds_no_element_of_the_article(text: str) -> None:
    article = hostile_answer(text).citations[0].passage.article
    tags = {tag for tag, _ in Elements(article_markup(article, TODAY, 0, len(text))).tags}
    assert tags <= {"h1", "h2", "p", "br", "mark", "ul", "li", "pre", "div", "table", "tr", "td", "th"}


def test_a_card_marks_exactly_the_cited_words_and_shows_those_around_them() -> None:
    card = cards_markup(show(an_answer()), 2, TODAY)
    marked = re.findall(r"<mark class=[^>]*>(.*?)</mark>", card)
    assert [Elements(mark).text for mark in marked] == ["1Germany pays €90,000.", "2India pays ₹800,000."]
    assert re.findall(r'id="(cite-[^"]+)"', card) == ["cite-2-1", "cite-2-2"]
    text = Elements(card).text
    assert "It rises." in text
    assert "Mira Holt · 4 March 2023 · 3 years old" in text
    assert card.count("<section") == 1


def test_a_citation_inside_a_sentence_marks_only_its_words() -> None:
    answer = an_answer(texts=("€90,000",))
    card = cards_markup(show(answer), 0, TODAY)
    assert [Elements(mark).text for mark in re.findall(r"<mark class=[^>]*>(.*?)</mark>", card)] == ["1€90,000"]
    assert "Germany pays 1€90,000. India" in Elements(card).text


def test_each_mark_of_the_answer_leads_to_its_card_and_names_its_place() -> None:
    links = [attributes for tag, attributes in Elements(to_markdown(show(an_answer()), 2)).tags if tag == "a"]
    cards = cards_markup(show(an_answer()), 2, TODAY)
    assert [link["href"] for link in links] == ["#cite-2-1", "#cite-2-2"]
    assert all(f'id="{str(link["href"])[1:]}"' in cards for link in links)
    assert links[0]["title"] == "Pay — By country (4 March 2023)"


def test_a_mark_without_a_citation_is_not_shown() -> None:
    answer = Answer("?", None, "answered", (Line("Words.", (1, 9)),), cite(PAY, "India pays ₹800,000."))
    assert [attributes["href"] for tag, attributes in Elements(to_markdown(show(answer), 0)).tags if tag == "a"] == ["#cite-0-1"]


def test_a_long_passage_is_folded_around_its_cited_words() -> None:
    sentences = [f"Sentence number {number} says something of its own here." for number in range(30)]
    article = an_article(" ".join(sentences))
    passage = Passage(article, 0, len(article.text))
    start = article.text.index(sentences[15])
    card = cards_markup(show(Answer("?", None, "answered", (), (Citation(1, passage, start, start + len(sentences[15])),))), 0, TODAY)
    before, near, after = re.fullmatch(r".*?<details>(.*?)</details>(.*)<details>(.*?)</details>.*", card, re.DOTALL).groups()  # type: ignore[union-attr]
    assert sentences[0] in unescape(before)
    assert sentences[15] in Elements(near).text
    assert sentences[29] in unescape(after)


def test_a_pdf_card_offers_the_file_at_the_page_of_the_cited_words() -> None:
    article = an_article("First page.\n\nSecond page says it.", "scan one.pdf", pages=(PageMark(0, 1, "1"), PageMark(13, 2, "2")))
    answer = an_answer(article, ("Second page says it.",))
    links = [attributes["href"] for tag, attributes in Elements(cards_markup(show(answer), 0, TODAY)).tags if tag == "a"]
    assert links == ["article?path=scan%20one.pdf&start=13&end=33#cited", "original?path=scan%20one.pdf#page=2"]


def test_an_article_page_shows_tables_lists_and_headings_and_marks_the_cited_place() -> None:
    article = an_article("# Title\n\n## Part\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThe end.", title="Title")
    start = article.text.index("| 1 | 2 |")
    markup = article_markup(article, TODAY, start, start + 9)
    tags = [tag for tag, _ in Elements(markup).tags]
    assert tags[:8] == ["h1", "p", "h2", "ul", "li", "li", "div", "table"]
    assert tags[8:] == ["tr", "th", "th", "tr", "td", "mark", "td", "mark", "p"]
    assert re.findall(r"<mark( id=cited)?>(\d)</mark>", markup) == [(" id=cited", "1"), ("", "2")]


def test_the_list_of_articles_shows_each_with_its_warnings() -> None:
    cards = [FakeCard("a.pdf", "A <b>", "Mira", None, "2026-03", 6000, 3, 9, ("no text on 2 of 3 pages",))]
    text = Elements(articles_markup(cards, TODAY, 5)).text
    assert text == "ArticleAuthorDateWords, aboutA <b>a.pdfno text on 2 of 3 pagesMiraMarch 20268 months old1,000Showing 1 of 5."


def test_the_list_of_articles_has_no_column_for_what_none_of_them_names() -> None:
    plain = FakeCard("a.md", "A", None, None, None, 600, 1, 1, ())
    assert Elements(articles_markup([plain], TODAY, 1)).text == "ArticleWords, aboutAa.md100"
    dated = replace(plain, published="2026-03")
    assert Elements(articles_markup([plain, dated], TODAY, 2)).text == "ArticleDateWords, aboutAa.md100Aa.mdMarch 20268 months old100"


def test_the_first_line_says_how_many_articles_there_are_and_how_new() -> None:
    assert shelf_line(["2025-03-04", None, "2026-03", "soon"]) == "4 articles, newest March 2026"
    assert shelf_line([None]) == "1 article"


@pytest.mark.parametrize(
    ("published", "written", "old"),
    [
        ("2025-03-04", "4 March 2025", "20 months old"),
        ("2025-12", "December 2025", "11 months old"),
        ("2023", "2023", "2 years old"),
        ("2026-10-23", "23 October 2026", ""),
        ("2026-10-22", "22 October 2026", "1 month old"),
        ("2030-01-01", "1 January 2030", ""),
        ("not a date", "", ""),
        ("2025-13-01", "", ""),
        (None, "", ""),
    ],
)
def test_dates_are_as_precise_as_known_and_ages_are_whole(published: str | None, written: str, old: str) -> None:
    assert (long_date(published), age(published, TODAY)) == (written, old)


def test_an_exported_conversation_holds_answers_passages_and_places() -> None:
    assert to_export([show(an_answer()), show(a_refusal())]) == (
        "# A conversation with Counsel\n\n"
        "## Who pays what?\n\n"
        "Germany pays €90,000. [1]\n\n"
        "India pays ₹800,000. [2]\n\n"
        "[1][2] **Pay — By country** (Mira Holt, 4 March 2023, a/pay.md)\n\n"
        "> **Germany pays €90,000.** **India pays ₹800,000.** It rises.\n\n"
        "## Weather?\n\n"
        "Understood as: The weather?\n\n"
        "No article mentions the weather.\n"
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_an_export_forms_no_image_link_or_element_of_an_article(text: str) -> None:
    exported = to_export([show(hostile_answer(text))])
    assert not re.search(r"(?<!\\)\]\(|(?<!\\)<|!\[", exported)


def test_what_is_shown_survives_the_way_through_json() -> None:
    from counsel.web.history import Conversation, from_browser

    conversation = Conversation("ab12", (show(an_answer(), ["What next?"]), show(a_refusal(), bare=True)))
    assert from_browser(conversation.to_browser()) == conversation
    assert json.loads(conversation.to_browser())["turns"][0]["offers"] == ["What next?"]


def test_a_citation_of_a_list_marks_each_of_its_items_as_its_own() -> None:
    article = an_article("Bring these:\n\n- a pen\n- a map\n\nAnd rest.")
    quoted = "Bring these:\n\n- a pen\n- a map"
    card = cards_markup(show(an_answer(article, (quoted,))), 0, TODAY)
    assert re.findall(r'<mark class="of-1">(?:<span[^>]*>1</span>)?([^<]*)</mark>', card) == ["Bring these&#58;", "a pen", "a map"]
    assert card.count('id="cite-0-1"') == 1

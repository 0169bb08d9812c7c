"""Text made clean once, named, dated, and its headings found: Markdown, plain text, the client's four articles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counsel.articles import read, read_all, scan
from counsel.articles.cleaning import decode, normalise
from counsel.articles.furniture import without_furniture
from counsel.articles.markdown import front_matter, headings, readable
from counsel.articles.metadata import iso_date, lines_at_top, readable_name
from counsel.articles.plain import headings as plain_headings
from counsel.errors import Unreadable
from counsel.settings import Settings
from counsel.types import Article

LIMITS = Settings()
ODD = "\u00a0\u00ad\u200b\u200c\u200d\u2028\u202e\ufeff\x00\x0b\x0c\x85\x1b\t\r\n e\u0301ﬁ“”\ud800🏴\U000e0067"


def article(folder: Path, name: str, content: str | bytes) -> Article:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read(folder, name, LIMITS)


def squeezed(text: str) -> str:
    return "".join(text.split())


def titles(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in plain_headings(text)]


# Cleaning


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
    import unicodedata

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


# Markdown


def test_markdown_stays_as_it_was_written(tmp_path: Path) -> None:
    source = "# Pay *now* [here](https://x.org)\n\n- **Germany**: €90,000  \n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n# code\n```\n"
    assert article(tmp_path, "a.md", source).text == source.replace("  \n", "\n").strip()


def test_headings_are_found_outside_code_and_comments_with_readable_titles() -> None:
    text = (
        "# **Pay** in [Germany](https://x.org/a_(b)) ##\n\nText\nof two lines\n===\n\nOverview `of` it\n-----\n\n```py\n# not this\n```\n"
        "<!--\n# nor this\n-->\n    # nor code\n### C\\# and C++ {#c}\n\n- item\n---\n#hashtag\n####### seven\n## \n"
    )
    found = headings(text)
    assert [(heading.level, heading.title) for heading in found] == [(1, "Pay in Germany"), (2, "Overview of it"), (3, "C# and C++")]
    assert [text[heading.start : heading.end] for heading in found][1:] == ["Overview `of` it\n-----", "### C\\# and C++ {#c}"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("**Bold** and *thin* and ~~gone~~", "Bold and thin and gone"),
        ("![a chart](c.png) [**Pay**](p.md) <b>now</b> &amp; then", "a chart Pay now & then"),
        ("snake_case_name and 2 * 3 * 4 and a*b", "snake_case_name and 2 * 3 * 4 and a*b"),
        ("***Color vision*.** x", "Color vision. x"),
        ("\\*literal\\* and \\<tag\\>", "*literal* and <tag>"),
    ],
)
def test_readable_takes_marks_out_and_nothing_else(line: str, words: str) -> None:
    assert readable(line) == words


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


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)),
        "a: " + "[" * 3000,
    ],
)
def test_hostile_front_matter_does_no_harm(tmp_path: Path, block: str) -> None:
    assert article(tmp_path, "x.md", f"---\ntags: *i\n{block}\n---\nThe text.").text == "The text."


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


# Dates, names, lines that say who and when


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


# Plain text


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
    import textwrap

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


# Furniture


@pytest.mark.parametrize(
    "furniture",
    [
        "Comments\n\nPopular posts from this blog\n\nA Phone with a Camera\n\nA Wedding Date Out! All About It",
        "Follow me #someone\nOfficial site: www.example.org\nfacebook: Someone\ninstagram: @someone\nX: someone",
        "Share this:\nFacebook\nTwitter\nLinkedIn",
        "Leave a Comment\n\nCancel reply",
        "We use cookies to improve your experience. By continuing you agree to our privacy policy.",
        "Subscribe to our newsletter and never miss a post!",
        "You may also like\n\nHow to write a CV\n\nTen interview questions",
        "Back to top",
        "0 Comments",
    ],
)
def test_page_furniture_goes(furniture: str) -> None:
    body = "How to Negotiate\n\n" + "An offer can be talked about, and that is no shame. " * 20 + "\n\nBe polite and be clear."
    assert without_furniture(f"{body}\n\n{furniture}", authored=False).text == body


@pytest.mark.parametrize(
    "content",
    [
        "## Comments\n\nIn code, comments explain why, not what. Reviewers read them first.",
        "Subscribe to a newsletter such as The Batch to stay current.",
        "## Where to network\n\n- LinkedIn\n- GitHub\n- Reddit\n- Discord",
        "Cookies are a kind of data that web developers meet early.",
        "## Related articles\n\n- [How to write a CV](cv.md)\n- [Interviews](interviews.md)",
        "## Share of women in the field\n\nIt is 22 percent.",
        "Popular posts in industry include data engineer and ML engineer.\n\nBoth pay well.",
        "```\nShare this:\nFacebook\nTwitter\n```",
        "| a | b |\n| --- | --- |\n| x | y |\n| x | y |",
        "- practice\n- practice",
    ],
)
def test_what_only_resembles_furniture_stays(content: str) -> None:
    text = "# How to Negotiate\n\n" + "An offer can be talked about, and that is no shame. " * 20 + "\n\n" + content
    assert without_furniture(text, authored=True).text == text


def test_a_caption_printed_twice_is_kept_once_or_gives_way_to_the_sentence() -> None:
    found = without_furniture("Text.\n\nA chart of pay by country\nA chart of pay by country\n\nMore text.", authored=False)
    assert found.text == "Text.\n\nA chart of pay by country\n\nMore text."
    assert found.captions == {"A chart of pay by country"}
    assert (
        without_furniture("Teams are vital here\nTeams are vital here\n\nTeams are vital here.", authored=False).text
        == "Teams are vital here."
    )


@given(
    st.lists(
        st.sampled_from(
            ["Comments", "Share this:", "Facebook", "A sentence of prose, which stays.", "", "|", "Popular posts", "@someone", "- [x](y)"]
        )
    )
)
def test_prose_is_never_furniture(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = without_furniture(text, authored=False).text
    assert kept.count("A sentence of prose, which stays.") == text.count("A sentence of prose, which stays.")


# The client's articles and the labelled sets


def test_the_seeds_lose_their_furniture_and_no_line_of_001_stands_twice(shared: Path) -> None:
    texts = {source.path[:3]: read(shared / "seeds", source.path, LIMITS).text for source in scan(shared / "seeds")[0]}
    for words in ("Vivo X300", "Arjun Tendulkar", "Nano Banana", "@techelopment", "Popular posts", "whatsapp"):
        assert [name for name, text in texts.items() if words in text] == []
    lines = [line for line in texts["001"].split("\n") if line.strip()]
    assert len(lines) == len(set(lines))
    assert texts["003"].startswith("In recent years")
    assert texts["003"].endswith("the AI Engineer is a role worth exploring.")
    assert texts["000"].endswith("part of a revolution that is changing the world.")


def test_the_seeds_have_their_titles_dates_and_headings(shared: Path) -> None:
    found = {source.path[:3]: read(shared / "seeds", source.path, LIMITS) for source in scan(shared / "seeds")[0]}
    assert [found[name].title for name in ("000", "001", "002")] == [
        "Careers in AI: What Does an AI Engineer Actually Do?",
        "What Is an AI Engineer? Key Skills, Roles, and Career Paths Explained",
        "AI Engineering: Roles, Responsibilities, and Career Path",
    ]
    assert (found["002"].published, found["002"].tags[:2]) == ("2025-03-04", ("ai", "engineering"))
    levels = {name: [heading.level for heading in seed.headings] for name, seed in found.items()}
    assert {name: len(level) for name, level in levels.items()} == {"000": 9, "001": 28, "002": 19, "003": 23}
    assert [heading.title for heading in found["003"].headings if heading.level == 3][:2] == [
        "1. Designing AI Solutions",
        "2. Model Development and Training",
    ]
    assert [heading.title for heading in found["003"].headings if heading.level == 2] == [
        "Who is an AI Engineer",
        "What an AI Engineer Does: Main Activities",
        "Key Skills of an AI Engineer",
        "How to Become an AI Engineer: A Practical Roadmap",
        "What to Really Expect from the Role",
        "Conclusion",
    ]
    assert "Salary Expectations for the AI Engineer" in [heading.title for heading in found["001"].headings]
    assert not any("streamlined cars" in heading.title for heading in found["001"].headings)


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

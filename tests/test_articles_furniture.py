"""Page furniture goes and nothing else does; the client's four articles as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from articles_harness import LIMITS
from hypothesis import given
from hypothesis import strategies as st

from counsel.articles import read, scan
from counsel.articles.furniture import without_furniture


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

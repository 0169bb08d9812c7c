"""Article → passages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from counsel.articles import read
from counsel.encoder import Encoder
from counsel.passages import LARGEST, embedding_text, pieces, split
from counsel.settings import Settings
from counsel.types import Article, Heading, PageMark

SENTENCE = "Engineers who build models talk with the people who use them every week. "


@given(st.text(alphabet="ab .!?\n-*#|1)•AB:é日", max_size=2000))
def test_passages_tile_the_article(text: str) -> None:
    article = Article("x.md", "x", None, None, None, text)
    assert "".join(passage.text for passage in split(article)) == text


def test_each_section_has_passages_of_its_own_under_its_headings(article: Callable[..., Article]) -> None:
    found = split(article("# Work\n\nIntro.\n\n## Pay\n\n### Germany\n\nGood.\n\n## Hours\n\nLong.\n"))
    assert [passage.heading for passage in found] == [(), ("Pay", "Germany"), ("Hours",)]


def test_a_paragraph_that_fits_is_never_cut(article: Callable[..., Article]) -> None:
    paragraphs = [SENTENCE * count for count in (3, 7, 2, 9, 1)]
    found = split(article("\n\n".join(paragraphs)))
    assert all(any(paragraph.strip() in passage.text for passage in found) for paragraph in paragraphs)


def test_a_long_paragraph_is_cut_between_sentences_into_even_parts(article: Callable[..., Article]) -> None:
    found = split(article(SENTENCE * 40))
    assert all(pieces(passage.text) <= LARGEST * 1.1 for passage in found)
    assert all(passage.text.rstrip().endswith("week.") for passage in found)
    assert min(pieces(passage.text) for passage in found) > LARGEST / 2


def test_a_list_stays_with_the_line_that_introduces_it(article: Callable[..., Article]) -> None:
    found = split(article(SENTENCE * 8 + "\n\nYou need these skills:\n\n- patience\n- curiosity\n"))
    holder = next(passage for passage in found if "patience" in passage.text)
    assert "You need these skills:" in holder.text


def test_what_is_embedded_carries_title_headings_and_the_introduction_of_a_cut_list(article: Callable[..., Article]) -> None:
    items = "\n".join(f"- {SENTENCE}" for _ in range(30))
    last = split(article(f"# Work\n\n## Duties\n\nAn engineer has these duties:\n\n{items}\n"))[-1]
    assert embedding_text(last).startswith("Work > Duties\nAn engineer has these duties:\n")


def test_a_cut_table_is_embedded_with_its_header(article: Callable[..., Article]) -> None:
    rows = "\n".join(f"| City number {n} of the table | {n},000 euros a year |" for n in range(60))
    last = split(article(f"# Pay\n\n| City | Yearly pay |\n| --- | --- |\n{rows}\n"))[-1]
    assert "City | Yearly pay" in embedding_text(last)


def test_a_passage_knows_the_pages_it_begins_and_ends_on() -> None:
    text = SENTENCE * 6
    article = Article("a.pdf", "A", None, None, None, text, (PageMark(0, 1, "i"), PageMark(len(text) // 2, 2, "ii")))
    (passage,) = split(article)
    assert (passage.page, passage.page_end) == (1, 2)


def test_the_headings_of_a_passage_are_those_in_force_where_it_stands() -> None:
    text = "One\nFirst text.\nTwo\nSecond text.\n"
    headings = (Heading(0, 3, 2, "One"), Heading(16, 19, 2, "Two"))
    assert [passage.heading for passage in split(Article("a.txt", "A", None, None, None, text, (), headings))] == [("One",), ("Two",)]


def test_every_passage_of_the_client_s_articles_fits_the_encoder_s_window(shared: Path, encoder: Encoder) -> None:
    tokenizer = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for path in sorted((shared / "seeds").iterdir()):
        article = read(path.parent, path.name, Settings())
        passages = split(article)
        assert "".join(passage.text for passage in passages) == article.text
        assert max(len(tokenizer.encode(embedding_text(passage)).ids) for passage in passages) <= 256

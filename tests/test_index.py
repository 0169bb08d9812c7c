"""Building an index and asking it: what comes out is what went in, found by vector and by word."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import faiss
import numpy as np
import pytest
from index_harness import WordEncoder, everything, indexed, listing, write

from counsel.errors import Busy, EncoderError, NoArticles, NoIndex
from counsel.index import Changes, Index, build, lines, vectors
from counsel.index.drafting import LEXICON
from counsel.index.publication import locked
from counsel.index.store import ArticleRow, SourceRecord, Store
from counsel.index.writing import Writer
from counsel.marks import readable
from counsel.passages import split
from counsel.settings import Settings
from counsel.terms import terms
from counsel.tokens import Encoded
from counsel.types import Article, Heading, PageMark, Passage, Skipped

SALARY = "# Pay\n\nThe salary in Germany is €90,000.\n\n## Elsewhere\n\nA salary in India is lower.\n"
SKILLS = "# Skills\n\nPython is needed, and Python again.\n\n## Cloud\n\nA cloud is where a model runs.\n"
CORPUS = {"salary.md": SALARY, "b/skills.md": SKILLS}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", CORPUS)
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_first_build_reports_what_it_did(corpus: Path, folder: Path) -> None:
    encoder = WordEncoder()
    told: list[tuple[str, int, int]] = []
    report = build(corpus, folder, encoder, Settings(), lambda *step: told.append(step))
    assert (report.generation, report.articles, report.added) == (1, 2, 2)
    assert (report.changed, report.removed, report.unchanged, report.skipped) == (0, 0, 0, ())
    assert report.passages == report.embedded == len(encoder.encoded) == 4
    assert ("reading", 2, 2) in told
    assert ("embedding", 4, 4) in told
    assert told[-1] == ("writing", 4, 4)


def test_articles_come_back_as_they_were_read_in_order_of_path(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    assert [card.path for card in index.cards()] == ["b/skills.md", "salary.md"]
    assert [(card.title, card.characters, card.passages) for card in index.cards()] == [
        ("Skills", len(SKILLS.rstrip()), 2),
        ("Pay", len(SALARY.rstrip()), 2),
    ]
    for path in ("b/skills.md", "salary.md"):
        assert [index.passage(row) for row in index.rows_of(path)] == list(split(index.article(path)))
    assert [index.passage(row).article.path for row in range(len(index))] == ["b/skills.md"] * 2 + ["salary.md"] * 2
    assert index.passage(3).heading == ("Elsewhere",)
    assert index.corpus == corpus.resolve()
    assert (index.generation, index.warning, len(index)) == (1, None, 4)


def test_an_article_or_passage_that_is_not_there_is_an_error(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    with pytest.raises(KeyError):
        index.article("nothing.md")
    with pytest.raises(KeyError):
        index.rows_of("nothing.md")
    for row in (-1, 4):
        with pytest.raises(IndexError):
            index.passage(row)


def test_every_kind_of_character_survives_in_a_text(corpus: Path, folder: Path) -> None:
    write(corpus, {"odd.txt": "Zürich, 東京, naïve, \U0001f680, ½, “quoted”\n", "näme 東京 'x' \".txt": "Named oddly."})
    indexed(corpus, folder)
    index = Index.open(folder)
    assert "Zürich, 東京, naïve, \U0001f680" in index.article("odd.txt").text
    assert index.article("näme 東京 'x' \".txt").text == "Named oddly."


def test_what_a_broken_file_may_bring_survives_too(tmp_path: Path) -> None:
    odd = "a\x00b \ud800 \udcff \U0010ffff \r\u2028"
    article = Article(odd, odd, odd, odd, odd, odd * 2, (PageMark(0, 1, odd),), (Heading(0, 3, 1, odd),), (odd,), (odd,))
    passage = Passage(article, 0, 5, (odd, odd), 1)
    source = SourceRecord(odd, 2**62, -(2**62), None, odd)
    with closing(Writer(tmp_path / "one")) as writer:
        writer.add(article, [passage], [b"k" * 32])
        writer.finish([source])
    with closing(Writer(tmp_path / "two", tmp_path / "one")) as writer:
        writer.copy(ArticleRow(0, odd, 0, 1))
        writer.finish([source])
    store = Store(tmp_path / "two")
    assert store.article(0) == article
    number, start, end, page, heading = store.passage(0)
    assert (number, Passage(article, start, end, heading, page)) == (0, passage)
    assert store.sources() == [source]
    assert store.keys() == [b"k" * 32]
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_nearest_passages_are_those_one_can_work_out(corpus: Path, folder: Path) -> None:
    encoder = WordEncoder()
    indexed(corpus, folder, encoder)
    index = Index.open(folder)
    rows, scores = index.nearest(encoder.rows(["salary germany"])[0], 2)
    assert rows.tolist() == [2, 3]  # (1, salary, germany) itself; then (1, salary)
    assert scores.tolist() == pytest.approx([1.0, 2 / 6**0.5])
    assert index.nearest(encoder.rows(["salary"])[0], 100)[0].tolist() == [3, 2, 0, 1]
    assert index.nearest(encoder.rows(["salary"])[0], 0)[0].tolist() == []


def test_a_question_without_direction_is_an_error(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    for nothing in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="direction"):
            index.nearest(np.full(index.vectors.shape[1], nothing, np.float32), 3)


def test_equal_passages_have_equal_scores_and_come_in_corpus_order(corpus: Path, folder: Path) -> None:
    write(corpus, {f"{n:02d}.txt": "The salary.\n" if n % 3 else "Python.\n" for n in range(40)})
    encoder = WordEncoder()
    indexed(corpus, folder, encoder)
    index = Index.open(folder)
    query = encoder.rows(["salary salary model"])[0]
    rows, scores = index.nearest(query, 7)
    assert rows.tolist() == [1, 2, 4, 5, 7, 8, 10]
    assert len(set(scores.tolist())) == 1
    assert index.matching(["salari"], 5)[0].tolist() == [1, 2, 4, 5, 7]


def test_words_find_passages_by_title_heading_and_text(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    assert index.matching(["germani"], 10)[0].tolist() == [2]
    assert index.matching(["cloud"], 10)[0].tolist() == [1]
    assert index.matching(["pay"], 10)[0].tolist() == [2, 3]  # the title of all its passages
    assert index.matching(["pay", "nowher"], 10)[1].tolist() == index.matching(["pay"], 10)[1].tolist()
    assert index.matching(["india", "python"], 10)[0].tolist() == [0, 3]
    assert index.matching(["nowher"], 10)[0].tolist() == index.matching([], 10)[0].tolist() == []
    assert (index.matching(["python", "cloud"], 10)[1] > 0).all()
    assert index.document_frequency(["salari", "python", "nowher"]) == {"salari": 2, "python": 1, "nowher": 0}


def test_signs_of_the_query_language_are_only_words(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    for term in ('"', "*", "NEAR(a b)", "title:", "a OR b", "-", "", "\x00", "python*", "^python", "東京"):
        assert index.matching([term], 10)[0].tolist() == index.holding([term]).tolist() == []
    assert index.matching(["python", *(f"t{n}" for n in range(3000))], 10)[0].tolist() == index.matching(["python"], 10)[0].tolist()


def test_vectors_are_a_file_that_faiss_itself_reads_and_would_have_written(corpus: Path, folder: Path) -> None:
    encoder = WordEncoder()
    indexed(corpus, folder, encoder)
    path = folder / "g000001" / "vectors.faiss"
    theirs = faiss.read_index(str(path))
    assert isinstance(theirs, faiss.IndexFlatIP)
    rows = Index.open(folder).vectors
    assert theirs.reconstruct_n(0, theirs.ntotal).tolist() == rows.tolist()
    again = faiss.IndexFlatIP(encoder.dimension)
    again.add(rows)
    assert faiss.serialize_index(again).tobytes() == path.read_bytes()
    assert rows.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 0


def test_rows_of_lines_keep_their_direction_in_one_byte_a_number(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).normal(size=(7, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    small = lines.packed(rows)
    path = tmp_path / "lines.int8"
    path.write_bytes(b"".join(lines.chunks([1, 4, 2], 384, lambda start, stop: small[[0, 1, 5, 7][start] : [0, 1, 5, 7][stop]])))
    kept = lines.LineRows(path.open("rb", buffering=0), 3, 384)
    found, counts = kept.rows([2, 0])
    assert counts.tolist() == [2, 1]
    assert (found * rows[[5, 6, 0]]).sum(axis=1).min() > 0.9999
    assert np.linalg.norm(found, axis=1).tolist() == pytest.approx([1, 1, 1])
    for counted in ([0, 5, 2], [7], [1, 4, 2, 0]):  # a passage without lines; other numbers of passages
        path.write_bytes(b"".join(lines.chunks(counted, 384, lambda start, stop: small)))  # noqa: ARG005
        with pytest.raises(ValueError, match=r"not hold|follow each other"):
            lines.LineRows(path.open("rb", buffering=0), 3, 384)


@pytest.mark.parametrize(("count", "dimension"), [(0, 3), (1, 1), (2, 384), (vectors.ROWS_AT_ONCE + 1, 2)])
def test_our_bytes_are_faiss_bytes_at_every_size(count: int, dimension: int) -> None:
    rows = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    theirs = faiss.IndexFlatIP(dimension)
    theirs.add(rows)
    assert b"".join(vectors.chunks(count, dimension, lambda start, stop: rows[start:stop])) == faiss.serialize_index(theirs).tobytes()


def test_files_that_cannot_be_read_are_listed_with_their_reason(corpus: Path, folder: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"not a pdf")
    (corpus / "picture.png").write_bytes(b"\x89PNG")
    (corpus / "void.txt").write_bytes(b"")
    report = indexed(corpus, folder)
    index = Index.open(folder)
    assert report.articles == 2
    assert [skip.path for skip in report.skipped] == ["broken.pdf", "picture.png", "void.txt"]
    assert report.skipped[2] == Skipped("void.txt", "empty")
    assert index.skipped == report.skipped
    assert not index.changes()


def test_no_index_and_no_articles_say_so_and_leave_nothing(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(NoIndex, match="no index in"):
        Index.open(folder)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(NoArticles, match="no articles"):
        indexed(tmp_path / "nothing", folder)
    with pytest.raises(NoArticles, match="not a folder"):
        indexed(tmp_path / "nowhere", folder)
    (tmp_path / "nothing" / "x.pdf").write_bytes(b"x")
    with pytest.raises(NoArticles, match=r"x\.pdf"):
        indexed(tmp_path / "nothing", folder)
    assert listing(folder) == set()
    with pytest.raises(NoIndex):
        Index.open(folder)


class Crooked(WordEncoder):
    """Spoils its second row."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def encode(self, texts: Sequence[str], exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Encoded:
        found = super().encode(texts, exported, progress)
        found.rows[1] = found.rows[1, 0] * self.factor
        return found


@pytest.mark.parametrize("factor", [float("nan"), float("inf"), 0.0, 0.5])
def test_a_row_that_is_no_direction_is_refused(corpus: Path, folder: Path, factor: float) -> None:
    with pytest.raises(EncoderError, match="length one"):
        indexed(corpus, folder, Crooked(factor))
    with pytest.raises(NoIndex):
        Index.open(folder)


def test_an_encoder_that_cannot_name_a_folder_is_refused(corpus: Path, folder: Path) -> None:
    for name in ("", "../x", "a/b", ".hidden"):
        encoder = WordEncoder()
        encoder.fingerprint = name
        with pytest.raises(EncoderError):
            indexed(corpus, folder, encoder)
    assert listing(folder) == set()


def test_a_second_build_is_told_at_once_that_one_is_running(corpus: Path, folder: Path) -> None:
    folder.mkdir()
    with locked(folder), pytest.raises(Busy, match="Another build"):
        indexed(corpus, folder)
    assert indexed(corpus, folder).generation == 1


def test_the_encoder_is_prepared_only_where_it_will_be_exported(corpus: Path, folder: Path) -> None:
    encoder = WordEncoder()
    indexed(corpus, folder, encoder)
    assert encoder.prepared == 1
    write(corpus, {"c.md": "A cloud.\n"})
    indexed(corpus, folder, encoder)
    assert encoder.prepared == 1


def test_nothing_to_do_writes_nothing(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    before = listing(folder), (folder / "CURRENT").stat()
    encoder = WordEncoder()
    report = indexed(corpus, folder, encoder)
    assert (report.generation, report.embedded, report.unchanged, report.articles, report.passages) == (1, 0, 2, 2, 4)
    assert encoder.encoded == []
    assert (listing(folder), (folder / "CURRENT").stat()) == before


def test_a_dry_run_says_what_a_build_would_do_and_touches_nothing(corpus: Path, folder: Path) -> None:
    report = build(corpus, folder, WordEncoder(), Settings(), dry_run=True)
    assert (report.added, report.embedded, report.generation, report.passages) == (2, 4, 0, 4)
    assert not folder.exists()
    indexed(corpus, folder)
    write(corpus, {"salary.md": SALARY + "\nMore.\n", "new.txt": "Python.\n"})
    before = listing(folder)
    report = build(corpus, folder, WordEncoder(), Settings(), dry_run=True)
    assert (report.added, report.changed, report.removed, report.unchanged, report.generation) == (1, 1, 1, 0, 1)
    assert report.embedded == indexed(corpus, folder).embedded == 2
    assert "g000002" not in before


def test_changes_are_seen_without_building(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    index = Index.open(folder)
    assert index.changes() == Changes()
    assert not index.changes()
    write(corpus, {"salary.md": SALARY + "\nMore.\n", "new.txt": "Python.\n"})
    assert index.changes() == Changes(("new.txt",), ("salary.md",), ("b/skills.md",))
    (corpus / "salary.md").write_text(SALARY)  # its bytes again, at another time
    assert index.changes().changed == ()
    for path in corpus.rglob("*.*"):
        path.unlink()
    corpus.rmdir() if not any(corpus.iterdir()) else None
    assert index.changes().removed == ("b/skills.md", "salary.md")


def test_more_passages_than_the_limit_are_refused(corpus: Path, folder: Path) -> None:
    with pytest.raises(Exception, match="more than 3 passages"):
        indexed(corpus, folder, max_passages=3)
    assert indexed(corpus, folder, max_passages=4).passages == 4
    assert everything(Index.open(folder))["passages"]


def test_opening_an_index_and_looking_at_its_articles_waits_for_neither_numpy_nor_any_reader(corpus: Path, folder: Path) -> None:
    indexed(corpus, folder)
    script = (
        "import sys; from pathlib import Path; from counsel.index import Index\n"
        f"index = Index.open(Path({str(folder)!r})); index.cards(); index.skipped; index.changes()\n"
        "heavy = {'numpy', 'faiss', 'torch', 'onnxruntime', 'counsel.articles.reading', 'counsel.passages'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_only_this_package_imports_faiss() -> None:
    source = Path(__file__).resolve().parents[1] / "src" / "counsel"
    importing = {
        path.relative_to(source).parts[0]
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(name.name.split(".")[0] == "faiss" for name in node.names)
    }
    assert importing == {"index"}


def test_the_lexicon_has_another_version_when_it_would_hold_other_terms() -> None:
    """When this fails, terms.py or marks.py has changed: raise LEXICON, which renews old indexes, and keep the new hash."""
    text = (
        "The U.S. salary of C++ engineers' jobs:\n- **€90,000**, 3.5% more; 東京 naïve café\n"
        "‘state-of-the-art’ [link](https://x.org) `code_name` don’t\n"
        "organised labour travelling analyzed programmes wrote women[^1] k<sup>th</sup> R&amp;D, GPUs, co-working I.T. L4 401k\n"
    )
    words = " ".join([*terms(text), *terms(readable(text))])
    assert (LEXICON, hashlib.sha256(words.encode()).hexdigest()[:16]) == (10, "5d0f5298814ef422")

"""Edits of the corpus: only what is new is encoded, and the index is what a build from nothing gives."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_harness import WordEncoder, everything, indexed, listing, write

from counsel import articles, passages
from counsel.errors import DamagedIndex, NoArticles, NoIndex, StaleIndex
from counsel.index import Index, build, building, drafting, manifest
from counsel.index.manifest import Manifest
from counsel.settings import Settings
from counsel.types import Skipped

A = "# Pay\n\nThe salary in Germany is €90,000.\n\n## Elsewhere\n\nA salary in India is lower.\n"
B = "# Skills\n\nPython is needed.\n\n## Cloud\n\nA cloud is where a model runs.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", {"a.md": A, "b.md": B})
    indexed(tmp_path / "corpus", tmp_path / "index")
    return tmp_path / "corpus"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def fresh(corpus: Path) -> Index:
    """A build from nothing of the same articles."""
    folder = Path(tempfile.mkdtemp(dir=corpus.parent))
    indexed(corpus, folder)
    return Index.open(folder)


def assert_like_fresh(corpus: Path, folder: Path) -> None:
    """Not only the same content: the same bytes."""
    index, anew = Index.open(folder), fresh(corpus)
    assert everything(index) == everything(anew)
    assert index.manifest.files == anew.manifest.files


def test_an_edit_encodes_only_the_passages_that_changed(corpus: Path, folder: Path) -> None:
    write(corpus, {"a.md": A.replace("lower", "rising"), "b.md": B})
    encoder = WordEncoder()
    report = indexed(corpus, folder, encoder)
    assert encoder.encoded == ["Pay > Elsewhere\nA salary in India is rising."]
    assert (report.generation, report.embedded, report.changed, report.unchanged, report.added, report.removed) == (2, 1, 1, 1, 0, 0)
    assert_like_fresh(corpus, folder)


def test_a_deleted_article_is_gone(corpus: Path, folder: Path) -> None:
    write(corpus, {"b.md": B})
    report = indexed(corpus, folder)
    assert (report.removed, report.unchanged, report.embedded) == (1, 1, 0)
    index = Index.open(folder)
    assert [card.path for card in index.cards()] == ["b.md"]
    assert not len(index.matching(["salari"], 10)[0])
    assert_like_fresh(corpus, folder)


def test_when_the_last_article_is_deleted_nothing_answers_any_more(corpus: Path, folder: Path) -> None:
    write(corpus, {})
    with pytest.raises(NoArticles, match="no articles"):
        indexed(corpus, folder)
    with pytest.raises(NoArticles, match="holds no articles"):
        Index.open(folder)
    with pytest.raises(NoArticles):
        indexed(corpus, folder)
    assert {path for path in listing(folder) if path[0] == "g"} >= {"g000002/manifest.json"}
    write(corpus, {"b.md": B})
    assert indexed(corpus, folder).added == 1
    assert_like_fresh(corpus, folder)


@pytest.mark.usefixtures("corpus")
def test_an_empty_folder_that_is_another_one_leaves_the_index_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    before = listing(folder)
    for other in ("empty", "nowhere"):
        with pytest.raises(NoArticles):
            indexed(tmp_path / other, folder)
    assert listing(folder) == before
    assert len(Index.open(folder)) == 4


def test_a_rename_encodes_nothing(corpus: Path, folder: Path) -> None:
    (corpus / "a.md").rename(corpus / "z.md")
    report = indexed(corpus, folder)
    assert (report.added, report.removed, report.unchanged, report.embedded) == (1, 1, 1, 0)
    assert_like_fresh(corpus, folder)


def test_an_edit_that_keeps_size_and_time_is_found(corpus: Path, folder: Path) -> None:
    status = (corpus / "a.md").stat()
    (corpus / "a.md").write_text(A.replace("India", "Chile"), encoding="utf-8")
    os.utime(corpus / "a.md", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (corpus / "a.md").stat().st_size == status.st_size
    assert indexed(corpus, folder).changed == 1
    assert "Chile" in Index.open(folder).article("a.md").text
    assert_like_fresh(corpus, folder)


def test_a_new_time_alone_changes_nothing(corpus: Path, folder: Path) -> None:
    os.utime(corpus / "a.md", ns=(1, 1))
    assert indexed(corpus, folder).generation == 1


def test_a_paragraph_of_two_articles_stays_when_one_is_deleted(corpus: Path, folder: Path) -> None:
    write(corpus, {"one/a.md": A, "two/a.md": A})
    report = indexed(corpus, folder)
    assert (report.articles, report.passages, report.embedded) == (2, 4, 0)  # two articles share two vectors, known already
    assert Index.open(folder).cards()[1].notes == ("the same file as one/a.md",)
    write(corpus, {"two/a.md": A})
    assert indexed(corpus, folder).embedded == 0
    index = Index.open(folder)
    assert [index.passage(row).article.path for row in index.matching(["germani"], 10)[0].tolist()] == ["two/a.md"]
    assert index.cards()[0].notes == ()
    assert_like_fresh(corpus, folder)


def test_an_article_that_cannot_be_read_any_more_is_gone_and_listed(corpus: Path, folder: Path) -> None:
    (corpus / "a.md").write_bytes(b"\x00\x01\x02 not text any more \x00")
    report = indexed(corpus, folder)
    assert (report.removed, report.unchanged, report.articles) == (1, 1, 1)
    assert [skip.path for skip in report.skipped] == ["a.md"]
    assert not len(Index.open(folder).matching(["salari"], 10)[0])
    assert indexed(corpus, folder).generation == 2
    assert not Index.open(folder).changes()
    (corpus / "a.md").write_text(A, encoding="utf-8")
    assert Index.open(folder).changes().added == ("a.md",)
    assert indexed(corpus, folder).added == 1
    assert_like_fresh(corpus, folder)


def test_a_file_that_vanishes_while_it_is_read_and_comes_back_as_it_was_is_read_by_the_next_build(corpus: Path, folder: Path) -> None:
    write(corpus, {"c.md": "Python.\n", "d.md": "A cloud.\n"})

    def vanish(stage: str, done: int, total: int) -> None:  # noqa: ARG001  # as progress is called
        if (stage, done) == ("reading", 1):
            (corpus / "d.md").rename(corpus.parent / "d.md")

    report = build(corpus, folder, WordEncoder(), Settings(), vanish)
    assert report.skipped == (Skipped("d.md", "vanished while being read"),)
    (corpus.parent / "d.md").rename(corpus / "d.md")
    assert indexed(corpus, folder).skipped == ()
    assert_like_fresh(corpus, folder)


def test_another_limit_reads_the_articles_again_and_encodes_nothing(corpus: Path, folder: Path) -> None:
    report = indexed(corpus, folder, read_seconds=7)
    assert (report.generation, report.unchanged, report.embedded) == (2, 2, 0)


@pytest.mark.parametrize(("module", "name"), [(passages, "SPLITTER"), (articles, "READER"), (drafting, "LEXICON")])
def test_another_reader_splitter_or_lexicon_rebuilds_without_encoding(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    before = everything(Index.open(folder))
    monkeypatch.setattr(module, name, getattr(module, name) + 1)
    report = indexed(corpus, folder)
    assert (report.generation, report.unchanged, report.embedded) == (2, 2, 0)
    assert everything(Index.open(folder)) == before
    assert indexed(corpus, folder).generation == 2


def test_another_encoder_encodes_everything_and_the_old_one_is_removed_with_its_generation(corpus: Path, folder: Path) -> None:
    other = WordEncoder(("india", "python"))
    assert indexed(corpus, folder, other).embedded == 4
    index = Index.open(folder)
    assert (index.encoder_fingerprint, index.vectors.shape) == ("words-india-python", (4, 3))
    assert len(list((folder / "encoders").iterdir())) == 2
    write(corpus, {"a.md": A})
    assert indexed(corpus, folder, other).embedded == 0
    assert [path.name for path in (folder / "encoders").iterdir()] == ["words-india-python"]


@pytest.mark.parametrize("number", [0, 1, 999])
def test_another_format_is_refused_and_rebuilt_without_encoding(
    corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with monkeypatch.context() as patched:
        for module in (manifest, __import__("counsel.index.base", fromlist=["FORMAT"])):
            patched.setattr(module, "FORMAT", number)
        patched.setattr(building, "Manifest", lambda **fields: Manifest(**fields, format=number))
        write(corpus, {"a.md": A + "\nMore.\n", "b.md": B})
        indexed(corpus, folder)
    with pytest.raises(StaleIndex, match=f"format {number}") as raised:
        Index.open(folder)
    assert "counsel index" in raised.value.hint
    report = indexed(corpus, folder)
    assert (report.generation, report.embedded, report.articles) == (3, 0, 2)
    assert_like_fresh(corpus, folder)


def test_the_previous_generation_is_kept_and_older_ones_are_not(corpus: Path, folder: Path) -> None:
    for edition in range(4):
        write(corpus, {"a.md": f"Edition {edition}.\n"})
        indexed(corpus, folder)
        assert {path.name for path in folder.glob("g*")} == {f"g{edition + 1:06d}", f"g{edition + 2:06d}"}
    assert {path.name for path in folder.iterdir()} == {"CURRENT", "LOCK", "encoders", "g000004", "g000005"}


def test_what_others_keep_in_the_folder_is_left_alone(corpus: Path, folder: Path) -> None:
    for name in ("feedback.jsonl", "g12", "g000099.txt", "notes/g000007/x", "encoders/mine/x", "journal/x", "CURRENT.new.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    for edition in range(3):
        write(corpus, {"a.md": f"Edition {edition}.\n"})
        indexed(corpus, folder)
    assert [path.read_text() for path in sorted(folder.rglob("*")) if path.is_file() and path.read_bytes() == b"mine"] == ["mine"] * 7


def test_an_index_that_stands_among_the_articles_is_not_one_of_them(corpus: Path) -> None:
    inside = corpus / "more" / "index"
    assert indexed(corpus, inside).skipped == ()
    assert indexed(corpus, inside).generation == 1
    assert not Index.open(inside).changes()
    write(corpus / "more" / "index2", {"c.md": "Python.\n"})
    assert Index.open(inside).changes().added == ("more/index2/c.md",)
    assert indexed(corpus, inside).articles == 3


def test_a_damaged_index_is_rebuilt_from_the_generation_before(corpus: Path, folder: Path) -> None:
    write(corpus, {"a.md": A, "b.md": B, "c.md": "Python.\n"})
    indexed(corpus, folder)
    (folder / "g000002" / "vectors.faiss").write_bytes(b"")
    encoder = WordEncoder()
    report = indexed(corpus, folder, encoder)
    assert (report.generation, encoder.encoded) == (3, ["Python.\nPython."])
    assert Index.open(folder).warning is None
    assert not (folder / "g000002").exists()
    assert_like_fresh(corpus, folder)


def test_a_damaged_query_encoder_is_exported_again_and_nothing_encoded(corpus: Path, folder: Path) -> None:
    path = folder / "encoders" / WordEncoder().fingerprint / "words.json"
    path.write_text(path.read_text().replace("cloud", "clown"))
    with pytest.raises(DamagedIndex, match=r"words\.json is damaged"):
        Index.open(folder)
    assert indexed(corpus, folder).embedded == 0
    assert Index.open(folder).warning is None
    assert_like_fresh(corpus, folder)


def test_without_its_pointer_there_is_no_index_but_the_vectors_are_known(corpus: Path, folder: Path) -> None:
    (folder / "CURRENT").unlink()
    with pytest.raises(NoIndex):
        Index.open(folder)
    report = indexed(corpus, folder)
    assert (report.generation, report.embedded) == (2, 0)
    assert_like_fresh(corpus, folder)


TEXTS = st.lists(
    st.sampled_from(
        [
            "# Pay\n\n",
            "## Germany\n\n",
            "The salary is fair.\n\n",
            "Python helps.\n\n",
            "- a cloud\n- a degree\n\n",
            "A model runs.\n\n",
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n",
        ]
    ),
    min_size=1,
    max_size=6,
).map("".join)
NAMES = st.sampled_from(["a.md", "b.md", "c.txt", "d/a.md", "d/e/f.txt", "z.md", "ä.md"])
CORPORA = st.dictionaries(NAMES, TEXTS | st.just("\x00\x01"), min_size=1, max_size=6).filter(
    lambda files: any("\x00" not in text for text in files.values())
)


def check_edits(corpora: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        corpus, folder = Path(place) / "corpus", Path(place) / "index"
        for files in corpora:
            write(corpus, files)
            report = indexed(corpus, folder)
            assert report.added + report.changed + report.unchanged == report.articles
        assert_like_fresh(corpus, folder)
        assert indexed(corpus, folder).generation == report.generation


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CORPORA, min_size=2, max_size=5))
def test_any_edits_give_what_a_build_from_nothing_gives(corpora: list[dict[str, str]]) -> None:
    check_edits(corpora)


@pytest.mark.long
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CORPORA, min_size=2, max_size=12))
def test_any_200_sequences_of_edits_give_what_a_build_from_nothing_gives(corpora: list[dict[str, str]]) -> None:
    check_edits(corpora)

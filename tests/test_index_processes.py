"""The index under many processes, in short; at full size under the marker, and as commands in index_processes.py."""

from __future__ import annotations

import gc
import time
from pathlib import Path

import pytest
from index_harness import everything, indexed, write
from index_processes import builders, kills, readers

from counsel.errors import NoArticles
from counsel.index import Index, Live
from counsel.index import live as live_module


def test_builds_killed_at_random_moments_fail_no_reader_and_lose_nothing() -> None:
    told = kills(5, real=False)
    print(told)
    assert (told["failures"], told["left behind"], told["generations kept"]) == ((), [], 2)
    assert told["answers"] > 50


@pytest.mark.long
def test_500_kills_of_the_real_command_fail_no_reader_and_lose_nothing() -> None:
    told = kills(500, real=True)
    print(told)
    assert (told["failures"], told["left behind"], told["generations kept"]) == ((), [], 2)


def test_readers_never_fail_while_generations_are_published() -> None:
    told = readers(2, generations=8, answers=200)
    print(told)
    assert (told["failures"], told["generations"]) == ((), 9)
    assert told["answers"] >= 200


@pytest.mark.long
def test_4_readers_give_10_000_answers_while_50_generations_are_published() -> None:
    told = readers(4, generations=50, answers=10_000)
    print(told)
    assert (told["failures"], told["generations"]) == ((), 51)
    assert told["answers"] >= 10_000


def test_of_builds_that_begin_together_one_builds_and_the_others_leave_at_once() -> None:
    told = builders(4, rounds=2, real=False)
    print(told)
    assert told["as they should"] == told["rounds"] == 2
    assert told["slowest to leave"] < 1.0


@pytest.mark.long
def test_of_8_real_builds_that_begin_together_20_times_one_builds_and_the_others_leave_within_a_second() -> None:
    told = builders(8, rounds=20, real=True)
    print(told)
    assert told["as they should"] == told["rounds"] == 20
    assert told["slowest to leave"] < 1.0


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Live:
    monkeypatch.setattr(live_module, "LOOK_EVERY", 0.0)
    write(tmp_path / "corpus", {"a.md": "The salary.\n", "b.md": "Python.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    return Live(tmp_path / "index")


def test_a_running_page_answers_from_the_newest_generation(live: Live, tmp_path: Path) -> None:
    first = live.current()
    assert live.current() is first
    write(tmp_path / "corpus", {"a.md": "The salary.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    second = live.current()
    assert [card.path for card in second.cards()] == ["a.md"]
    assert not len(second.matching(["python"], 10)[0])
    assert first.matching(["python"], 10)[0].tolist() == [1]  # who asked before has his answer from one generation


def test_an_index_in_hand_answers_on_after_its_files_have_been_removed(live: Live, tmp_path: Path) -> None:
    first = live.current()
    said = everything(Index.open(tmp_path / "index"))
    for edition in range(3):
        write(tmp_path / "corpus", {"a.md": f"Edition {edition}.\n"})
        indexed(tmp_path / "corpus", tmp_path / "index")
    assert not (tmp_path / "index" / "g000001").exists()
    assert everything(first) == said


def test_a_running_page_says_when_the_last_article_is_gone_and_answers_again_after(live: Live, tmp_path: Path) -> None:
    write(tmp_path / "corpus", {})
    with pytest.raises(NoArticles):
        indexed(tmp_path / "corpus", tmp_path / "index")
    for _ in range(2):
        with pytest.raises(NoArticles):
            live.current()
    write(tmp_path / "corpus", {"c.md": "A cloud.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    assert [card.path for card in live.current().cards()] == ["c.md"]


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b'{"generation": 7, "manifest": ""}\n'])
def test_a_running_page_goes_on_when_the_pointer_is_damaged(live: Live, tmp_path: Path, content: bytes | None) -> None:
    before = live.current()
    whole = (tmp_path / "index" / "CURRENT").read_bytes()
    (tmp_path / "index" / "CURRENT").unlink()
    if content is not None:
        (tmp_path / "index" / "CURRENT").write_bytes(content)
    assert live.current().generation == before.generation
    assert (live.problem is None) == (content is None)
    (tmp_path / "index" / "CURRENT").write_bytes(whole)
    write(tmp_path / "corpus", {"c.md": "A cloud.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    assert live.current().generation == 2
    assert live.problem is None


def test_a_running_page_goes_on_when_the_new_generation_is_damaged(live: Live, tmp_path: Path) -> None:
    write(tmp_path / "corpus", {"c.md": "A cloud.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    (tmp_path / "index" / "g000002" / "vectors.faiss").write_bytes(b"")
    assert [card.path for card in live.current().cards()] == ["a.md", "b.md"]
    assert live.problem is not None
    assert "g000002/vectors.faiss is damaged" in live.problem
    indexed(tmp_path / "corpus", tmp_path / "index")
    assert live.current().generation == 3
    assert live.problem is None


def test_a_generation_that_could_not_be_opened_is_tried_again_after_a_while(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "corpus", {"c.md": "A cloud.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    file = tmp_path / "index" / "g000002" / "vectors.faiss"
    file.rename(tmp_path / "away")
    assert live.current().generation == 1
    (tmp_path / "away").rename(file)
    assert live.current().generation == 1  # to look at a damaged index takes long: not at every question
    assert live.problem is not None
    monkeypatch.setattr(live_module, "TRY_AGAIN", 0.0)
    assert live.current().generation == 2
    assert live.problem is None


def open_files(folder: Path) -> list[str]:
    links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return sorted(link.name for link in links if link.is_relative_to(folder))


def test_an_index_that_was_replaced_leaves_no_file_open(live: Live, tmp_path: Path) -> None:
    before = open_files(tmp_path / "index")
    gc.disable()
    try:
        for edition in range(3):
            everything(live.current())
            write(tmp_path / "corpus", {"a.md": f"Edition {edition}.\n"})
            indexed(tmp_path / "corpus", tmp_path / "index")
        assert live.current().generation == 4
        assert open_files(tmp_path / "index") == before
    finally:
        gc.enable()


def test_a_look_at_the_pointer_is_not_taken_at_every_question(live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "LOOK_EVERY", 1000.0)
    write(tmp_path / "corpus", {"c.md": "A cloud.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    begun = time.monotonic()
    assert all(live.current().generation == 1 for _ in range(1000))
    assert time.monotonic() - begun < 0.5

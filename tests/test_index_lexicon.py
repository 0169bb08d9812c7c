"""lexicon.bin: what it finds is what SQLite's FTS5 finds, and its bytes do not depend on how its passages came."""

from __future__ import annotations

import io
import random
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from counsel.index.files import opened
from counsel.index.inverting import Inversion
from counsel.index.lexicon import HEADER, Lexicon

Passage = tuple[list[str], list[str], list[str]]


def written(path: Path, inversion: Inversion) -> io.FileIO:
    path.write_bytes(b"".join(inversion.chunks()))
    return opened(path)


def lexicon(path: Path, passages: Sequence[Passage]) -> Lexicon:
    inversion = Inversion()
    inversion.add(passages)
    return Lexicon(written(path, inversion), len(passages))


def some(count: int, seed: int = 0) -> list[Passage]:
    """Passages of a few words each, common ones among them and rare ones."""
    chance = random.Random(seed)
    words = [f"w{number}" for number in range(40)] + ["東", "été", "zz"]
    weights = [1 / (number + 1) for number in range(len(words))]
    return [
        (
            chance.choices(words, weights, k=chance.randint(0, 3)),
            chance.choices(words, k=2),
            chance.choices(words, weights, k=chance.randint(0, 30)),
        )
        for _ in range(count)
    ]


def fts5(passages: Sequence[Passage]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE lexicon USING fts5(title, heading, body, tokenize = 'ascii')")
    rows = ((row, *(" ".join(field) for field in passage)) for row, passage in enumerate(passages))
    connection.executemany("INSERT INTO lexicon(rowid, title, heading, body) VALUES (?, ?, ?, ?)", rows)
    return connection


@pytest.mark.parametrize("asked", [["w0"], ["w7", "zz"], ["w1", "w2", "w3", "nowhere"], ["東", "été"], [f"w{n}" for n in range(40)]])
def test_scores_are_those_of_fts5(tmp_path: Path, asked: list[str]) -> None:
    passages = some(300)
    statement = "SELECT rowid, -bm25(lexicon) AS score FROM lexicon WHERE lexicon MATCH ? ORDER BY score DESC, rowid"
    theirs = fts5(passages).execute(statement, (" OR ".join(f'"{term}"' for term in asked),)).fetchall()
    rows, scores = lexicon(tmp_path / "lexicon.bin", passages).matching(asked, len(passages))
    assert sorted(rows.tolist()) == sorted(row for row, _ in theirs)
    np.testing.assert_allclose(scores, [score for _, score in theirs], rtol=1e-5)


@pytest.mark.parametrize("asked", [["w0"], ["w0", "w1"], ["w1", "w0", "w0"], ["zz", "w2"], ["東", "w0"], ["w0", "nowhere"]])
def test_words_in_a_row_are_found_where_fts5_finds_them(tmp_path: Path, asked: list[str]) -> None:
    passages = some(300)
    theirs = fts5(passages).execute("SELECT rowid FROM lexicon WHERE lexicon MATCH ? ORDER BY rowid", (f'"{" ".join(asked)}"',)).fetchall()
    assert lexicon(tmp_path / "lexicon.bin", passages).holding(asked).tolist() == [row for (row,) in theirs]


def test_only_the_best_are_taken_and_equal_ones_in_row_order(tmp_path: Path) -> None:
    passages: list[Passage] = [*(([], [], ["pay"] * (1 + number % 2)) for number in range(20)), *[([], [], ["else"])] * 30]
    found = lexicon(tmp_path / "lexicon.bin", passages)
    assert found.matching(["pay"], 4)[0].tolist() == [1, 3, 5, 7]
    assert found.matching(["pay"], 12)[0].tolist() == [*range(1, 20, 2), 0, 2]


def test_a_search_may_be_narrowed_to_rows_and_to_words(tmp_path: Path) -> None:
    passages: list[Passage] = [([], [], ["pay", *(["india"] if row % 3 == 0 else [])]) for row in range(10)]
    found = lexicon(tmp_path / "lexicon.bin", passages)
    assert found.matching(["pay"], 10, among=np.array([2, 3, 5]))[0].tolist() == [2, 5, 3]  # the shorter first
    assert found.matching(["pay"], 10, needed=["india"])[0].tolist() == [0, 3, 6, 9]
    assert found.matching(["pay"], 10, among=np.array([1, 3]), needed=["india"])[0].tolist() == [3]
    assert found.matching(["pay"], 10, needed=["nowhere"])[0].tolist() == []


def test_a_term_a_thousand_times_counts_as_often_as_there_is_room_for(tmp_path: Path) -> None:
    found = lexicon(tmp_path / "lexicon.bin", [([], [], ["pay"] * 1000), ([], [], ["pay"]), *[([], [], ["else"])] * 5])
    assert found.holders("pay")[1].tolist() == [255, 1]


def test_passages_copied_in_any_order_give_the_bytes_of_new_ones(tmp_path: Path) -> None:
    old, new = some(50), some(20, seed=1)
    previous = lexicon(tmp_path / "old", old)
    copied = Inversion(previous)
    copied.copy(30, 20)
    copied.add(new)
    copied.copy(0, 10)
    fresh = Inversion()
    for passage in (*old[30:], *new, *old[:10]):
        fresh.add([passage])
    assert written(tmp_path / "copied", copied).read() == written(tmp_path / "fresh", fresh).read()


def test_the_words_of_a_letter_are_listed_in_order(tmp_path: Path) -> None:
    found = lexicon(tmp_path / "lexicon.bin", [(["pay"], ["zz"], ["peru", "bake", "pay"])])
    assert (found.beginning("p"), found.beginning("pe"), found.beginning("x")) == (["pay", "peru"], ["peru"], [])
    assert found.beginning("") == ["bake", "pay", "peru", "zz"]


def test_a_lexicon_of_nothing_finds_nothing(tmp_path: Path) -> None:
    found = lexicon(tmp_path / "lexicon.bin", [])
    assert found.matching(["pay"], 5)[0].tolist() == found.holding(["pay"]).tolist() == found.holding([]).tolist() == []
    assert (found.document_frequency("pay"), found.vocabulary()) == (0, [""])


def everything(file: io.FileIO, passages: int) -> None:
    found = Lexicon(file, passages)
    for word in [*found.vocabulary(), "w1", "nowhere"]:
        found.document_frequency(word)
        found.matching([word], 10)
        found.holding([word, "w0"])
    found.text(0, passages)


@pytest.mark.parametrize("field", range(1, 6))
@pytest.mark.parametrize("value", [-(2**63), -1, 0, 3, 2**40, 2**63 - 1])
def test_a_head_that_lies_is_an_error(tmp_path: Path, field: int, value: int) -> None:
    lexicon(tmp_path / "lexicon.bin", some(30))
    told = list(HEADER.unpack((tmp_path / "lexicon.bin").read_bytes()[: HEADER.size]))
    told[field] = value
    (tmp_path / "lexicon.bin").write_bytes(HEADER.pack(*told) + (tmp_path / "lexicon.bin").read_bytes()[HEADER.size :])
    with pytest.raises(ValueError, match=r"."):
        everything(opened(tmp_path / "lexicon.bin"), 30)


def test_no_number_in_it_makes_it_do_anything_but_answer_or_refuse(tmp_path: Path) -> None:
    lexicon(tmp_path / "lexicon.bin", some(30))
    whole = (tmp_path / "lexicon.bin").read_bytes()
    refused = 0
    for at in range(HEADER.size, len(whole) - 8, 4):
        for value in (b"\xff" * 4, struct.pack("<i", 7)):
            (tmp_path / "lexicon.bin").write_bytes(whole[:at] + value + whole[at + 4 :])
            try:
                everything(opened(tmp_path / "lexicon.bin"), 30)
            except ValueError:
                refused += 1
    assert refused > 100

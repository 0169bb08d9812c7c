"""clusters.bin: a large collection is not compared whole, and what is found is nearly what would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from index_harness import WordEncoder, everything, indexed, write
from numpy.typing import NDArray

from counsel.errors import DamagedIndex
from counsel.index import Index, clusters, lookup, publication
from counsel.index.clusters import Clusters, chunks, clustered
from counsel.index.files import opened
from counsel.index.vectors import VectorRows

Rows = NDArray[np.float32]
NEW = -1


def some(count: int, seed: int = 0) -> Rows:
    """Unit rows around a hundred subjects."""
    chance = np.random.default_rng(seed)
    subjects = np.random.default_rng(7).normal(size=(100, 32))
    rows = subjects[chance.integers(0, 100, count)] + 0.5 * chance.normal(size=(count, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def written(path: Path, rows: Rows) -> Clusters:
    path.write_bytes(b"".join(chunks(clustered(rows, None, np.full(len(rows), NEW)), rows)))
    return Clusters(opened(path), len(rows), rows.shape[1])


def test_nearly_all_of_the_ten_nearest_are_candidates(tmp_path: Path) -> None:
    rows, asked = some(20_000), some(50, seed=1)
    found = written(tmp_path / "clusters.bin", rows)
    held = [np.isin(np.argsort(-(rows @ one))[:10], found.candidates(one, 50)).mean() for one in asked]
    assert np.mean(held) >= 0.98
    assert all(len(found.candidates(one, 50)) == 100 for one in asked)


def test_rows_that_stay_keep_their_clusters_and_new_ones_go_to_the_nearest() -> None:
    rows = some(4_000)
    first = clustered(rows, None, np.full(4_000, NEW))
    more = np.concatenate([some(500, seed=2), rows[:3_000]])
    second = clustered(more, first, np.concatenate([np.full(500, NEW), np.arange(3_000)]))
    assert second.centroids is first.centroids
    assert second.of_rows[500:].tolist() == first.of_rows[:3_000].tolist()
    assert second.of_rows[:500].tolist() == (more[:500] @ first.centroids.T).argmax(axis=1).tolist()


@pytest.mark.parametrize("count", [1_900, 8_100])
def test_a_collection_that_has_doubled_or_halved_is_clustered_anew(count: int) -> None:
    first = clustered(some(4_000), None, np.full(4_000, NEW))
    rows = some(count, seed=3)
    assert clustered(rows, first, np.full(count, NEW)).trained == count


def test_what_was_written_is_what_the_next_generation_takes_over(tmp_path: Path) -> None:
    rows = some(2_000)
    known = clustered(rows, None, np.full(2_000, NEW))
    taken = written(tmp_path / "clusters.bin", rows).known()
    assert taken.trained == known.trained == 2_000
    np.testing.assert_array_equal(taken.centroids, known.centroids)
    np.testing.assert_array_equal(taken.of_rows, known.of_rows)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index large enough to have clusters, by a limit lowered to ten passages."""
    monkeypatch.setattr(clusters, "EXACT", 10)
    write(tmp_path / "corpus", {f"p{number:02d}.md": f"# Pay {number}\n\nThe salary in Germany of {number}.\n" for number in range(60)})
    indexed(tmp_path / "corpus", tmp_path / "index")
    return tmp_path / "index"


def test_a_large_index_answers_from_its_clusters_as_a_small_one_does(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = everything(Index.open(folder))
    assert (folder / "g000001" / "clusters.bin").is_file()
    monkeypatch.setattr(clusters, "EXACT", 1_000)
    indexed(tmp_path / "corpus", tmp_path / "small")
    assert not (tmp_path / "small" / "g000001" / "clusters.bin").exists()
    assert everything(Index.open(tmp_path / "small")) == large
    query = WordEncoder().rows(["salary germany"])[0]
    found, exact = Index.open(folder).nearest(query, 5), Index.open(tmp_path / "small").nearest(query, 5)
    assert [one.tolist() for one in found] == [one.tolist() for one in exact]


def test_some_rows_of_a_large_index_are_compared_exactly(folder: Path) -> None:
    index = Index.open(folder)
    among = np.array([0, 1, 2, 30, 59])
    query = WordEncoder().rows(["salary"])[0]
    rows, cosines = index.nearest(query, 3, among)
    assert rows.tolist() == [0, 1, 2]
    np.testing.assert_array_equal(index.vectors_of(among), index.vectors[among])
    assert len(set(cosines.tolist())) == 1


class Counted(Index):
    """Says how many vectors were in memory at once."""

    most = 0

    def vectors_of(self, rows: NDArray[np.int64]) -> Rows:
        self.most = max(self.most, len(rows))
        return super().vectors_of(rows)


def test_however_many_rows_are_compared_few_are_in_memory_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index, query = Counted(publication.current(folder)), WordEncoder().rows(["salary 7"])[0]
    wanted = index.nearest(query, 9, np.arange(60))
    monkeypatch.setattr(lookup, "AT_ONCE", 16)
    index.most = 0
    found = index.nearest(query, 9, np.arange(60))
    assert [one.tolist() for one in found] == [one.tolist() for one in wanted]
    assert index.most == 16


def test_too_little_memory_is_not_told_as_damage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> Rows:
        raise MemoryError

    monkeypatch.setattr(VectorRows, "some", short)
    with pytest.raises(MemoryError):
        Index.open(folder).nearest(WordEncoder().rows(["salary"])[0], 5)


def test_an_edit_of_a_large_index_keeps_its_clusters(folder: Path, tmp_path: Path) -> None:
    before = (folder / "g000001" / "clusters.bin").read_bytes()
    (tmp_path / "corpus" / "p07.md").write_text("# Python\n\nThe cloud is a model.\n", encoding="utf-8")
    assert indexed(tmp_path / "corpus", folder).embedded == 1
    after = (folder / "g000002" / "clusters.bin").read_bytes()
    size = 40 + 4 * WordEncoder().dimension * 16  # header and sixteen centroids
    assert (len(after), after[40:size]) == (len(before), before[40:size])
    query = WordEncoder().rows(["cloud model"])[0]
    assert Index.open(folder).nearest(query, 1)[0].tolist() == [7]


@pytest.mark.parametrize("at", [0, 9, 17, 25, 33])
def test_clusters_with_another_head_are_damage(folder: Path, at: int) -> None:
    index = Index.open(folder)  # proved: what is forged after is found by reading it
    path = folder / "g000001" / "clusters.bin"
    data = bytearray(path.read_bytes())
    data[at] ^= 0x55
    path.write_bytes(data)
    if at != 33:  # when the centroids were found is nothing a question needs
        with pytest.raises(DamagedIndex):
            index.nearest(WordEncoder().rows(["salary"])[0], 3)
    with pytest.raises(DamagedIndex):
        Index.open(folder)


def test_clusters_that_name_passages_that_are_not_there_are_damage(tmp_path: Path) -> None:
    rows = some(2_000)
    written(tmp_path / "clusters.bin", rows)
    whole = (tmp_path / "clusters.bin").read_bytes()
    codes = len(whole) - rows.size
    (tmp_path / "clusters.bin").write_bytes(whole[: codes - 8_000] + b"\xff" * 8_000 + whole[codes:])
    with pytest.raises(ValueError, match="not there"):
        Clusters(opened(tmp_path / "clusters.bin"), 2_000, 32).candidates(rows[0], 10)

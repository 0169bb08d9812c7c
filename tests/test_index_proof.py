"""What openings remember of files they have proved: it saves time and hides no damage."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from index_harness import WordEncoder, indexed, listing, write

from counsel.errors import DamagedIndex
from counsel.index import Index, proof

FILES = [
    "g000001/articles.sqlite",
    "g000001/lexicon.bin",
    "g000001/lines.int8",
    "g000001/vectors.faiss",
    f"encoders/{WordEncoder().fingerprint}/words.json",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index whose files are remembered, as if they had stood there for a while."""
    monkeypatch.setattr(proof, "SETTLED", -1.0)
    write(tmp_path / "corpus", {"a.md": "The salary.\n", "b.md": "Python.\n"})
    indexed(tmp_path / "corpus", tmp_path / "index")
    Index.open(tmp_path / "index")
    return tmp_path / "index"


def remembered(folder: Path) -> dict[str, list[object]]:
    entries: dict[str, list[object]] = json.loads((folder / "verified").read_text())
    return entries


def claim(folder: Path, name: str) -> None:
    """Have the memory say that the file, as it is now, was proved."""
    entries, status = remembered(folder), (folder / name).stat()
    entries[name] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, *entries[name][4:]]
    (folder / "verified").write_text(json.dumps(entries))


def spoil(path: Path) -> None:
    """Change one byte where neither SQLite nor our header looks at once, and put the time of the change back."""
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_every_file_but_the_manifest_is_remembered(folder: Path) -> None:
    assert set(FILES) < set(remembered(folder))
    assert len(remembered(folder)) == 6
    assert not [path for path in listing(folder) if "verified" in path]


@pytest.mark.parametrize("name", FILES)
def test_a_remembered_file_is_not_read_again(folder: Path, name: str) -> None:
    spoil(folder / name)
    claim(folder, name)
    assert Index.open(folder).warning is None  # it was not read: only a memory that lies can bring this about


@pytest.mark.parametrize("name", FILES)
def test_damage_that_keeps_size_and_time_is_noticed_all_the_same(folder: Path, name: str) -> None:
    spoil(folder / name)
    with pytest.raises(DamagedIndex, match="its bytes are not those"):
        Index.open(folder)


@pytest.mark.parametrize("name", FILES)
def test_what_was_proved_more_than_a_day_ago_is_read_again(folder: Path, name: str) -> None:
    spoil(folder / name)
    claim(folder, name)
    entries = remembered(folder)
    for age in (proof.REMEMBERED + 1, -3600):
        entries[name][-1] = int(time.time()) - age
        (folder / "verified").write_text(json.dumps(entries))
        with pytest.raises(DamagedIndex):
            Index.open(folder)


def test_a_build_reads_what_it_copies_whatever_is_remembered(folder: Path, tmp_path: Path) -> None:
    spoil(folder / "g000001/vectors.faiss")
    claim(folder, "g000001/vectors.faiss")
    write(tmp_path / "corpus", {"a.md": "The salary.\n", "b.md": "Python.\n", "c.md": "A cloud.\n"})
    assert indexed(tmp_path / "corpus", folder).embedded == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"nonsense", b"{}", b'{"g000001/vectors.faiss": 3}', b'{"g000001/vectors.faiss": [1,2,3,4,5,6]}', b"[" * 10**5, None],
)
def test_a_memory_that_cannot_be_read_costs_only_time(folder: Path, content: bytes | None) -> None:
    (folder / "verified").unlink()
    if content is None:
        (folder / "verified").mkdir()
    else:
        (folder / "verified").write_bytes(content)
    assert Index.open(folder).warning is None
    assert not list(folder.glob("verified.new*"))
    spoil(folder / FILES[0])
    with pytest.raises(DamagedIndex):
        Index.open(folder)


def test_a_file_that_has_just_been_written_is_not_remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "SETTLED", 2.0)
    (folder / "verified").unlink()
    Index.open(folder)
    assert not (folder / "verified").exists()

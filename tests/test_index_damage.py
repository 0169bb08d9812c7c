"""Damage: what is not what was written is noticed before any answer, whether chance or malice did it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from index_harness import WordEncoder, everything, indexed, write

from counsel.errors import DamagedIndex, NoIndex, UnusableIndex
from counsel.index import Files, Index
from counsel.index.files import stored
from counsel.index.manifest import Manifest, Pointer

SECOND = "g000002"
OF_THE_GENERATION = [f"{SECOND}/articles.sqlite", f"{SECOND}/vectors.faiss", f"{SECOND}/lines.int8", f"{SECOND}/manifest.json"]
OF_THE_ENCODER = [f"encoders/{WordEncoder().fingerprint}/{name}" for name in ("words.json", "more/axes.txt")]
ALL_FILES = ["CURRENT", *OF_THE_GENERATION, *OF_THE_ENCODER]


class Case:
    """An index of two generations, damaged and made whole again as often as asked."""

    def __init__(self, place: Path) -> None:
        self.place, self.folder = place, place / "index"
        for edition in (1, 2):
            write(
                place / "corpus",
                {f"{n:02d}.md": f"# Pay {n}\n\nEdition {edition}: a salary of {n * 1000} in Germany.\n" for n in range(40)},
            )
            indexed(place / "corpus", self.folder)
        shutil.copytree(self.folder, place / "whole")
        self.first = everything(self.opened("g000001"))
        self.second = everything(Index.open(self.folder))

    def opened(self, name: str) -> Index:
        manifest = (self.folder / name / "manifest.json").read_bytes()
        current = (self.folder / "CURRENT").read_bytes()
        (self.folder / "CURRENT").write_bytes(Pointer(int(name[1:]), hashlib.sha256(manifest).hexdigest()).to_bytes())
        index = Index.open(self.folder)
        (self.folder / "CURRENT").write_bytes(current)
        return index

    def repair(self, name: str) -> None:
        path = self.folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif os.path.lexists(path):
            path.unlink()
        path.parent.mkdir(exist_ok=True)
        shutil.copy2(self.place / "whole" / name, path)

    def is_noticed(self, name: str) -> bool:
        """Whether opening the index tells of the damage to this file: by an error, or by a warning of an index that is right."""
        try:
            index = Index.open(self.folder)
        except DamagedIndex as error:
            return self.is_named(name, str(error)) and "counsel index" in error.hint
        except NoIndex:
            return name == "CURRENT"
        return (
            index.warning is not None
            and self.is_named(name, index.warning)
            and everything(index) == (self.first if index.generation == 1 else self.second)
        )

    @staticmethod
    def is_named(name: str, message: str) -> bool:
        """A pointer to a generation that is not there is told as the missing generation."""
        return name in message or (name == "CURRENT" and "manifest.json is missing" in message)

    def damage(self, name: str, change: Callable[[bytes], bytes]) -> None:
        data = (self.place / "whole" / name).read_bytes()
        changed = change(data)
        if changed == data:
            return
        (self.folder / name).write_bytes(changed)
        noticed = self.is_noticed(name)
        self.repair(name)
        assert noticed, (name, len(data), changed[:100])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("damage"))


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]


def zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data)) & ~4095
    return data[:at] + bytes(min(4096, len(data) - at)) + data[at + 4096 :]


def batter(case: Case, name: str, truncations: int, flips: int, zeroings: int) -> None:
    chance = random.Random(name)
    for _ in range(truncations):
        case.damage(name, lambda data: data[: chance.randrange(len(data))])
    for _ in range(flips):
        case.damage(name, lambda data: flipped(data, chance))
    for _ in range(zeroings):
        case.damage(name, lambda data: zeroed(data, chance))


@pytest.mark.parametrize("name", ALL_FILES)
def test_truncations_flipped_bits_and_zeroed_pages_are_noticed(case: Case, name: str) -> None:
    batter(case, name, truncations=8, flips=20, zeroings=4)
    assert Index.open(case.folder).warning is None


@pytest.mark.long
@pytest.mark.parametrize("name", ALL_FILES)
def test_100_truncations_200_flipped_bits_and_50_zeroed_pages_are_noticed(case: Case, name: str) -> None:
    batter(case, name, truncations=100, flips=200, zeroings=50)
    assert Index.open(case.folder).warning is None


@pytest.mark.parametrize("name", ALL_FILES)
def test_an_empty_longer_missing_or_swapped_file_is_noticed(case: Case, name: str) -> None:
    case.damage(name, lambda _: b"")
    case.damage(name, lambda data: data + b"\n")
    case.damage(name, lambda data: data + bytes(4096))
    if name in OF_THE_GENERATION:
        case.damage(name, lambda _: (case.folder / name.replace(SECOND, "g000001")).read_bytes())
    for replace in (Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(path), lambda _: None):
        (case.folder / name).unlink()
        replace(case.folder / name)
        assert case.is_noticed(name)
        case.repair(name)


REPLACEMENTS: dict[str, Callable[[Path], object]] = {
    "missing": lambda _: None,
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"garbage"),
    "a folder": lambda path: (path / "x").mkdir(parents=True),
    "a pipe": os.mkfifo,
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("kind", REPLACEMENTS)
@pytest.mark.parametrize(
    "name", [*ALL_FILES, SECOND, "g000001", "encoders", f"encoders/{WordEncoder().fingerprint}", "verified", "journal"]
)
def test_the_next_build_repairs_whatever_is_damaged(case: Case, tmp_path: Path, name: str, kind: str) -> None:
    folder = tmp_path / "index"
    shutil.copytree(case.place / "whole", folder)
    Files().clear(folder / name)
    REPLACEMENTS[kind](folder / name)
    indexed(case.place / "corpus", folder)
    index = Index.open(folder)
    assert index.warning is None
    assert everything(index) == case.second


def test_a_missing_generation_is_noticed(case: Case) -> None:
    shutil.move(case.folder / SECOND, case.place / "aside")
    assert case.is_noticed(SECOND)
    shutil.move(case.place / "aside", case.folder / SECOND)


def test_when_both_generations_are_damaged_the_error_names_the_current_one(case: Case) -> None:
    for name in ("g000001/vectors.faiss", "g000002/articles.sqlite"):
        (case.folder / name).write_bytes(b"")
    with pytest.raises(DamagedIndex, match=r"g000002/articles\.sqlite is damaged: it has 0 bytes"):
        Index.open(case.folder)
    for name in ("g000001/vectors.faiss", "g000002/articles.sqlite"):
        case.repair(name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"null",
        b"[]",
        b"12",
        b"{}",
        b"\xff\xfe",
        b"[" * 4000,
        b'{"generation": 2}',
        b'{"generation": -1, "manifest": "x"}',
        b'{"generation": 1e99, "manifest": "x"}',
    ]
    + [json.dumps({"generation": number, "manifest": "0" * 64}).encode() + b"\n" for number in (0, 1, 2, 3, 10**6, 10**30)],
)
def test_a_pointer_to_nothing_falls_back_and_says_so(case: Case, content: bytes) -> None:
    (case.folder / "CURRENT").write_bytes(content)
    index = Index.open(case.folder)
    assert index.warning is not None
    assert "damaged" in index.warning or "missing" in index.warning
    assert everything(index) == {1: case.first, 2: case.second}[index.generation]
    case.repair("CURRENT")


def forge(case: Case, place: Path, name: str, change: Callable[[bytes], bytes] = lambda data: data, **fields: Any) -> Path:
    """An index whose hashes are all right, made by someone who wants it to be read."""
    folder = place / "forged"
    shutil.copytree(case.place / "whole", folder, dirs_exist_ok=True)
    path = folder / SECOND / name
    path.write_bytes(change(path.read_bytes()))
    told = json.loads((folder / SECOND / "manifest.json").read_bytes())
    if name in told["files"]:
        file = stored(path)
        told["files"][name] = {"size": file.size, "sha256": file.sha256}
    told.update(fields)
    told.pop("checksum")
    checksum = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    manifest = json.dumps({**told, "checksum": checksum}, indent=1).encode() + b"\n"
    (folder / SECOND / "manifest.json").write_bytes(manifest)
    (folder / "CURRENT").write_bytes(Pointer(2, hashlib.sha256(manifest).hexdigest()).to_bytes())
    shutil.rmtree(folder / "g000001")
    return folder


def test_the_forger_can_forge(case: Case, tmp_path: Path) -> None:
    index = Index.open(forge(case, tmp_path, "vectors.faiss", corpus="/elsewhere"))
    assert (index.warning, index.corpus) == (None, Path("/elsewhere"))
    assert everything(index) == case.second


@pytest.mark.parametrize(
    "fields",
    [
        {"generation": 3},
        {"format": "1"},
        {"format": True},
        {"passages": 10**18},
        {"passages": -1},
        {"passages": 39},
        {"passages": 41},
        {"articles": 7},
        {"dimension": 0},
        {"dimension": 8},
        {"dimension": 10**9},
        {"dimension": 2**70},
        {"passages": 2**70},
        {"encoder": "../../elsewhere"},
        {"encoder": ""},
        {"encoder": "other"},
        {"exported": {"../x": {"size": 1, "sha256": ""}}},
        {"exported": {"/etc/passwd": {"size": 1, "sha256": ""}}},
        {"exported": {"a\0b": {"size": 1, "sha256": ""}}},
        {"exported": []},
        {"files": {}},
        {"files": {"articles.sqlite": 3}},
        {"versions": None},
        {"corpus": None},
        {"built": 12},
    ],
    ids=str,
)
def test_a_manifest_that_lies_is_an_error(case: Case, tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(UnusableIndex):
        everything(Index.open(forge(case, tmp_path, "manifest.json", **fields)))


@pytest.mark.parametrize(
    "statements",
    [
        "DROP TABLE passages",
        "DROP TABLE sources",
        "DELETE FROM articles WHERE id = 7",
        "DELETE FROM passages WHERE row = 7",
        "DELETE FROM passages WHERE row = 39",
        "UPDATE passages SET article = 99 WHERE row = 7",
        "UPDATE passages SET start = 'x' WHERE row = 7",
        "UPDATE passages SET heading = '[[[' WHERE row = 7",
        f"UPDATE passages SET heading = '{'[' * 100_000}' WHERE row = 7",
        "UPDATE passages SET heading = 7 WHERE row = 7",
        'UPDATE articles SET headings = \'[["a", 1, 1, ""]]\' WHERE id = 7',
        "UPDATE articles SET headings = '[1]' WHERE id = 7",
        "UPDATE articles SET pages = '{}', tags = '1' WHERE id = 7",
        "UPDATE articles SET text = x'ff' WHERE id = 7",
        "UPDATE articles SET text = 7 WHERE id = 7",
        "UPDATE articles SET path = NULL WHERE id = 7",
        "UPDATE articles SET characters = 'x' WHERE id = 7",
        "UPDATE articles SET passages = 1000000000000 WHERE id = 7",
        "UPDATE articles SET first = -5 WHERE id = 7",
        "UPDATE sources SET size = 'x'",
        "UPDATE labels SET articles = 'x'",
        "CREATE VIEW extra AS SELECT 1",
        "CREATE TRIGGER extra AFTER INSERT ON passages BEGIN SELECT 1; END",
        "DROP TABLE passages; CREATE VIEW passages AS WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x FROM c) SELECT x AS row FROM c",
        "DROP TABLE labels",
    ],
    ids=lambda statements: statements[:70],
)
def test_a_database_that_lies_is_an_error(case: Case, tmp_path: Path, statements: str) -> None:
    def change(data: bytes) -> bytes:
        path = tmp_path / "forging.sqlite"
        path.write_bytes(data)
        connection = sqlite3.connect(path)
        connection.executescript("PRAGMA writable_schema = ON;" + statements)
        connection.close()
        return path.read_bytes()

    with pytest.raises(DamagedIndex):
        everything(Index.open(forge(case, tmp_path, "articles.sqlite", change)))


def survive(case: Case, tmp_path: Path, name: str, times: int) -> int:
    """How many of so many forged files with flipped bits were refused; the others gave some answer."""
    chance = random.Random(name)
    refused = 0
    for _ in range(times):
        flips = chance.choice((1, 3, 30))

        def change(data: bytes, flips: int = flips) -> bytes:
            for _ in range(flips):
                data = flipped(data, chance)
            return data

        try:
            everything(Index.open(forge(case, tmp_path, name, change)))
        except (UnusableIndex, KeyError):  # a path that its own list of paths does not hold
            refused += 1
    return refused


@pytest.mark.parametrize("name", ["articles.sqlite", "vectors.faiss", "lines.int8", "lexicon.bin"])
def test_forged_files_with_flipped_bits_give_an_error_or_an_answer(case: Case, tmp_path: Path, name: str) -> None:
    survive(case, tmp_path, name, 40)


@pytest.mark.long
@pytest.mark.parametrize("name", ["articles.sqlite", "vectors.faiss", "lines.int8", "lexicon.bin"])
def test_2000_forged_files_with_flipped_bits_give_an_error_or_an_answer(case: Case, tmp_path: Path, name: str) -> None:
    print(f"{name}: {survive(case, tmp_path, name, 2000)} of 2000 refused")


def test_every_text_that_is_not_a_manifest_is_an_error(case: Case) -> None:
    whole = (case.folder / SECOND / "manifest.json").read_bytes()
    assert Manifest.from_bytes(whole, "it").to_bytes() == whole
    for data in (
        b"",
        b"\n",
        b"{}",
        b"[]",
        b"3",
        b"\xff",
        b"[" * 10**6,
        b'{"a":' * 10**5,
        whole[:-1],
        whole + b" ",
        b'{"format": ' + b"9" * 5000 + b"}",
    ):
        with pytest.raises(DamagedIndex, match="it is damaged"):
            Manifest.from_bytes(data, "it")

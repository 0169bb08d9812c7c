"""A disk that is full, broken or forbidden, at any write: the old index answers, a sentence says what happened, nothing is left behind."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from index_disks import Recorder, Step
from index_harness import WordEncoder, everything, indexed, listing, write

from counsel.errors import BuildFailed, NoIndex
from counsel.index import Files, Index, encoding
from counsel.index.files import Bytes

OTHER = WordEncoder(("python", "india"))
BEFORE = {"a.md": "The salary in Germany.\n", "b.md": "Python.\n"}
AFTER = {"a.md": "The salary in India.\n", "c.md": "A cloud.\n"}
WRITES = {"folder", "create", "append", "sync", "sync folder", "rename", "others"}


class Broken(Recorder):
    """From the operation numbered `at` on, every write fails with this error; removing still works. Once: only that one fails."""

    def __init__(self, root: Path, at: int, code: int, once: bool) -> None:
        super().__init__(root)
        self.at, self.code, self.once = at, code, once
        self.failed = False

    def step(self, kind: str, path: Path, data: bytes = b"", target: Path | None = None) -> None:
        due = len(self.steps) == self.at if self.once else len(self.steps) >= self.at
        if due and kind in WRITES:
            self.failed = True
            self.steps.append(Step(kind, self.relative(path)))
            raise OSError(self.code, os.strerror(self.code), str(path))
        super().step(kind, path, data, target)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", {"a.md": "An edition before.\n"})
    indexed(tmp_path / "corpus", tmp_path / "start")
    write(tmp_path / "corpus", BEFORE)
    indexed(tmp_path / "corpus", tmp_path / "start")
    write(tmp_path / "corpus", AFTER)
    return tmp_path / "start"


@pytest.mark.parametrize(
    ("code", "once", "encoder"),
    [
        (errno.ENOSPC, False, WordEncoder()),
        (errno.ENOSPC, False, OTHER),
        (errno.EDQUOT, True, WordEncoder()),
        (errno.EIO, True, OTHER),
        (errno.EACCES, False, WordEncoder()),
        (errno.EROFS, True, WordEncoder()),
    ],
)
def test_a_write_that_fails_anywhere_leaves_the_old_index_and_nothing_else(
    folder: Path, tmp_path: Path, code: int, once: bool, encoder: WordEncoder
) -> None:
    old, was = everything(Index.open(folder)), listing(folder)
    at = failures = 0
    while True:
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        files = Broken(copy, at, code, once)
        try:
            indexed(tmp_path / "corpus", copy, encoder, files)
            said = ""
        except BuildFailed as error:
            said = str(error)
        if said:
            assert files.failed
            failures += 1
            assert code not in (errno.ENOSPC, errno.EDQUOT) or "no space" in said
            index = Index.open(copy)
            assert index.warning is None
            if index.generation == 2:
                assert everything(index) == old
                assert listing(copy) == was
            else:
                assert (files.steps[at - 1].target, files.steps[at].kind) == ("CURRENT", "sync folder")  # renamed, but not for certain
            assert indexed(tmp_path / "corpus", copy, encoder).articles == 2
            assert Index.open(copy).manifest.encoder == encoder.fingerprint
        elif len(files.steps) <= at:
            break
        shutil.rmtree(copy)
        at += 1
    assert failures > 15


class ClosesBadly(io.FileIO):
    """A file whose last bytes fail to reach a full disk only when it is closed."""

    def close(self) -> None:
        was_open = not self.closed
        super().close()
        if was_open:
            raise OSError(errno.ENOSPC, "No space left on device")


class FullAtClose(Files):
    def __init__(self, name: str) -> None:
        self.name = name

    def create(self, path: Path) -> io.FileIO:
        return ClosesBadly(path, "x") if path.name == self.name else super().create(path)


class Short(Files):
    """Says that it wrote all, and did not."""

    def append(self, file: io.FileIO, data: Bytes) -> None:
        super().append(file, bytes(data)[:-1])


@pytest.mark.parametrize("name", ["vectors.faiss", "lines.int8", "manifest.json", "CURRENT.new"])
def test_a_disk_that_is_full_only_when_a_file_is_closed_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    was = listing(folder)
    with pytest.raises(BuildFailed, match="no space"):
        indexed(tmp_path / "corpus", folder, files=FullAtClose(name))
    assert (listing(folder), Index.open(folder).generation) == (was, 2)


def test_a_disk_that_loses_bytes_in_silence_is_noticed(folder: Path, tmp_path: Path) -> None:
    was = listing(folder)
    with pytest.raises(BuildFailed, match="did not keep"):
        indexed(tmp_path / "corpus", folder, files=Short())
    assert (listing(folder), Index.open(folder).generation) == (was, 2)


class Interrupted(Recorder):
    """Ctrl-C at one operation."""

    def __init__(self, root: Path, at: int) -> None:
        super().__init__(root)
        self.at: int | None = at

    def step(self, kind: str, path: Path, data: bytes = b"", target: Path | None = None) -> None:
        super().step(kind, path, data, target)
        if self.at is not None and len(self.steps) >= self.at:
            self.at = None
            raise KeyboardInterrupt


def test_ctrl_c_at_any_operation_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    was = listing(folder)
    at = 1
    while True:
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        files = Interrupted(copy, at)
        try:
            indexed(tmp_path / "corpus", copy, files=files)
            break
        except KeyboardInterrupt:
            index = Index.open(copy)
            assert index.warning is None
            assert index.generation == 3 or listing(copy) == was
        shutil.rmtree(copy)
        at += 1
    assert at > 15


BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index_harness import indexed
from counsel.errors import CounselError
try:
    indexed(Path(sys.argv[2]), Path(sys.argv[3]))
except CounselError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def built(corpus: Path, folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """A build in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", BUILD, str(Path(__file__).parent), str(corpus), str(folder)], capture_output=True, text=True, **options
    )


@contextlib.contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[Path]:
    """A real file system of that size."""
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "counsel", str(place)], capture_output=True, check=False)
    if mounted.returncode:
        place.rmdir()
        pytest.skip("a file system can only be mounted as root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
        place.rmdir()


def test_a_full_disk_of_any_size_leaves_the_old_index_and_says_no_space(tmp_path: Path) -> None:
    many = {f"{n:03d}.md": f"# Pay {n}\n\nA salary of {n}.\n" * 8 for n in range(60)}
    write(tmp_path / "corpus", BEFORE)
    refused = 0
    for kilobytes in range(120, 480, 40):
        with small_disk(tmp_path / "disk", kilobytes) as disk:
            write(tmp_path / "corpus", BEFORE)
            assert built(tmp_path / "corpus", disk / "index").returncode == 0
            old, was = everything(Index.open(disk / "index")), listing(disk / "index")
            write(tmp_path / "corpus", {**BEFORE, **many})
            ran = built(tmp_path / "corpus", disk / "index")
            if ran.returncode == 0:
                break
            refused += 1
            assert (ran.returncode, ran.stderr) == (1, "")
            assert "no space" in ran.stdout
            assert everything(Index.open(disk / "index")) == old
            assert listing(disk / "index") == was
    assert ran.returncode == 0
    assert refused > 2


def test_a_limit_on_the_size_of_files_is_no_space_too(tmp_path: Path) -> None:
    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    write(tmp_path / "corpus", BEFORE)
    ran = built(tmp_path / "corpus", tmp_path / "index", preexec_fn=limit)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "index" in ran.stdout
    with pytest.raises(NoIndex):
        Index.open(tmp_path / "index")
    assert listing(tmp_path / "index") == set()


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path / "corpus", BEFORE)
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "index", Path("/proc/counsel"), Path("/dev/null")):
        with pytest.raises(BuildFailed, match=r"could not be written|may not be written"):
            indexed(tmp_path / "corpus", folder)


class Many(WordEncoder):
    """Stops after so many calls."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def encode(self, texts: Any, exported: Path | None = None, progress: Callable[[int], None] | None = None) -> Any:
        if not self.calls:
            raise KeyboardInterrupt
        self.calls -= 1
        return super().encode(texts, exported, progress)


def test_a_build_that_was_stopped_goes_on_from_the_vectors_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "AT_ONCE", 10)
    write(tmp_path / "corpus", {f"{n:03d}.txt": f"A salary of {n}.\n" for n in range(95)})
    with pytest.raises(KeyboardInterrupt):
        indexed(tmp_path / "corpus", tmp_path / "index", Many(4))
    journal = tmp_path / "index" / "journal"
    assert len(list(journal.iterdir())) == 4
    (journal / "000002.rows").write_bytes((journal / "000002.rows").read_bytes()[:-1])  # one was not written whole
    (journal / "000009.rows").write_bytes(b"\xff" * 100)
    encoder = Many(3)
    with pytest.raises(KeyboardInterrupt):
        indexed(tmp_path / "corpus", tmp_path / "index", encoder)
    assert encoder.encoded[0].endswith("A salary of 10.")
    patient = WordEncoder()
    report = indexed(tmp_path / "corpus", tmp_path / "index", patient)
    assert len(patient.encoded) == report.embedded == 95 - 60
    assert not journal.exists()
    indexed(tmp_path / "corpus", tmp_path / "fresh")
    assert everything(Index.open(tmp_path / "index")) == everything(Index.open(tmp_path / "fresh"))


def test_a_journal_of_another_encoder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "AT_ONCE", 10)
    write(tmp_path / "corpus", {f"{n:03d}.txt": f"A salary of {n}.\n" for n in range(35)})
    with pytest.raises(KeyboardInterrupt):
        indexed(tmp_path / "corpus", tmp_path / "index", Many(2))
    assert indexed(tmp_path / "corpus", tmp_path / "index", OTHER).embedded == 35
    assert not (tmp_path / "index" / "journal").exists()

"""A build stopped after each of its operations, by a kill and by a power failure: the index answers, with the old articles or the new."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from index_disks import Crash, Disk, Recorder, lay
from index_harness import WordEncoder, everything, indexed, listing, write

from counsel.errors import CounselError, NoIndex
from counsel.index import Index
from counsel.index.publication import generation_folder, numbers

BEFORE = {"a.md": "# Pay\n\nThe salary in Germany.\n", "b.md": "Python.\n", "c.md": "A cloud.\n"}
AFTER = {"a.md": "# Pay\n\nThe salary in India.\n", "c.md": "A cloud.\n", "d.md": "A model with a degree.\n"}
OTHER = WordEncoder(("python", "india"))


@dataclass(slots=True)
class Scenario:
    """A build over an index of so many generations: what it starts from, what it does, what may be read afterwards."""

    place: Path
    generations: int
    encoder: WordEncoder
    recorder: type[Recorder] = Recorder
    old: Any = None
    new: Any = None
    steps: list[Any] = field(default_factory=list)
    published: int = 0  # operations after which success may be reported
    final: int = 0

    def prepare(self) -> Scenario:
        (self.place / "start").mkdir(parents=True)
        for edition in range(self.generations):
            write(self.place / "corpus", {"a.md": f"Edition {edition}.\n"} if edition + 1 < self.generations else BEFORE)
            indexed(self.place / "corpus", self.place / "start")
        self.old = everything(Index.open(self.place / "start")) if self.generations else None
        write(self.place / "corpus", AFTER if self.generations else BEFORE)
        whole, recorder = self.run(None)
        self.new = everything(Index.open(whole))
        self.steps = recorder.steps
        renamed = next(
            at for at, step in enumerate(self.steps) if step.target == "CURRENT" or (step.kind, step.path) == ("create", "CURRENT")
        )
        synced = [at for at, step in enumerate(self.steps) if at > renamed and (step.kind, step.path) == ("sync folder", ".")]
        self.published = synced[0] + 1 if synced else len(self.steps)
        self.final = self.generations + 1
        shutil.rmtree(whole)
        return self

    def run(self, stop: int | None) -> tuple[Path, Recorder]:
        """The build on a copy of the start, stopped before operation `stop`."""
        folder = self.place / f"stopped-{stop}"
        shutil.copytree(self.place / "start", folder)
        recorder = self.recorder(folder, stop)
        with contextlib.suppress(Crash):
            indexed(self.place / "corpus", folder, self.encoder, recorder)
        return folder, recorder

    def verdict(self, folder: Path, acknowledged: bool) -> str:
        """What is wrong with this folder: "" if it answers wholly with the old articles or wholly with the new."""
        try:
            index = Index.open(folder)
            said = everything(index)
        except NoIndex:
            return "lost" if acknowledged else "unreadable" if self.old is not None else ""
        except CounselError:
            return "unreadable"
        if index.warning:
            return "damaged"
        if said == self.new and index.generation == self.final:
            return ""
        if said == self.old and index.generation == self.generations:
            return "lost" if acknowledged else ""
        return "wrong"


SCENARIOS = {"first build": (0, WordEncoder()), "third build": (2, WordEncoder()), "another encoder": (2, OTHER)}


@pytest.fixture(params=SCENARIOS)
def scenario(request: pytest.FixtureRequest, tmp_path: Path) -> Scenario:
    return Scenario(tmp_path, *SCENARIOS[request.param]).prepare()


def kills(scenario: Scenario, repair: bool = False) -> Iterator[str]:
    """The verdicts after a kill before each operation, and half way through each write."""
    for stop in range(len(scenario.steps) + 1):
        folder, recorder = scenario.run(stop)
        yield scenario.verdict(folder, stop >= scenario.published)
        torn = scenario.steps[stop] if stop < len(scenario.steps) else None
        if torn and torn.kind == "append" and len(recorder.steps) == stop:
            with (folder / torn.path).open("ab") as file:
                file.write(torn.data[: len(torn.data) // 2])
            yield scenario.verdict(folder, stop >= scenario.published)
        if repair:
            report = indexed(scenario.place / "corpus", folder, scenario.encoder)
            index = Index.open(folder)
            assert everything(index) == scenario.new
            assert report.generation == index.generation >= scenario.final
            assert len(numbers(folder)) <= 2
            assert not [path for path in listing(folder) if ".new" in path or ".unfinished" in path or "journal" in path]
        shutil.rmtree(folder)


def failures(scenario: Scenario, states: int, seed: int = 1) -> Iterator[str]:
    """The verdicts after a power failure after each operation: so many states for each file or name that it leaves in doubt."""
    chance = random.Random(seed)
    disk = Disk(scenario.place / "start")
    known: dict[tuple[bool, frozenset[tuple[str, bytes | None]]], str] = {}
    for done in range(len(scenario.steps) + 1):
        acknowledged = done >= scenario.published
        for _ in range(max(1, states * disk.uncertain())):
            state = disk.after_power_failure(chance)
            key = acknowledged, frozenset(state.items())
            if key not in known:
                lay(state, scenario.place / "failed")
                known[key] = scenario.verdict(scenario.place / "failed", acknowledged)
                shutil.rmtree(scenario.place / "failed")
            yield known[key]
        if done < len(scenario.steps):
            disk.replay(scenario.steps[done])


def counted(verdicts: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(verdicts).items()))


def test_a_kill_at_any_operation_leaves_the_old_index_or_the_new_and_the_next_build_succeeds(scenario: Scenario) -> None:
    verdicts = list(kills(scenario, repair=True))
    assert counted(verdicts) == {"": len(verdicts)}
    assert len(verdicts) >= len(scenario.steps) > 20


def test_a_power_failure_at_any_operation_leaves_the_old_index_or_the_new(scenario: Scenario) -> None:
    verdicts = list(failures(scenario, states=2))
    assert counted(verdicts) == {"": len(verdicts)}
    assert len(verdicts) > 100


@pytest.mark.long
def test_fifteen_power_failures_for_each_byte_or_name_in_doubt_leave_the_old_index_or_the_new(scenario: Scenario) -> None:
    verdicts = list(failures(scenario, states=15))
    print(f"{len(verdicts)} states: {counted(verdicts)}")
    assert counted(verdicts) == {"": len(verdicts)}


class NoFileSync(Recorder):
    """Bug: the files of a generation are not synced."""

    def sync(self, file: Any) -> None:
        if "/articles" not in str(file.name) and "/vectors" not in str(file.name):
            super().sync(file)


class NoManifestSync(Recorder):
    """Bug: the manifest is not synced."""

    def sync(self, file: Any) -> None:
        if "manifest" not in str(file.name):
            super().sync(file)


class NoGenerationFolderSync(Recorder):
    """Bug: the folder of the generation is not synced."""

    def sync_folder(self, path: Path) -> None:
        if not path.name.startswith("g0"):
            super().sync_folder(path)


class NoPointerSync(Recorder):
    """Bug: CURRENT is renamed before its bytes are on the disk."""

    def sync(self, file: Any) -> None:
        if "CURRENT" not in str(file.name):
            super().sync(file)


class NoSyncBeforeRename(Recorder):
    """Bug: the name of the generation's folder may reach the disk after CURRENT."""

    def sync_folder(self, path: Path) -> None:
        if path != self.root or any(step.target == "CURRENT" for step in self.steps):
            super().sync_folder(path)


class NoSyncAfterRename(Recorder):
    """Bug: success is reported before the new CURRENT is sure to stay."""

    def sync_folder(self, path: Path) -> None:
        if path != self.root or not any(step.target == "CURRENT" for step in self.steps):
            super().sync_folder(path)


class PointerInPlace(Recorder):
    """Bug: CURRENT is written over in place."""

    def rename(self, old: Path, new: Path) -> None:
        if new.name != "CURRENT":
            super().rename(old, new)
            return
        data = old.read_bytes()
        if new.exists():
            self.remove(new)
        file = self.create(new)
        self.append(file, data)
        self.sync(file)
        file.close()


class RemovesBeforePublishing(Recorder):
    """Bug: what is still the current generation is removed first."""

    def create(self, path: Path) -> Any:
        if path.name == "CURRENT.new" and len(numbers(self.root)) > 1:
            self.clear(generation_folder(self.root, numbers(self.root)[1]))
        return super().create(path)


class NoEncoderSync(Recorder):
    """Bug: the exported encoder is not synced."""

    def sync(self, file: Any) -> None:
        if "encoders" not in str(file.name):
            super().sync(file)


class NoEncoderFolderSync(Recorder):
    """Bug: the exported encoder's names are not synced."""

    def sync_folder(self, path: Path) -> None:
        if "encoders" not in str(path):
            super().sync_folder(path)


class ManifestFirst(Recorder):
    """Bug: CURRENT names the generation before its vectors are there."""

    def create(self, path: Path) -> Any:
        if path.name == "vectors.faiss":
            (self.root / "CURRENT").unlink(missing_ok=True)
            self.write(self.root / "CURRENT", [b'{"generation": 3, "manifest": ""}\n'])
        return super().create(path)


POWER_BUGS = [
    NoFileSync,
    NoManifestSync,
    NoGenerationFolderSync,
    NoPointerSync,
    NoSyncBeforeRename,
    NoSyncAfterRename,
    PointerInPlace,
    RemovesBeforePublishing,
    NoEncoderSync,
    NoEncoderFolderSync,
    ManifestFirst,
]
KILL_BUGS = [PointerInPlace, RemovesBeforePublishing, ManifestFirst]


@pytest.mark.parametrize("bug", POWER_BUGS, ids=lambda bug: bug.__name__)
def test_the_power_failures_find_every_seeded_bug(bug: type[Recorder], tmp_path: Path) -> None:
    scenario = Scenario(tmp_path, 2, OTHER, bug).prepare()
    assert any(failures(scenario, states=1)) or any(failures(scenario, states=6))


@pytest.mark.parametrize("bug", KILL_BUGS, ids=lambda bug: bug.__name__)
def test_the_kills_find_the_bugs_that_need_no_power_failure(bug: type[Recorder], tmp_path: Path) -> None:
    assert any(kills(Scenario(tmp_path, 2, OTHER, bug).prepare()))


@pytest.mark.long
def test_how_often_each_seeded_bug_is_found(tmp_path: Path) -> None:
    for bug in POWER_BUGS:
        scenario = Scenario(tmp_path / bug.__name__, 2, OTHER, bug).prepare()
        print(f"{bug.__name__}: power failures {counted(failures(scenario, states=15))}, kills {counted(kills(scenario))}")

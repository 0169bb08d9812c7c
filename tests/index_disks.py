"""A disk that can be stopped: what a killed process leaves, and what a power failure may leave of what was not synced.

`Recorder` is the file system of a build; it writes to a real folder and keeps every operation. `stop` kills it
before one of them. `Disk` gives one of the many states that a disk may be in: of every file any part of
what was written since its last sync, of every folder any choice of the names changed since its own last sync.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from counsel.index.files import Bytes, Files

Result = TypeVar("Result")
State = dict[str, bytes | None]


class Crash(BaseException):
    """The process is gone: nothing that runs after this has an effect."""


@dataclass(frozen=True, slots=True)
class Step:
    """One operation, with paths relative to the index."""

    kind: str
    path: str
    data: bytes = b""
    target: str = ""


class Recorder(Files):
    """Keeps every operation; stops for good before the one numbered `stop`."""

    def __init__(self, root: Path, stop: int | None = None) -> None:
        self.root, self.stop = root, stop
        self.steps: list[Step] = []

    def step(self, kind: str, path: Path, data: bytes = b"", target: Path | None = None) -> None:
        if self.stop is not None and len(self.steps) >= self.stop:
            raise Crash
        self.steps.append(Step(kind, self.relative(path), data, self.relative(target) if target else ""))

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path != self.root else "."

    def make_folder(self, path: Path) -> None:
        self.step("folder", path)
        super().make_folder(path)

    def create(self, path: Path) -> io.FileIO:
        self.step("create", path)
        return super().create(path)

    def append(self, file: io.FileIO, data: Bytes) -> None:
        self.step("append", Path(str(file.name)), bytes(data))
        super().append(file, data)

    def sync(self, file: io.FileIO) -> None:
        self.step("sync", Path(str(file.name)))

    def sync_folder(self, path: Path) -> None:
        if path != self.root.parent:
            self.step("sync folder", path)

    def rename(self, old: Path, new: Path) -> None:
        self.step("rename", old, target=new)
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self.step("remove", path)
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        self.step("remove folder", path)
        super().remove_folder(path)

    def by_others(self, path: Path, write: Callable[[], Result]) -> Result:
        self.step("others", path)
        written = super().by_others(path, write)
        for inner in [path, *sorted(path.rglob("*"))]:
            if inner.is_dir():
                self.steps.append(Step("folder", self.relative(inner)))
            else:
                self.steps += [Step("create", self.relative(inner)), Step("append", self.relative(inner), inner.read_bytes())]
        return written


@dataclass(slots=True)
class Node:
    """A file or folder: what is on the disk of it for certain, and what has been done since its last sync."""

    is_folder: bool
    data: bytes = b""
    written: bytes = b""  # since the last sync
    names: dict[str, Node] = field(default_factory=dict)
    pending: list[tuple[str, Node | None]] = field(default_factory=list)  # names given and taken since the last sync, in order


class Disk:
    """The operations of a build, replayed on a disk that only keeps for certain what was synced."""

    def __init__(self, start: Path) -> None:
        """All that is in the folder `start` is on the disk."""
        self.root = self._durable(start)
        self._now: dict[str, Node] = {}
        self._enter(".", self.root)

    def _durable(self, path: Path) -> Node:
        if path.is_dir():
            return Node(True, names={inner.name: self._durable(inner) for inner in path.iterdir()})
        return Node(False, path.read_bytes())

    def _enter(self, path: str, node: Node) -> None:
        self._now[path] = node
        for name, inner in node.names.items():
            self._enter(name if path == "." else f"{path}/{name}", inner)

    def _name(self, path: str, node: Node | None) -> None:
        folder, _, name = path.rpartition("/")
        self._now[folder or "."].pending.append((name, node))

    def replay(self, step: Step) -> None:
        if step.kind in ("folder", "create"):
            self._now[step.path] = Node(step.kind == "folder")
            self._name(step.path, self._now[step.path])
        elif step.kind == "append":
            self._now[step.path].written += step.data
        elif step.kind == "sync":
            node = self._now[step.path]
            node.data, node.written = node.data + node.written, b""
        elif step.kind == "sync folder":
            node = self._now[step.path]
            for name, inner in node.pending:
                _apply(node.names, name, inner)
            node.pending = []
        elif step.kind == "rename":
            moved = {path: node for path, node in self._now.items() if path == step.path or path.startswith(step.path + "/")}
            for path, node in moved.items():
                del self._now[path]
                self._now[step.target + path[len(step.path) :]] = node
            # Both names change together: file systems rename atomically.
            self._name(step.path, None)
            self._name(step.target, self._now[step.target])
            folder = self._now[step.path.rpartition("/")[0] or "."]
            (old, _), (new, renamed) = folder.pending[-2:]
            folder.pending[-2:] = [(f"{old}\0{new}", renamed)]
        elif step.kind in ("remove", "remove folder"):
            self._name(step.path, None)
            del self._now[step.path]

    def uncertain(self) -> int:
        """How many files and names a power failure now would leave in doubt."""
        return sum(bool(node.written) + len(node.pending) for node in self._now.values())

    def after_power_failure(self, chance: random.Random) -> State:
        """One of the states that the disk may be in: the bytes of every file by path, None for a folder."""
        return dict(_states(".", self.root, chance))


def lay(state: State, folder: Path) -> None:
    """Write a state to a new folder."""
    for path, data in state.items():
        if data is None:
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(data)


def _apply(names: dict[str, Node], name: str, node: Node | None) -> None:
    old, renamed, new = name.partition("\0")
    if renamed:
        names.pop(old, None)
    if node is None:
        names.pop(old, None)
    else:
        names[new or old] = node


def _states(path: str, node: Node, chance: random.Random) -> Iterator[tuple[str, bytes | None]]:
    if not node.is_folder:
        yield path, node.data + _survives(node.written, chance)
        return
    yield path, None
    names = dict(node.names)
    for name, inner in _kept(node.pending, chance):
        _apply(names, name, inner)
    for name, inner in names.items():
        yield from _states(f"{path}/{name}", inner, chance)


def _kept(pending: list[tuple[str, Node | None]], chance: random.Random) -> list[tuple[str, Node | None]]:
    """Which changes of names have reached the disk: all, none, the first few, or any choice of them."""
    kind = chance.randrange(6)
    if kind == 0:
        return pending
    if kind == 1:
        return []
    if kind == 2:
        return pending[: chance.randint(0, len(pending))]
    return [change for change in pending if chance.random() < 0.5]


def _survives(data: bytes, chance: random.Random) -> bytes:
    """What a disk may hold of bytes that were written and not synced."""
    kind = chance.randrange(6)
    if kind == 0 or not data:
        return data
    if kind == 1:
        return b""
    if kind == 2:
        return data[: chance.randrange(len(data))]
    if kind == 3:
        return bytes(len(data))
    cut = chance.randrange(len(data))
    if kind == 4:
        return data[:cut] + bytes(len(data) - cut)
    return data[:cut] + bytes([data[cut] ^ (1 << chance.randrange(8))]) + data[cut + 1 :]

"""Many files read in child processes: whatever a file does to its reader, the others are read and the caller lives.

A child has limits on memory and processor time, and the parent one on the clock. A child that ends is replaced;
its file is skipped. Files and articles cross a pipe as JSON, one line each.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from ..errors import Unreadable
from ..settings import Settings
from ..types import Article, Heading, PageMark, Skipped
from . import folder, reading

FEW = 8  # so few small text files are read here: starting a child costs 0.1 s, reading one of them 2 ms
SMALL = 64 << 10  # bytes; our own text reader takes no file of this size longer than a second, however it is made
AHEAD = 64  # files read ahead of the one that is given out, so that memory does not grow with the corpus
LONGEST_ANSWER = 512 << 20  # bytes of JSON; 50 MiB of text, each character escaped to six, and room to spare
# -P above it: nothing is imported from the folder we stand in. The folder of the package comes as an argument.
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from counsel.articles.child import main; raise SystemExit(main())"
DIED = "ends the process that reads it"
GRACE = 5.0  # seconds a child may take to start and load a format's library, above the limit for the file


def read_all(
    corpus: Path, paths: Sequence[str], limits: Settings, progress: Callable[[int], None] | None = None
) -> Iterator[Article | Skipped]:
    """Each file's article, or why it has none, in the order of the paths. Never raises for what a file holds.

    `progress` is told how many files are done after each.
    """
    outcomes = _few(corpus, paths, limits) if _are_few(corpus, paths) else _many(corpus, paths, limits)
    for done, outcome in enumerate(outcomes, start=1):
        yield outcome
        if progress is not None:
            progress(done)


def _are_few(corpus: Path, paths: Sequence[str]) -> bool:
    return len(paths) < FEW and all(folder.kind(path) in ("markdown", "text") and folder.size(corpus, path) <= SMALL for path in paths)


def _few(corpus: Path, paths: Sequence[str], limits: Settings) -> Iterator[Article | Skipped]:
    for path in paths:
        try:
            yield reading.read(corpus, path, limits)
        except Unreadable as error:
            yield Skipped(path, str(error))


def _many(corpus: Path, paths: Sequence[str], limits: Settings) -> Iterator[Article | Skipped]:
    processors = limits.threads or os.cpu_count() or 1
    outcomes: dict[int, Article | Skipped] = {}
    waiting = deque(enumerate(paths))
    given = 0
    with selectors.DefaultSelector() as selector:
        children: list[_Child] = []
        try:
            while given < len(paths):
                idle = [child for child in children if child.at is None]
                while waiting and waiting[0][0] - given < AHEAD and (idle or len(children) < processors):
                    if not idle:
                        idle.append(_Child(corpus, limits, selector))
                        children.append(idle[-1])
                    idle.pop().take(*waiting.popleft())
                for child in _heard(selector, children):
                    at, path, outcome = child.outcome()
                    if outcome is None:
                        waiting.appendleft((at, path))
                    else:
                        outcomes[at] = outcome
                    if child.failure:
                        children.remove(child)
                        child.end()
                while given in outcomes:
                    paused = time.monotonic()
                    yield outcomes.pop(given)
                    given += 1
                    for child in children:
                        child.deadline += time.monotonic() - paused  # an answer may have waited for us in the pipe
        finally:
            for child in children:
                child.end()


def _heard(selector: selectors.BaseSelector, children: Sequence[_Child]) -> list[_Child]:
    """Wait until a child has answered, ended or run out of time; the children of which that is so."""
    soonest = min(child.deadline for child in children if child.at is not None)
    for key, _ in selector.select(max(0.0, soonest - time.monotonic())):
        key.data.listen()
    now = time.monotonic()
    for child in children:
        if child.at is not None and not child.answered and child.deadline <= now:
            child.failure = child.late
    return [child for child in children if child.at is not None and (child.answered or child.failure)]


class _Child:
    """One reading process: takes a file, answers with a line, takes the next."""

    def __init__(self, corpus: Path, limits: Settings, selector: selectors.BaseSelector) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-c", PROGRAM, str(Path(__file__).resolve().parents[2])],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the parent alone, which then ends its children
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        os.set_blocking(self.stdout.fileno(), False)
        self.limits, self.selector = limits, selector
        selector.register(self.stdout, selectors.EVENT_READ, self)
        self.at: int | None = None
        self.path, self.deadline, self.failure = "", 0.0, ""
        self.buffer: list[bytes] = []
        self.size = 0
        self.files = 0
        self._say({"corpus": str(corpus), **{name: getattr(limits, name) for name in ("max_file_mb", "max_pages", "read_seconds")}})

    def take(self, at: int, path: str) -> None:
        self.at, self.path = at, path
        self.deadline = time.monotonic() + self.limits.read_seconds + (1.0 if self.files else GRACE)
        self.files += 1
        self._say(path)

    def _say(self, message: object) -> None:
        try:
            self.stdin.write(json.dumps(message).encode() + b"\n")
        except OSError:
            self.failure = self._death()

    def listen(self) -> None:
        try:
            block = os.read(self.stdout.fileno(), 1 << 20)
        except BlockingIOError:
            return
        self.buffer.append(block)
        self.size += len(block)
        if not block:
            self.failure = self.failure or self._death()
        elif self.size > LONGEST_ANSWER:
            self.failure = "too much text"

    def _death(self) -> str:
        """Why the child is no more: the kernel ends a process that used up its processor time."""
        return self.late if self.process.wait() == -signal.SIGXCPU else DIED

    @property
    def late(self) -> str:
        seconds = self.limits.read_seconds
        return f"took longer than {seconds} second{'s' * (seconds != 1)}"

    @property
    def answered(self) -> bool:
        return bool(self.buffer) and self.buffer[-1].endswith(b"\n")

    def outcome(self) -> tuple[int, str, Article | Skipped | None]:
        """What became of the file in hand; the hands are empty afterwards.

        None where the child died and an earlier file may be to blame: a fresh child is to read it again.
        """
        assert self.at is not None
        at, self.at = self.at, None
        line, self.buffer, self.size = b"".join(self.buffer), [], 0
        if not self.failure:
            try:
                said = json.loads(line)
                self.failure = "ruined" if said.pop("ruined", False) else ""
                return at, self.path, unpack(self.path, said)
            except (ValueError, KeyError, TypeError, AttributeError):
                self.failure = "its reader answered nonsense"
        if self.failure == DIED and self.files > 1:
            return at, self.path, None
        return at, self.path, Skipped(self.path, self.failure)

    def end(self) -> None:
        self.selector.unregister(self.stdout)
        self.process.kill()
        self.stdin.close()
        self.stdout.close()
        self.process.wait()


def pack(article: Article) -> dict[str, object]:
    """An article as JSON can hold it."""
    return asdict(article)


def unpack(path: str, said: dict[str, object]) -> Article | Skipped:
    """What a child answered: an article, or the reason there is none."""
    if "reason" in said:
        return Skipped(path, str(said["reason"]))
    fields = dict(said)
    fields["pages"] = tuple(PageMark(**mark) for mark in said["pages"])  # type: ignore[attr-defined]  # our own pack made it
    fields["headings"] = tuple(Heading(**heading) for heading in said["headings"])  # type: ignore[attr-defined]
    fields["tags"], fields["notes"] = tuple(said["tags"]), tuple(said["notes"])  # type: ignore[arg-type]
    return Article(**fields)  # type: ignore[arg-type]

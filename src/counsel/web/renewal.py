"""Bringing the index up to date while the page goes on answering: one build at a time, in a process of its own.

The build's process takes the memory of torch with it when it ends; `Live` finds the new generation by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from ..errors import BuildFailed, Busy, CounselError
from ..settings import Settings

if TYPE_CHECKING:
    from ..index import Progress, Report

LOOK_EVERY = 0.5  # seconds between two looks whether a build has ended
HELD_UP = 2.0  # seconds until a build that another process holds up is begun again: each attempt is a process of its own
Build = Callable[["Progress"], "Report"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the build is that this page began last."""

    running: bool = False
    stage: str = ""  # reading, embedding or writing
    done: int = 0
    total: int = 0
    generation: int = 0  # that it published, once it is done
    said: str = ""  # what came of it, in a sentence
    failed: bool = False


class Renewal:
    """May be used from any thread. What it tells is the same for every visitor: there is one index."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._lock = threading.Lock()
        self.standing = Standing()

    def begin(self, patient: bool = False) -> bool:
        """Begin a build in the background; False where one that this page began is running.

        One that another process holds up has failed, or, if it is `patient`, runs once that is done.
        """
        with self._lock:
            if self.standing.running:
                return False
            self.standing = Standing(running=True)
        threading.Thread(target=self._run, args=(patient,), daemon=True).start()
        return True

    def follow(self, changes: Iterable[None]) -> None:
        """Begin a build after each of these, as long as the page runs."""
        threading.Thread(target=self._follow, args=(changes,), daemon=True).start()

    def _follow(self, changes: Iterable[None]) -> None:
        for _ in changes:
            while not self.begin(patient=True):  # the build that runs may have looked at the articles before they changed
                time.sleep(LOOK_EVERY)

    def _run(self, patient: bool) -> None:
        try:
            report = self._report(patient)
        except CounselError as error:
            self.standing = Standing(said=f"{error} {error.hint}".strip(), failed=True)
        except BaseException:
            self.standing = Standing(said="The index could not be brought up to date.", failed=True)
            raise
        else:
            self.standing = Standing(generation=report.generation, said=_told(report))

    def _report(self, patient: bool) -> Report:
        while True:
            try:
                return self._build(self._heard)
            except Busy:  # that build may have looked at the articles before they changed
                if not patient:
                    raise
                time.sleep(HELD_UP)

    def _heard(self, stage: str, done: int, total: int) -> None:
        self.standing = replace(self.standing, stage=stage, done=done, total=total)


def _told(report: Report) -> str:
    counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    what = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing was new"
    left_out = f" Left out: {', '.join(skipped.path for skipped in report.skipped)}." if report.skipped else ""
    return f"Up to date: {what}; {report.articles:,} article{'' if report.articles == 1 else 's'}.{left_out}"


def build_apart(settings: Settings, progress: Progress) -> Report:
    """`index.build` of these settings in another process, which ends with this one. Raises what it raises."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_built, args=(settings, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        while True:
            told = ours.recv()
            if not isinstance(told, tuple):
                break
            progress(*told)
    except EOFError:
        raise BuildFailed("The build ended before it was done.", "Run `counsel index` to see why.") from None
    finally:
        process.join()
    if isinstance(told, CounselError):
        raise told
    report: Report = told
    return report


def _built(settings: Settings, parent: Connection) -> None:
    """The other process: tells (stage, done, total) often, then a Report or a CounselError."""
    from ..encoder import Encoder
    from ..index import build

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the page, which ends this process when it ends
    os.nice(5)  # questions that are asked meanwhile go first
    try:
        parent.send(build(settings.corpus, settings.index, Encoder(settings), settings, lambda *told: parent.send(told)))
    except CounselError as error:
        parent.send(error)

"""What goes to a terminal: data on stdout, narration and progress on stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..index import Changes, Report

NAMED = 3  # files a line names before it says how many more
FILES = 100  # files that `counsel status` lists; --json lists them all
WIDEST = 100  # columns a line of text is comfortably read in
BAR = "{desc:>9} {bar} {n_fmt}/{total_fmt}, {remaining} left"
UNWRAPPED = 1_000_000  # columns: what is piped away is cut where its reader likes


def say(text: str) -> None:
    """Narrate."""
    print(text, file=sys.stderr, flush=True)


def print_json(value: Mapping[str, Any]) -> None:
    """One object on one line, there as soon as it is known."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(value, ensure_ascii=not readable), flush=True)


def print_block(text: str, first: bool = False) -> None:
    """A block of text, a blank line before it unless it is the first."""
    print(text if first else f"\n{text}", flush=True)


def colour() -> bool:
    """Whether stdout takes colours: a terminal that has some, and nobody set NO_COLOR (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    return f"\x1b[1m{clean(text)}\x1b[0m" if colour() else clean(text)


def width() -> int:
    if not sys.stdout.isatty():
        return UNWRAPPED
    from shutil import get_terminal_size

    return min(get_terminal_size().columns, WIDEST)


def _nobody(*_: object) -> None:
    """Hears and draws nothing."""


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A function that hears (stage, done, total) and draws a bar for each stage on stderr, if that is a terminal.

    The time left is reckoned from all of a stage since its first steps were done: what came before them (a model being
    loaded) does not come again.
    """
    if not sys.stderr.isatty():
        yield _nobody
        return
    from tqdm import tqdm

    bar: Any = None

    def heard(stage: str, done: int, total: int) -> None:
        nonlocal bar
        if bar is None or bar.desc != stage:
            if bar is not None:
                bar.close()
            drawn: dict[str, Any] = {"file": sys.stderr, "leave": False, "dynamic_ncols": True, "bar_format": BAR}
            bar = tqdm(desc=stage, total=total, initial=done, smoothing=0, **drawn)
        elif not bar.n:
            bar.initial, bar.start_t = done, time.time()
        bar.update(done - bar.n)

    try:
        yield heard
    finally:
        if bar is not None:
            bar.close()


def rehearsal(planned: Report) -> str:
    """ "+1 ~2 -0 =20, 1 skipped: scan.pdf (no text on its 1 page (a scan?))" """
    counts = f"+{planned.added} ~{planned.changed} -{planned.removed} ={planned.unchanged}, {len(planned.skipped)} skipped"
    reasons = "; ".join(f"{clean(skipped.path)} ({clean(skipped.reason)})" for skipped in planned.skipped)
    return f"{counts}: {reasons}" if reasons else counts


def report(done: Report) -> str:
    """What a build did, in a few lines."""
    counts = f"{done.added:,} added, {done.changed:,} changed, {done.removed:,} removed"
    work = f"{amount(done.embedded, 'passage')} embedded in {done.seconds:.1f} s"
    lines = [f"Indexed {amount(done.articles, 'article')} as {amount(done.passages, 'passage')}: {counts}; {work}."]
    return "\n".join(lines + [f"Left out {clean(skipped.path)}: {clean(skipped.reason)}." for skipped in done.skipped])


def changed(changes: Changes) -> str:
    """ "2 articles were changed, added or removed (salary.md, skills.md)" """
    paths = [*changes.changed, *changes.added, *changes.removed]
    more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    verb = "was" if len(paths) == 1 else "were"
    return f"{amount(len(paths), 'article')} {verb} changed, added or removed ({', '.join(map(clean, paths[:NAMED]))}{more})"


def standing(told: Mapping[str, Any], votes: tuple[int, int]) -> str:
    """What `counsel status` says: the index, the votes on its answers, what is stale, what could not be read, the settings."""
    generation, counts = told["generation"], f"{amount(told['articles'], 'article')} as {amount(told['passages'], 'passage')}"
    lines = [
        f"index     {clean(told['index'])}, generation {generation}, built {told['built']}",
        f"articles  {clean(told['corpus'])}: {counts}",
        f"encoder   {told['encoder']}",
        f"votes     {votes[0]:,} up, {votes[1]:,} down",
        f"state     {'every file is what was written' if told['sound'] else clean(told['problem'])}",
    ]
    stale = [f"  {name:8} {clean(path)}" for name, paths in told["changes"].items() for path in paths]
    lines += ["stale     run `counsel index`:", *stale] if stale else ["stale     nothing: the articles are as they were indexed"]
    lines += ["files"] if told["files"] else []
    lines += [f"  {_yield(row)}  {clean(row['path'])}" for row in told["files"][:FILES]]
    lines += [f"  … and {len(told['files']) - FILES:,} more: counsel status --json"] if len(told["files"]) > FILES else []
    lines += _section("left out", told["skipped"], "reason") + _section("notes", told["notes"], "note")
    return "\n".join([*lines, "settings", *(f"  COUNSEL_{name.upper()}={value}" for name, value in told["settings"].items())])


def _yield(row: Mapping[str, Any]) -> str:
    """How much was read of one file: pages where it has them, characters, passages."""
    pages = f"{row['pages']:,} pages" if row["pages"] else ""
    return f"{pages:>11}  {row['characters']:>9,} characters  {row['passages']:>5,} passages"


def _section(title: str, rows: Sequence[Mapping[str, str]], what: str) -> list[str]:
    return [title, *(f"  {clean(row['path'])}: {clean(row[what])}" for row in rows)] if rows else []


def amount(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def clean(text: object) -> str:
    """One line that cannot move the cursor, whatever a file is called."""
    from ..render.escape import without_controls

    return " ".join(without_controls(str(text)).split())

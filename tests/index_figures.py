"""The figures of an index of thousands of articles, or of files made to break it, each by running `counsel index` itself.

    python tests/index_figures.py edit SET --times 10        SET holds corpus/ and index/; nothing in it is touched
    python tests/index_figures.py new CORPUS --articles 1500
    python tests/index_figures.py resume CORPUS --articles 1500
    python tests/index_figures.py broken PDF_STRESS

edit     one article gets a sentence more: the time a build takes, and the passages it embeds
new      a build from nothing on a terminal: what its bars say is left, against what it took
resume   a build from nothing is killed half way: what the next one embeds
broken   a folder with a MANIFEST.json of PDFs: time, memory, and every file indexed or left out for the right reason

Each prints one line of JSON and ends with 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from articles_harness import refusals

COUNSEL = [sys.executable, "-m", "counsel"]
SHOWN = re.compile(r"(\w+) [^\r]*? (\d+)/(\d+), ([\d:]+|\?) left")


def command(corpus: Path, index: Path, *more: str) -> list[str]:
    return [*COUNSEL, "index", "--corpus", str(corpus), "--index", str(index), *more]


def built(corpus: Path, index: Path) -> dict[str, Any]:
    """What `counsel index --json` says, and the seconds from its start to its end."""
    begun = time.monotonic()
    ran = subprocess.run(command(corpus, index, "--json"), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return {**told, "took": round(time.monotonic() - begun, 2)}


def edit(labelled: Path, times: int, place: Path) -> dict[str, Any]:
    """Edit one article after another, each time a passage of it, and build."""
    corpus, index = place / "corpus", place / "index"
    shutil.copytree(labelled / "corpus", corpus)
    shutil.copytree(labelled / "index", index)
    whole = built(corpus, index)
    articles = sorted(path for path in corpus.rglob("*") if path.suffix in (".md", ".txt"))
    runs = []
    for number, path in enumerate(random.Random(1).sample(articles, times)):
        path.write_text(path.read_text(encoding="utf-8") + f"\nThis is sentence number {number}.\n", encoding="utf-8")
        runs.append(built(corpus, index))
    seconds = [run["took"] for run in runs]
    return {
        "articles": whole["articles"],
        "median seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "passages embedded": [run["embedded"] for run in runs],
        "kept": statistics.median(seconds) < 2 and all((run["changed"], run["unchanged"]) == (1, whole["articles"] - 1) for run in runs),
    }


def some(corpus: Path, articles: int, place: Path) -> Path:
    """A folder with so many articles of the corpus, taken evenly."""
    found = sorted(path for path in corpus.iterdir() if path.is_file())
    (place / "corpus").mkdir()
    for number in range(min(articles, len(found))):
        shutil.copy(found[number * len(found) // min(articles, len(found))], place / "corpus")
    return place / "corpus"


def frames(arguments: list[str]) -> Iterator[tuple[float, str]]:
    """What a command writes to its terminal, and when, in seconds since its start; the last is empty."""
    begun = time.monotonic()
    child, terminal = pty.fork()
    if not child:
        os.execv(arguments[0], arguments)
    termios.tcsetwinsize(terminal, (24, 100))
    while True:
        try:
            said = os.read(terminal, 1 << 16)
        except OSError:  # Linux says EIO once the other side is closed
            break
        yield time.monotonic() - begun, said.decode("utf-8", "replace")
    os.close(terminal)
    if os.waitpid(child, 0)[1]:
        raise SystemExit(f"{arguments} failed")
    yield time.monotonic() - begun, ""


def new(corpus: Path, articles: int, place: Path) -> dict[str, Any]:
    """For each bar: when it began and ended, and what it said was left at a quarter, half and three quarters, against what was."""
    stages: dict[str, list[tuple[float, float, str]]] = {}  # (time, share done, what was said to be left)
    end = 0.0
    for at, said in frames(command(some(corpus, articles, place), place / "index")):
        for stage, done, total, left in SHOWN.findall(said):
            stages.setdefault(stage, []).append((at, int(done) / max(1, int(total)), left))
        end = at
    told: dict[str, Any] = {"seconds": round(end, 1)}
    ends = [*(shown[0][0] for shown in stages.values()), end][1:]  # a bar is over when the next one begins
    for (stage, shown), over in zip(stages.items(), ends, strict=True):
        told[stage] = {"from": round(shown[0][0], 1), "to": round(over, 1)}
        for share in (0.25, 0.5, 0.75):
            at, _, left = next((frame for frame in shown if frame[1] >= share), shown[-1])
            told[stage][f"left at {share:.0%}"] = [left, round(over - at, 1)]
    embedding = told["embedding"]
    wrong = [abs(seconds(left) - was) for left, was in (embedding[f"left at {share}"] for share in ("25%", "50%", "75%"))]
    furthest = max(wrong) / (embedding["to"] - embedding["from"])
    return {**told, "furthest from the truth, of the whole": round(furthest, 2), "kept": "reading" in stages and furthest < 0.25}


def seconds(left: str) -> float:
    if "?" in left:
        return float("inf")
    total = 0
    for part in left.split(":"):
        total = 60 * total + int(part)
    return total


def resume(corpus: Path, articles: int, place: Path) -> dict[str, Any]:
    """Kill a build from nothing once it has written two files of its journal, and build again."""
    chosen, index = some(corpus, articles, place), place / "index"
    with subprocess.Popen(command(chosen, index, "--json"), stdout=subprocess.DEVNULL) as first:
        while len(list(index.glob("journal/*.rows"))) < 2:
            if first.poll() is not None:
                raise SystemExit("the build ended before its journal held two files: give more articles")
            time.sleep(0.02)
        first.kill()
    second = built(chosen, index)
    spared = second["passages"] - second["embedded"]
    return {
        "passages": second["passages"],
        "embedded by the second build": second["embedded"],
        "kept": spared >= 512,
    }


class Peak(threading.Thread):
    """The most memory that a process and all that descend from it have held at one moment, seen every 50 ms."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.kibibytes, self.over = process, 0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.05):
            self.kibibytes = max(self.kibibytes, sum(map(held, descendants(self.process))))


def held(process: int) -> int:
    """KiB in memory; what several processes share is divided among them."""
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process}/smaps_rollup").read_text(), re.M)
    except OSError:  # it has ended
        return 0
    return int(found[1]) if found else 0


def descendants(process: int) -> list[int]:
    found = [process]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in path.read_text().split()]
            except OSError:
                continue
    return found


def broken(corpus: Path, place: Path) -> dict[str, Any]:
    """Build an index of files of which many are damaged, locked, scanned or not what they say they are."""
    begun = time.monotonic()
    with subprocess.Popen(command(corpus, place / "index", "--json"), stdout=subprocess.PIPE, text=True) as process:
        peak = Peak(process.pid)
        peak.start()
        out, _ = process.communicate()
        took = time.monotonic() - begun
        peak.over.set()
    told = json.loads(out)
    wanted = {path: reason for path, reason in refusals(corpus).items() if reason}
    said = {skipped["path"]: skipped["reason"] for skipped in told["skipped"]}
    wrong = {path: [said.get(path), wanted.get(path)] for path in said.keys() | wanted.keys() if said.get(path) != wanted.get(path)}
    return {
        "files": told["articles"] + len(said),
        "indexed": told["articles"],
        "left out": len(said),
        "for another reason": wrong,
        "seconds": round(took, 1),
        "MiB at its peak": peak.kibibytes >> 10,
        "kept": process.returncode == 0 and not wrong and took < 300 and peak.kibibytes < 1 << 20,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["edit", "new", "resume", "broken"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--articles", type=int, default=1500)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, place = chosen.folder.resolve(), Path(name)
        if chosen.what == "edit":
            told = edit(folder, chosen.times, place)
        elif chosen.what == "broken":
            told = broken(folder, place)
        else:
            told = (new if chosen.what == "new" else resume)(folder, chosen.articles, place)
    print(json.dumps(told))
    raise SystemExit(not told["kept"])


if __name__ == "__main__":
    main()

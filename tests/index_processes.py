"""Many processes at one index: builds that are killed, readers that ask all along, builders that meet.

    python tests/index_processes.py kills --kills 500 --real
    python tests/index_processes.py readers --readers 4 --generations 50
    python tests/index_processes.py builders --builders 8 --rounds 20 --real

Every article of the corpus says which edition it is of, so an answer made of two generations shows. With --real, the builds
are `counsel index` with its own model; without, the same build with an encoder that counts words.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index_harness import WordEncoder, indexed, listing, write

from counsel import cli
from counsel.errors import CounselError
from counsel.index import Index, Live
from counsel.index.publication import numbers

ARTICLES = 24
HERE = Path(__file__).resolve()


class SlowEncoder(WordEncoder):
    """Takes a while, as a real one takes its time, so that others arrive meanwhile."""

    def encode(self, *given, **named):  # type: ignore[no-untyped-def]
        time.sleep(0.3)
        return super().encode(*given, **named)


def edit(corpus: Path, edition: int) -> None:
    """Make every article one of this edition."""
    write(corpus, {f"{n:02d}.md": f"# Pay {n}\n\nEdition {edition}: the salary in Germany is {n}.\n" for n in range(ARTICLES)})


def edition_of(index: Index) -> int:
    """The one edition that this index is of, found by vector, by word and by looking at every article. Raises ValueError for a mixture."""
    query = index.vectors[0]
    rows = [*index.nearest(query, 10)[0].tolist(), *index.matching(["salari", "germani"], 10)[0].tolist(), *range(len(index))]
    texts = [index.passage(row).text for row in rows]
    editions = {int(found[1]) for text in texts if (found := re.search(r"Edition (\d+)", text))}
    if len(editions) != 1 or len(index) != ARTICLES:
        raise ValueError(f"generation {index.generation} mixes editions {sorted(editions)}")
    return editions.pop()


def build(corpus: Path, folder: Path, real: bool, slow: bool = False) -> int:
    """One build in this process; its exit code."""
    if real:
        return cli.main(["index", "--corpus", str(corpus), "--index", str(folder), "--json"])
    try:
        indexed(corpus, folder, SlowEncoder() if slow else WordEncoder())
    except CounselError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def go(*processes: subprocess.Popen[str]) -> None:
    """Wait until every process has imported what it needs, then let all of them begin."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def read_until_told(folder: Path, pause: float) -> None:
    """Ask again and again until the standard input ends; then say what was seen."""
    import selectors

    live = Live(folder)
    seen: dict[str, Any] = {"answers": 0, "generations": 0, "failures": []}
    last, slowest = (0, 0), 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while not selector.select(pause):
            begun = time.monotonic()
            try:
                index = Index.open(folder) if seen["answers"] % 2 else live.current()
                found = (index.generation, edition_of(index))
                if index.warning:
                    raise ValueError(index.warning)
                if seen["answers"] % 2:  # what is opened anew never goes back
                    if found < last or (found[0] == last[0] and found != last):
                        raise ValueError(f"{found} after {last}")
                    seen["generations"] += found != last
                    last = found
            except (CounselError, ValueError, OSError) as error:
                seen["failures"].append(repr(error))
            slowest = max(slowest, time.monotonic() - begun)
            seen["answers"] += 1
    print(json.dumps({**seen, "slowest": round(slowest, 3)}))


@dataclass(slots=True)
class Readers:
    """What the readers saw, once they have been told to stop."""

    answers: int = 0
    slowest: float = 0.0
    failures: tuple[str, ...] = ()


@contextmanager
def reading(folder: Path, readers: int, pause: float = 0.0) -> Iterator[Readers]:
    seen = Readers()
    running = [start("_read", folder, "--pause", pause) for _ in range(readers)]
    try:
        yield seen
    finally:
        for process in running:
            out, err = process.communicate("")
            told: dict[str, Any] = json.loads(out) if process.returncode == 0 else {"answers": 0, "slowest": 0.0, "failures": [err]}
            seen.answers += told["answers"]
            seen.slowest = max(seen.slowest, told["slowest"])
            seen.failures += tuple(told["failures"])


def kills(times: int, real: bool, seed: int = 1) -> dict[str, Any]:
    """Kill builds at random moments, so many times, while two readers ask; then let one finish."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        corpus, folder = Path(place) / "corpus", Path(place) / "index"
        edit(corpus, 0)
        assert start("_build", corpus, folder, "--real", int(real)).wait() == 0
        edit(corpus, 1)
        assert start("_build", corpus, folder, "--real", int(real)).wait() == 0
        edition, killed, published, unfinished, last = 1, 0, 0, 0, 2
        lengths: list[float] = []  # of the builds that were left to finish, in seconds
        with reading(folder, 2, 0.1 if real else 0.01) as seen:
            while killed < times:
                edition += 1
                edit(corpus, edition)
                process = start("_meet", corpus, folder, "--real", int(real))
                go(process)
                whole = sorted(lengths[-5:])[len(lengths[-5:]) // 2] if len(lengths) > 2 else None
                try:
                    process.wait(whole and chance.random() * 1.25 * whole)
                except subprocess.TimeoutExpired:
                    process.kill()
                    killed += 1
                out, _ = process.communicate()
                if process.returncode == 0:
                    lengths.append(float(out.split()[-1]))
                index = Index.open(folder)
                assert index.warning is None
                assert edition_of(index) <= edition
                assert index.generation >= last, "the generation went back"
                published += index.generation > last
                last = index.generation
                debris = [number for number in numbers(folder) if number > last]
                assert len(debris) <= 1
                unfinished += len(debris)
            edit(corpus, edition + 1)
            assert start("_build", corpus, folder, "--real", int(real)).wait() == 0
        index = Index.open(folder)
        assert edition_of(index) == edition + 1
        left = [path for path in listing(folder) if ".new" in path or ".unfinished" in path or path.startswith("journal")]
        return {
            "kills": killed,
            "completed": len(lengths),
            "published": published,
            "answers": seen.answers,
            "failures": seen.failures,
            "generations kept": len(numbers(folder)),
            "killed while writing": unfinished,
            "left behind": left,
        }


def readers(count: int, generations: int, answers: int) -> dict[str, Any]:
    """Publish generations while readers ask, until both numbers are reached."""
    with tempfile.TemporaryDirectory() as place:
        corpus, folder = Path(place) / "corpus", Path(place) / "index"
        edit(corpus, 0)
        indexed(corpus, folder)
        begun = time.monotonic()
        alone = Index.open(folder)
        edition_of(alone)
        single = time.monotonic() - begun
        with reading(folder, count) as seen:
            for edition in range(1, generations + 1):
                edit(corpus, edition)
                indexed(corpus, folder)
                time.sleep(single * answers / generations / 2)
        return {"answers": seen.answers, "generations": Index.open(folder).generation, "failures": seen.failures, "slowest": seen.slowest}


def builders(count: int, rounds: int, real: bool) -> dict[str, Any]:
    """Let so many builds of one index begin at the same moment, again and again."""
    codes: list[list[int]] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        corpus, folder = Path(place) / "corpus", Path(place) / "index"
        edit(corpus, 0)
        assert start("_build", corpus, folder, "--real", int(real)).wait() == 0
        for edition in range(1, rounds + 1):
            edit(corpus, edition)
            running = [stack.enter_context(start("_meet", corpus, folder, "--real", int(real))) for _ in range(count)]
            go(*running)
            told = [process.communicate() for process in running]
            codes.append(sorted(process.returncode for process in running))
            slowest = max(
                [slowest, *(float(out.split()[-1]) for process, (out, _) in zip(running, told, strict=True) if process.returncode == 5)]
            )
            assert edition_of(Index.open(folder)) == edition
    wanted = [0] + [5] * (count - 1)
    return {
        "rounds": len(codes),
        "as they should": sum(found == wanted for found in codes),
        "slowest to leave": round(slowest, 3),
        "codes": codes,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kills", "readers", "builders", "_build", "_meet", "_read"])
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--generations", type=int, default=50)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--builders", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--real", type=int, nargs="?", const=1, default=0)
    parser.add_argument("--pause", type=float, default=0.0)
    chosen = parser.parse_args()
    if chosen.what == "_build":
        raise SystemExit(build(chosen.paths[0], chosen.paths[1], bool(chosen.real)))
    if chosen.what == "_read":
        read_until_told(chosen.paths[0], chosen.pause)
    elif chosen.what == "_meet":
        print("ready", flush=True)
        sys.stdin.readline()
        begun = time.monotonic()
        code = build(chosen.paths[0], chosen.paths[1], bool(chosen.real), slow=True)
        print(f"\n{time.monotonic() - begun}", flush=True)
        raise SystemExit(code)
    elif chosen.what == "kills":
        print(kills(chosen.kills, bool(chosen.real)))
    elif chosen.what == "readers":
        print(readers(chosen.readers, chosen.generations, chosen.answers))
    else:
        print(builders(chosen.builders, chosen.rounds, bool(chosen.real)))


if __name__ == "__main__":
    main()

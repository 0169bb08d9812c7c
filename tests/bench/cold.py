"""One question from a cold start: `counsel ask` against LangChain + FAISS, txtai and LlamaIndex, each on an index it built before.

    python tests/bench/cold.py CORPUS [--question Q] [--rounds 7] [--peers FOLDER] [--index INDEX]

All read the same articles with the same embedding model. The runs take turns, so that a machine that slows down slows all; the first
round is not counted. Every figure is of a whole process, from its start to its end. Without --index the articles are indexed first;
with it CORPUS is what the peers index, and --no-peers leaves them out.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import others
from measured import Run, counsel, machine, run, spread, table

OURS = "counsel ask"
SIZE = "700"  # characters of a peer's passages, about what Counsel's have


def measured(commands: dict[str, list[str | Path]], rounds: int) -> dict[str, list[Run]]:
    """The runs of every command, in turn, after one round to warm the disk's cache."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            one = run(command, others.OFFLINE)
            if number:
                runs[name].append(one)
    return runs


def rows(runs: dict[str, list[Run]]) -> list[Sequence[str]]:
    """A line of the table for each command; the ratios are to `counsel ask`, of medians."""
    own = statistics.median(one.wall for one in runs[OURS]), max(one.peak for one in runs[OURS])
    lines: list[Sequence[str]] = []
    for name, found in runs.items():
        wall, peak = [one.wall for one in found], max(one.peak for one in found)
        times = (statistics.median(wall) / own[0], peak / own[1])
        processor = statistics.median(one.processor for one in found)
        lines.append([name, *spread(wall, 3), f"{times[0]:.2f}", f"{processor:.2f}", f"{peak:.0f}", f"{times[1]:.2f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--question", default="What does an AI engineer earn?")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--index", type=Path, help="an index of these articles that is there already")
    parser.add_argument("--peers", type=Path, default=others.DEFAULT, help="where the peers are installed (default: %(default)s)")
    parser.add_argument("--no-peers", action="store_true", help="measure Counsel alone")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        index = chosen.index or Path(scratch) / "index"
        if not chosen.index:
            run(counsel("index", "--corpus", chosen.corpus, "--index", index, "--json"), others.OFFLINE)
        commands = {OURS: counsel("ask", chosen.question, "--index", index)}
        if not chosen.no_peers:
            python = others.installed(chosen.peers)
            for name in others.SCRIPTS:
                folder = Path(scratch) / name
                print(f"{name} builds its index", file=sys.stderr)
                run(others.command(python, name, "build", chosen.corpus, folder, SIZE), others.OFFLINE)
                commands[name] = others.command(python, name, "ask", folder, chosen.question)
        commands |= {"counsel --help": counsel("--help"), "counsel status": counsel("status", "--index", index)}
        runs = measured(commands, chosen.rounds)
    head = ["", "wall s, median", "min", "max", "ratio", "processor s", "peak MiB", "ratio"]
    print(table(head, rows(runs)))
    print(f"\n{chosen.rounds} rounds in turn. {machine()}")


if __name__ == "__main__":
    main()

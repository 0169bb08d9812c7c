"""How replies, memory and building grow with the collection: generated collections of real articles' words and vectors.

    python tests/bench/growth.py SETS [--sizes 1000 10000 100000 1000000] [--questions 200] [--scratch FOLDER]
                                      [--json FILE] [--plot FILE.png] [--from FILE]

SETS is what generated.py takes. For each size a collection is generated and indexed, then asked questions of the sets: by replies.py,
one process that answers them all, of which the second run counts, when the system has the files in its cache; and by `counsel ask`, a
process for each. Building takes its vectors from the generator, so its time is everything but encoding, the export of the query encoder
(about ten seconds of processor time) included. --from draws what an earlier --json wrote. Drawing needs matplotlib: pip install -e
'.[bench]'.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

from measured import alone, counsel, machine, run, table

COLD = 5  # times that `counsel ask` is run on each size, after one that is not counted
REFUSED = 3  # the exit code of `counsel ask` where the articles do not say
Figures = dict[str, Any]


def grown(sets: Path, names: list[str], passages: int, scratch: Path, questions: Path, count: int) -> Figures:
    """The figures of one size. Leaves nothing behind."""
    folder, bench = scratch / str(passages), Path(__file__).parent
    made = run([sys.executable, bench / "generated.py", sets, folder, "--passages", str(passages), "--use", *names])
    index = folder / "index"
    replies: list[str | Path] = [sys.executable, bench / "replies.py", index, questions, "--questions", str(count)]
    first, asked = run(replies), run(replies)
    question = alone(questions, 1)[0]
    cold = [run(counsel("ask", question, "--index", index, "--json"), well=(0, REFUSED)) for _ in range(COLD + 1)][1:]
    found = {
        **json.loads(made.output),
        **json.loads(asked.output),
        "uncached": {name: json.loads(first.output)[name] for name in ("first", "median", "p99")},
        "build_memory": round(made.peak),
        "index": size(index),
        "cold": round(statistics.median(one.wall for one in cold), 3),
        "cold_processor": round(statistics.median(one.processor for one in cold), 3),
        "cold_memory": round(max(one.peak for one in cold)),
    }
    shutil.rmtree(folder)
    return found


def size(folder: Path) -> int:
    """MiB on the disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


def mixed(sets: Path, names: list[str], count: int, file: Path) -> Path:
    """Questions of all sets in turn, written to a file as `counsel ask --batch` takes them."""
    asked = [alone(sets / name / "questions.jsonl", -(-count // len(names))) for name in names]
    turns = [question for together in zip_longest(*asked) for question in together if question]
    file.write_text("".join(json.dumps({"turns": [turn]}) + "\n" for turn in turns), encoding="utf-8")
    return file


def shown(figures: list[Figures]) -> str:
    columns = (  # what the table calls it, the figure, how many of the table's units one is, digits after the point
        ("passages", "passages", 1, 0),
        ("reply ms, median", "median", 1000, 1),
        ("p99", "p99", 1000, 1),
        ("processor", "processor", 1000, 1),
        ("memory MiB", "memory", 1, 0),
        ("recall@10", "recall", 1, 3),
        ("cold ask s", "cold", 1, 2),
        ("processor", "cold_processor", 1, 2),
        ("peak MiB", "cold_memory", 1, 0),
        ("build s", "build", 1, 1),
        ("processor", "build_processor", 1, 1),
        ("peak MiB", "build_memory", 1, 0),
        ("index MiB", "index", 1, 0),
    )
    rows = [[f"{units * one[name]:,.{digits}f}" for _, name, units, digits in columns] for one in figures]
    return table([title for title, *_ in columns], rows)


def draw(figures: list[Figures], told: str, file: Path) -> None:
    """Reply time, memory and building against the number of passages, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [one["passages"] for one in figures]
    drawing, axes = pyplot.subplots(1, 3, figsize=(13, 4), layout="constrained")
    lines = (
        ("reply, milliseconds", {"median": [1000 * one["median"] for one in figures], "p99": [1000 * one["p99"] for one in figures]}),
        ("memory of the process that answers, MiB", {"resident": [one["memory"] for one in figures]}),
        ("building without the encoder, seconds", {"build": [one["build"] for one in figures]}),
    )
    for place, (title, values) in zip(axes, lines, strict=True):
        for name, heights in values.items():
            place.loglog(sizes, heights, marker="o", label=name)
        every = [height for heights in values.values() for height in heights]
        whole = 10 ** math.floor(math.log10(min(every))), 10 ** math.ceil(math.log10(max(every)))  # so that what hardly grows looks so
        place.set(title=title, xlabel="passages", ylim=whole)
        place.grid(visible=True, which="both", alpha=0.3)
        place.legend()
    drawing.suptitle(told, fontsize="small")
    drawing.savefig(file, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--use", nargs="+", default=["mtrag", "ooh", "scifact", "xquad"], metavar="SET", help="names of the sets")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--scratch", type=Path, help="where collections are written, 10 KB a passage (default: the temporary folder)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures are written")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="where they are drawn")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="earlier", help="figures that --json wrote, instead of new ones")
    chosen = parser.parse_args()
    if chosen.earlier:
        told = json.loads(chosen.earlier.read_text(encoding="utf-8"))
    else:
        told = {"machine": machine(), "figures": []}
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as name:
            questions = mixed(chosen.sets, chosen.use, chosen.questions, Path(name) / "questions.jsonl")
            for passages in chosen.sizes:
                told["figures"].append(grown(chosen.sets, chosen.use, passages, Path(name), questions, chosen.questions))
                print(json.dumps(told["figures"][-1]), file=sys.stderr, flush=True)
                if chosen.json:  # after each: the last size takes long
                    chosen.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(f"{shown(told['figures'])}\n\n{told['machine']}")
    if chosen.plot:
        draw(told["figures"], told["machine"], chosen.plot)


if __name__ == "__main__":
    main()

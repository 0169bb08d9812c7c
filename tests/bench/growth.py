"""How replies, memory and building grow with the collection: generated collections of real articles' words and vectors.

    python tests/bench/growth.py SETS [--sizes 1000 10000 100000 1000000] [--questions 200] [--scratch FOLDER]
                                      [--json FILE] [--plot FILE.png] [--from FILE]

SETS is what generated.py takes. For each size a collection is generated and indexed, then asked questions of the sets: by replies.py,
one process that answers them all, and by `counsel ask`, a process for each. Building takes its vectors from the generator, so its time
is everything but the encoder's. --from draws what an earlier --json wrote. Drawing needs matplotlib: pip install -e '.[bench]'.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from generated import SETS, Generator
from measured import counsel, machine, run, table
from replies import alone

COLD = 5  # times that `counsel ask` is run on each size, after one that is not counted
Figures = dict[str, Any]


def grown(generator: Generator, passages: int, scratch: Path, questions: Path, count: int) -> Figures:
    """The figures of one size. Leaves nothing behind."""
    corpus, index = scratch / "corpus", scratch / "index"
    generator.write(corpus, passages)
    began = time.perf_counter()
    stages: dict[str, float] = {}

    def heard(stage: str, done: int, total: int) -> None:
        del done, total
        stages[stage] = round(time.perf_counter() - began, 2)  # when it was last heard of

    report = generator.build(corpus, index, heard)
    built = {"articles": report.articles, "build": report.seconds, "stages": stages, "index": size(index)}
    asked = run([sys.executable, Path(__file__).with_name("replies.py"), index, questions, "--questions", str(count)])
    question = alone(questions, 1)[0]
    cold = [run(counsel("ask", question, "--index", index, "--json")) for _ in range(COLD + 1)][1:]
    shutil.rmtree(corpus)
    shutil.rmtree(index)
    alike = {"cold": round(statistics.median(one.wall for one in cold), 3), "cold_peak": round(max(one.peak for one in cold))}
    return {**built, **json.loads(asked.output), **alike}


def size(folder: Path) -> int:
    """MiB on the disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) >> 20


def mixed(sets: Path, names: list[str], count: int, file: Path) -> Path:
    """Questions of all sets in turn, written to a file as `counsel ask --batch` takes them."""
    asked = [alone(sets / name / "questions.jsonl", -(-count // len(names))) for name in names]
    turns = [question for together in zip(*asked, strict=False) for question in together]
    file.write_text("".join(json.dumps({"turns": [turn]}) + "\n" for turn in turns), encoding="utf-8")
    return file


def shown(figures: list[Figures]) -> str:
    head = [
        "passages",
        "reply ms, median",
        "p99",
        "memory MiB",
        "recall@10",
        "cold ask s",
        "its peak MiB",
        "build s",
        "a passage ms",
        "index MiB",
    ]
    rows = [
        [
            f"{one['passages']:,}",
            f"{1000 * one['median']:.1f}",
            f"{1000 * one['p99']:.1f}",
            f"{one['memory']:,}",
            f"{one['recall']:.3f}",
            f"{one['cold']:.2f}",
            f"{one['cold_peak']:,}",
            f"{one['build']:.1f}",
            f"{1000 * one['build'] / one['passages']:.2f}",
            f"{one['index']:,}",
        ]
        for one in figures
    ]
    return table(head, rows)


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
        place.set(title=title, xlabel="passages")
        place.grid(visible=True, which="both", alpha=0.3)
        place.legend()
    drawing.suptitle(told, fontsize="small")
    drawing.savefig(file, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--use", nargs="+", default=list(SETS), metavar="SET", help="names of the sets (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--scratch", type=Path, help="where collections are written, 15 KB a passage (default: the temporary folder)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures are written")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="where they are drawn")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="earlier", help="figures that --json wrote, instead of new ones")
    chosen = parser.parse_args()
    if chosen.earlier:
        told = json.loads(chosen.earlier.read_text(encoding="utf-8"))
    else:
        told = {"machine": machine(), "figures": []}
        with tempfile.TemporaryDirectory(dir=chosen.scratch) as name:
            generator = Generator([chosen.sets / one for one in chosen.use])
            questions = mixed(chosen.sets, chosen.use, chosen.questions, Path(name) / "questions.jsonl")
            for passages in chosen.sizes:
                told["figures"].append(grown(generator, passages, Path(name), questions, chosen.questions))
                print(json.dumps(told["figures"][-1]), file=sys.stderr, flush=True)
                if chosen.json:  # after each: the last size takes long
                    chosen.json.write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(f"{shown(told['figures'])}\n\n{told['machine']}")
    if chosen.plot:
        draw(told["figures"], told["machine"], chosen.plot)


if __name__ == "__main__":
    main()

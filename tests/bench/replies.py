"""Whole replies of one process to questions asked one after another: how long each takes, what memory it holds, what is found.

    python tests/bench/replies.py INDEX QUESTIONS.jsonl [--questions 200]

QUESTIONS.jsonl holds lines as `counsel ask --batch` takes them; those with one turn are asked, evenly chosen. The first few load what
there is to load and are not counted. Recall is how many of the ten passages that Index.nearest gives are among the ten with the highest
cosine by numpy. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measured import alone

from counsel.chat import reply
from counsel.index import Index
from counsel.types import Turn

FIRST = 10  # questions that are not counted
NEAREST = 10
TIE = 1e-6  # cosines that differ by less are equal: float32 sums in another order


def replies(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """What answering these questions takes in this process."""
    began = time.perf_counter()
    index = Index.open(folder)
    seconds, worked = [], []
    for question in [*asked[-FIRST:], *asked]:
        used = time.process_time()
        reply([Turn(question)], index)
        now = time.perf_counter()
        seconds.append(now - began)
        worked.append(time.process_time() - used)
        began = now
    counted = sorted(seconds[FIRST:])
    return {
        "passages": len(index),
        "questions": len(asked),
        "first": round(seconds[0], 4),  # the index opened, and everything loaded
        "median": round(statistics.median(counted), 4),
        "processor": round(statistics.median(worked[FIRST:]), 4),  # all threads; says the same on a machine that does other work too
        "p99": round(counted[int(0.99 * (len(counted) - 1))], 4),
        "memory": resident(),
        "recall": round(statistics.mean(recall(index, question) for question in asked), 4),
    }


def resident() -> int:
    """MiB of memory that this process holds, and has read of the files it maps."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) >> 10


def recall(index: Index, question: str) -> float:
    query = index.encoder.encode_query(question)
    cosines = np.vecdot(index.vectors, query)
    found, _ = index.nearest(query, NEAREST)
    least = np.partition(cosines, -len(found))[-len(found)]
    return float((cosines[found] >= least - TIE).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", type=Path)
    parser.add_argument("asked", type=Path, metavar="QUESTIONS.jsonl")
    parser.add_argument("--questions", type=int, default=200)
    chosen = parser.parse_args()
    print(json.dumps(replies(chosen.index, alone(chosen.asked, chosen.questions))))


if __name__ == "__main__":
    main()

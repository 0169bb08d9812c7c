"""Labelled questions → figures: did search find the place, did the answer say it, was the refusal right.

It measures what the program prints (`render.to_json`, `render.hits_to_json`), so a figure is about what a person gets.

    labels      what a question asks for, and whether a hit or citation shows it
    outcomes    what became of each question; the figures of them all
    report      the figures as tables; what got better and worse since a saved run
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .labels import Files, Row, read
from .outcomes import DEPTHS, Outcome, figures, judge
from .report import Change, compare, load, report, to_terminal

if TYPE_CHECKING:
    from ..index import Index

__all__ = ["Change", "Files", "Outcome", "compare", "figures", "judge", "load", "read", "report", "run", "to_terminal"]


def run(questions: Sequence[Row], index: Index, progress: Callable[[int], None] | None = None) -> list[Outcome]:
    """Ask and search every question of this index, in order."""
    from .. import chat, render
    from ..search import search

    files = Files(index.corpus)
    outcomes = []
    for count, question in enumerate(questions, 1):
        turns = chat.conversation(question["turns"], index)
        started = time.perf_counter()
        answer = chat.reply(turns, index)
        milliseconds = (time.perf_counter() - started) * 1000
        last = turns[-1].question
        hits = render.hits_to_json(last, search(last, index, max(DEPTHS), chat.understand(turns, index)), index.generation)["hits"]
        outcomes.append(judge(question, render.to_json(answer), hits, files, milliseconds))
        if progress:
            progress(count)
    return outcomes

"""The lines of pages, and which of them belong to the page rather than to the text: running headers, footers, page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s*)?(?:page|p\.|seite)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/|von|\|)\s*\d{1,4})?(?:\s*[-–—|])?", re.I
)
RUNNING = 0.5  # of the pages: a line at the edge of so many, at the same height, belongs to the page
EDGE = 3  # lines at the top and bottom of a page that can belong to it


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its words, the size and weight of its letters, and where it begins, in points from the lower left."""

    text: str
    size: float = 0.0
    bold: bool = False
    x: float = 0.0
    y: float = 0.0


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without the lines that belong to the page: repeated at the same height on many, or its number."""
    edges: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    numbers: defaultdict[int, set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for line in {*page[:EDGE], *page[-EDGE:]}:
            edges[_shape(line)].add(number)
            if PAGE_NUMBER.fullmatch(line.text):
                numbers[round(line.y / 12)].add(number)
    enough = max(3, RUNNING * sum(1 for page in pages if page))
    kept = []
    for number, page in enumerate(pages):
        rest = []
        for i, line in enumerate(page):
            at_edge = i < EDGE or i >= len(page) - EDGE
            running = len(_near(edges, line)) >= enough and len(_near(edges, line) & {number}) > 0
            numbering = PAGE_NUMBER.fullmatch(line.text) and (
                len(numbers[round(line.y / 12)]) >= min(enough, 3)
                or (i in (0, len(page) - 1) and re.sub(r"\D", "", line.text.split(" of ")[0]) == str(number + 1))
            )
            if not (at_edge and (running or numbering)):
                rest.append(line)
        kept.append(rest)
    return kept


def _shape(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.y / 6)


def _near(edges: dict[tuple[str, int], set[int]], line: Line) -> set[int]:
    words, height = _shape(line)
    return set().union(*(edges.get((words, height + step), set()) for step in (-1, 0, 1)))

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

    def belongs_to_page(number: int, line: Line, outermost: bool) -> bool:
        if len(_near(edges, line)) >= enough:
            return True
        if not PAGE_NUMBER.fullmatch(line.text):
            return False
        is_its_number = outermost and re.sub(r"\D", "", line.text.split(" of ")[0]) == str(number + 1)
        return is_its_number or len(numbers[round(line.y / 12)]) >= min(enough, 3)

    kept = []
    for number, page in enumerate(pages):
        first, last = 0, len(page)
        while first < min(EDGE, last) and belongs_to_page(number, page[first], first == 0):
            first += 1
        while last > max(first, len(page) - EDGE) and belongs_to_page(number, page[last - 1], last == len(page)):
            last -= 1
        kept.append(list(page[first:last]))
    return kept


def _shape(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.lower()), round(line.y / 6)


def _near(edges: dict[tuple[str, int], set[int]], line: Line) -> set[int]:
    words, height = _shape(line)
    return set().union(*(edges.get((words, height + step), set()) for step in (-1, 0, 1)))

"""Lines as they stand on pages, put together again: paragraphs, list items, headings.

Running headers, footers and page numbers go; words cut at a line's end are joined. Knows nothing of PDF.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..types import Heading
from . import furniture, metadata, plain
from .lines import Line, without_running_lines

BULLET = re.compile(r"(?:[•·▪▫◦‣●○■□∙⁃➢➤►✓✔❖\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d]|[-–—*o](?= )|[-–—](?=[A-Z“]))\s*")
LONE_BULLET = re.compile(r"[•·▪◦‣●○■□∙➢►❖\uf0b7\uf0a7\uf0d8\uf076]|\d{1,2}[.)]")
ITEM = re.compile(r"(?:\d{1,3}[.)]|[a-zA-Z][.)]|\([a-z\d]{1,3}\))\s+\S")
CUT = re.compile(r"([^\W\d_]+)-$")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
ENDED = (".", "!", "?", ":", ";", "…", "。", "”", '"', ")")
LARGER = 1.12  # times the body's size: a heading's
APART = 1.35  # times the usual distance between lines: a new paragraph


@dataclass(slots=True)
class _Block:
    text: str
    page: int  # index of the page it begins on
    lines: list[Line]
    rank: tuple[float, bool] | None = None  # of a heading: size and weight
    item: bool = False
    turns: list[tuple[int, int]] = field(default_factory=list)  # pages that begin within it, and at which of its characters


@dataclass(frozen=True, slots=True)
class Composed:
    text: str
    starts: tuple[int, ...]  # where each page begins
    headings: tuple[Heading, ...]
    title: str | None  # the largest words on the first page that has any


def compose(pages: Sequence[Sequence[Line]]) -> Composed:
    """One running text of all pages. Each block is one line of it; blank lines stand between paragraphs."""
    kept = without_running_lines(pages)
    if not any(kept):  # every page says the same: then that is what the document says
        kept = [list(page) for page in pages]
    measure = _Measure(kept)
    blocks = _blocks(kept, measure)
    dropped = furniture.lines_of_furniture([block.text for block in blocks], authored=False)[0]
    blocks = [block for i, block in enumerate(blocks) if i not in dropped]
    return _written(blocks, len(pages))


class _Measure:
    """What is usual in this document: size of letters, distance and length of lines, words that are never cut."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        lines = [line for page in pages for line in page]
        sizes: Counter[float] = Counter()
        weights: Counter[bool] = Counter()
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
            weights[line.bold] += len(line.text)
        self.size = sizes.most_common(1)[0][0] if sizes else 0.0
        self.bold = bool(weights) and weights[True] > weights[False]
        gaps = [
            a.y - b.y
            for page in pages
            for a, b in pairwise(page)
            if self.is_body(a) and self.is_body(b) and 0 < a.y - b.y < 4 * (self.size or 12)
        ]
        self.leading = statistics.median(gaps) if gaps else 0.0
        if gaps:  # where most paragraphs are one line long, the distance within a paragraph is the smaller one
            usual = Counter(round(gap) for gap in gaps if gap >= self.size * 0.8).most_common(1)
            self.leading = min(self.leading, usual[0][0] + 0.5) if usual else self.leading
        lengths = sorted(len(line.text) for line in lines if self.is_body(line))
        self.width = lengths[int(len(lengths) * 0.9)] if lengths else 0
        self.words: Counter[str] = Counter()
        for line in lines:
            self.words.update(WORD.findall(CUT.sub("", line.text).lower()))
        pairs = [
            (cut[1], tail.group())
            for page in pages
            for a, b in pairwise(page)
            if (cut := CUT.search(a.text)) and (tail := re.match(r"[^\W\d_]+", b.text)) and tail.group().islower()
        ]
        mended = sum(self.words[(first + second).lower()] > 0 for first, second in pairs)
        compound = sum(self.words[f"{first}-{second}".lower()] > 0 for first, second in pairs)
        self.hyphenates = mended >= 2 and mended > compound  # this document cuts words at line ends

    def is_body(self, line: Line) -> bool:
        return abs(line.size - self.size) < 0.6

    def is_cut(self, first: str, second: str) -> bool:
        """Whether a hyphen at a line's end only cuts the word, as against belonging to it."""
        whole, compound = self.words[(first + second).lower()], self.words[f"{first}-{second}".lower()]
        if whole != compound:
            return whole > compound
        halves_are_words = min(len(first), len(second)) > 2 and self.words[first.lower()] and self.words[second.lower()]
        return self.hyphenates and second.islower() and not halves_are_words

    def is_full(self, line: Line, after: Line) -> bool:
        """Whether the next word would not have fitted on this line. Letters are not equally wide, so a fifth is forgiven."""
        return len(line.text) + 1 + len(after.text.split(" ", 1)[0]) >= 0.8 * self.width


def _blocks(pages: Sequence[Sequence[Line]], measure: _Measure) -> list[_Block]:
    blocks: list[_Block] = []
    lone = ""
    for number, page in enumerate(pages):
        for line in page:
            text = line.text
            if LONE_BULLET.fullmatch(text):
                lone = text
                continue
            if lone:
                line = Line(f"{lone} {text}", line.size, line.bold, line.x, line.y)
                lone = ""
            block = _begun(line, number, measure)
            if blocks and _continues(blocks[-1], block, line, number, measure):
                _join(blocks[-1], line, number, measure)
            elif not (blocks and block.rank and blocks[-1].rank and block.text.lower() == blocks[-1].text.lower()):
                blocks.append(block)
    for block in blocks:
        if block.rank and not _could_head(block.text):
            block.rank = None
    return blocks


def _begun(line: Line, number: int, measure: _Measure) -> _Block:
    bullet = BULLET.match(line.text)
    if bullet and len(line.text) > bullet.end():
        return _Block(f"- {line.text[bullet.end() :]}", number, [line], item=True)
    stands_out = line.size >= measure.size * LARGER or (line.bold and not measure.bold and line.size >= measure.size * 0.95)
    if stands_out and measure.size and _could_head(line.text):
        return _Block(line.text, number, [line], rank=(round(line.size * 2) / 2, line.bold))
    return _Block(line.text, number, [line], item=bool(ITEM.match(line.text)))


def _could_head(text: str) -> bool:
    letters = sum(letter.isalnum() for letter in text)
    return (
        len(text) <= 160
        and not text.endswith((".", ",", ";", ":"))
        and re.search(r"[^\W\d_]{2}", text) is not None
        and letters * 2 > len(text.replace(" ", ""))
        and not metadata.is_byline(text)
    )


def _is_row(text: str) -> bool:
    """Whether a line reads as a row of a table: several figures among few words."""
    words = text.split()
    figures = sum(any(letter.isdecimal() for letter in word) for word in words)
    return figures * 4 >= len(words) and sum(word[0].isdecimal() for word in words) >= 2


def _continues(block: _Block, begun: _Block, line: Line, number: int, measure: _Measure) -> bool:
    """Whether a line goes on with the block before it."""
    last = block.lines[-1]
    if begun.item and not (
        begun.lines[0].text[:1].isdecimal() and measure.is_full(last, line) and not block.text.endswith(ENDED) and not block.item
    ):
        return False
    same_page = number == (block.turns[-1][0] if block.turns else block.page)
    gap = last.y - line.y
    if block.rank or begun.rank:
        close = 0 < gap <= 1.6 * max(line.size, 1.0)
        return bool(
            same_page and block.rank == begun.rank and close and len(block.text) + len(line.text) <= 160 and not block.text.endswith("?")
        )
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size, 1.0):
        return False
    if _is_row(last.text) and _is_row(line.text):
        return False
    unfinished = not block.text.endswith(ENDED)
    if not same_page or gap < -measure.size:  # the next page, or the next column
        return unfinished and (line.text[:1].islower() or block.text.endswith(("-", ","))) and measure.is_full(last, line)
    if measure.leading and gap > APART * measure.leading:
        return False
    if block.item:
        hanging = line.x > block.lines[0].x + 3
        return hanging or (measure.is_full(last, line) and (unfinished or line.x >= block.lines[0].x - 1))
    if line.x > last.x + 0.8 * measure.size and len(block.lines) != 1 and not unfinished:
        return False
    return measure.is_full(last, line) or (unfinished and line.text[:1].islower())


def _join(block: _Block, line: Line, number: int, measure: _Measure) -> None:
    glue = " "
    if cut := CUT.search(block.text):
        tail = re.match(r"[^\W\d_]+", line.text)
        if tail:
            glue = ""
            if measure.is_cut(cut[1], tail.group()):
                block.text = block.text[:-1]
    elif re.search(r"\w[/–—]$", block.text) and line.text[:1].isalnum():
        glue = ""
    here = block.turns[-1][0] if block.turns else block.page
    if number != here:
        block.turns.append((number, len(block.text) + len(glue)))
    block.text += glue + line.text
    block.lines.append(line)


def _written(blocks: Sequence[_Block], count: int) -> Composed:
    ranks = sorted({block.rank for block in blocks if block.rank}, reverse=True)
    title = _title(blocks)
    text, starts, headings = "", [-1] * count, []
    before: _Block | None = None
    for block in blocks:
        if before is not None:
            text += "\n" if before.item and block.item else "\n\n"
        at = len(text)
        for page, place in ((block.page, 0), *block.turns):
            for earlier in range(page + 1):
                if starts[earlier] < 0:
                    starts[earlier] = at + place
        if block.rank:
            level = min(ranks.index(block.rank) + 1, 6)
            headings.append(Heading(at, at + len(block.text), level, block.text))
        text += block.text
        before = block
    starts = [start if start >= 0 else len(text) for start in starts]
    return Composed(text, tuple(starts), tuple(_with_plain_headings(text, headings)), title)


def _with_plain_headings(text: str, set_off: Sequence[Heading]) -> list[Heading]:
    """The headings set in larger or bolder letters, and under them the lines that are headings by their shape alone."""
    shaped = plain.headings(text)
    if not set_off:
        return shaped
    at = {heading.start for heading in set_off}
    found: list[Heading] = []
    path: list[str] = []
    level = 0
    for heading in sorted(
        [*set_off, *(heading for heading in shaped if heading.start not in at and ": " not in heading.title)],
        key=lambda heading: heading.start,
    ):
        if heading.start in at:
            level = heading.level
            path = [*(path[: level - 1] + [""] * (level - 1 - len(path))), heading.title.lower()]
            found.append(heading)
        elif heading.title.lower() not in path and heading.start > set_off[0].start:
            found.append(Heading(heading.start, heading.end, level + 1, heading.title))
    return found


def _title(blocks: Sequence[_Block]) -> str | None:
    """The largest words of the first page that has any; of a page of titles alone, all of them."""
    page = [block for block in blocks if block.page == blocks[0].page]
    first = [block for block in page if block.rank]
    if not first or first[0].text.lower() in ("contents", "table of contents"):
        return None
    if len(first) == len(page) <= 3 and blocks[-1].page != blocks[0].page:
        return " – ".join(block.text for block in first)
    return max(first, key=lambda block: (block.rank or (0.0, False))[0]).text

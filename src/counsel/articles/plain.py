"""Plain text: headings recognised by their shape. The text is not rewritten.

A heading is a short line without a full stop that stands apart (or, where a file has no blank lines at all,
between the end of one thing and the beginning of another) and names what follows it.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from ..types import Heading
from . import metadata

LONGEST = 110  # characters of a heading; the longest of the seeds' 58 has 71
MOST_WORDS = 15
ITEM = re.compile(r"(?:[-*+•·▪▫◦‣●○■□–—»✓✔➢➤]|o(?= {2}))\s*(?=\S)|[a-z][.)]\s+(?=\S)|\([a-z\d]{1,2}\)\s+(?=\S)")
NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})(?P<mark>[.)]|(?<=\.\d)|(?<=\.\d\d))\s+(?P<rest>\S.*)")
SENTENCE_INSIDE = re.compile(r"[^\W\d_]{3}[.!]\s+[^\W\d_]")
NOT_A_NAME = re.compile(
    r"https?://|www\.|\S@\S|^@|^#\w|\||\S {3,}\S"
    r"|^(?:figure|fig\.|table|image|photo|source|credit)\b.{0,4}\d|^(?:photo|image|credit)s?(?: (?:by|from|via)|:)\b",
    re.I,
)
LABELLED = re.compile(r"[^\W\d_][\w ]{0,24}:(?: \S.{0,60})?$")
FINAL = tuple(".,;:!…。！，、：；")
UNDERLINE = re.compile(r"[=\-~_*]{3,}")


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    text: str
    indent: int
    blank_before: bool
    blank_after: bool = True

    @property
    def is_item(self) -> bool:
        return bool(ITEM.match(self.text))


def headings(text: str, captions: frozenset[str] = frozenset()) -> list[Heading]:
    """The headings of a plain text, the title among them as level 1 when the first line is one.

    Sections are level 2; numbered headings under them are one level deeper, and so are questions under a heading
    that is followed by nothing else. `captions` are lines known to name a picture.
    """
    lines = _lines(text)
    if not lines:
        return []
    wrap = _wrapped_at(lines)
    numbered = _numbered_headings(lines)
    apart = sum(line.blank_before for line in lines[1:]) * 4 >= len(lines)  # blank lines set things apart in this file
    names = [
        i
        for i, line in enumerate(lines)
        if not NUMBERED.fullmatch(line.text)
        and line.text not in captions
        and _could_name(line)
        and not _in_a_form(lines, i)
        and _stands_apart(lines, i, apart, wrap)
    ]
    underlined = {i for i in range(len(lines) - 1) if _underlined(lines, i)}
    names = sorted({*_leading_to_something(lines, names, numbered), *underlined})
    names = _in_the_files_own_case(lines, names, underlined)
    title = names and names[0] == 0
    return _levelled(lines, names, numbered, bool(title))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start, blank = 0, True
    for raw in text.split("\n"):
        if raw.strip():
            lines.append(
                _Line(start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()), raw.strip(), len(raw) - len(raw.lstrip()), blank)
            )
            blank = False
        else:
            blank = True
            if lines:
                lines[-1].blank_after = True
        start += len(raw) + 1
    for before, after in pairwise(lines):
        before.blank_after = after.blank_before
    return lines


def _wrapped_at(lines: list[_Line]) -> int:
    """The width at which paragraphs were broken into lines; 0 where a paragraph is one line."""
    inner = [line.end - line.start + line.indent for line in lines if not line.blank_after and not line.is_item]
    if len(inner) < 5 or not 40 <= statistics.median(inner) <= 100 or max(inner) > 130:
        return 0
    sentences = sum(1 for line in lines if not line.blank_after and line.text[-1].isalnum())
    return max(inner) if sentences * 3 >= len(inner) else 0


def _broken_on_purpose(lines: list[_Line], i: int, wrap: int) -> bool:
    """Whether the next word would still have fitted on this line: then its author ended it."""
    line = lines[i]
    if line.blank_after or i + 1 == len(lines):
        return True
    return line.indent + len(line.text) + 1 + len(lines[i + 1].text.split()[0]) < wrap


def could_name(text: str) -> bool:
    """Whether words alone, wherever they stand, could be a heading."""
    return _could_name(_Line(0, len(text), text, 0, True))


def _could_name(line: _Line) -> bool:
    text = line.text
    if len(text) > LONGEST or len(text.split()) > MOST_WORDS or text.endswith(FINAL) or line.is_item:
        return False
    first = text.lstrip("\"'“‘¿¡([")[:1]
    if not first or first.islower() or not (first.isalpha() or first.isdecimal()) or not any(letter.isalpha() for letter in text):
        return False
    if first.isdecimal() and sum(letter.isalpha() for letter in text) * 2 < len(text):
        return False
    return not metadata.is_byline(text) and not SENTENCE_INSIDE.search(text) and not NOT_A_NAME.search(text)


def _stands_apart(lines: list[_Line], i: int, apart: bool, wrap: int) -> bool:
    """Whether a line is set off from what is around it, by the means this file has: blank lines, or the ends of sentences."""
    line = lines[i]
    after = lines[i + 1] if i + 1 < len(lines) else None
    if (line.indent > 8 and i) or (after is not None and after.text[0].islower() and not after.is_item):
        return False
    if after is not None and i < 3 and metadata.is_byline(after.text):
        return line.blank_before
    if wrap:
        return line.blank_before and _broken_on_purpose(lines, i, wrap) and (line.blank_after or len(line.text) * 3 < wrap * 2)
    leads = after is not None and (after.is_item or len(after.text) > LONGEST or bool(NUMBERED.match(after.text)))
    if apart:
        return line.blank_before and (line.blank_after or leads)
    ended = i == 0 or line.blank_before or lines[i - 1].is_item or _ended(lines[i - 1].text)
    return ended and after is not None and (leads or after.text.endswith((".", ":", "!", "?", "。")))


def _ended(text: str) -> bool:
    return text.endswith((".", "!", "?", "…", "。", "”", '"')) or ord(text[-1]) > 0x2600  # an emoji


def _in_a_form(lines: list[_Line], i: int) -> bool:
    """One of several lines such as "Location: Berlin"."""
    return bool(LABELLED.match(lines[i].text)) and any(
        LABELLED.match(line.text) for line in (*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2])
    )


def _numbered_headings(lines: list[_Line]) -> set[int]:
    """Numbered lines that head what follows them, as against the items of a numbered list.

    A run of numbers is a run of headings when most of its members have something of their own after them
    that is not indented under them, and they are short and unfinished as sentences.
    """
    found: set[int] = set()
    runs: list[list[int]] = []
    last: tuple[int, ...] = ()
    for i, line in enumerate(lines):
        if match := NUMBERED.fullmatch(line.text):
            number = tuple(map(int, match["number"].split(".")))
            if not (runs and _follows(last, number)):
                runs.append([])
            runs[-1].append(i)
            last = number
    for run in runs:
        named = [i for i in run if _could_name_numbered(lines[i])]
        own = [i for i in run if i + 1 < len(lines) and not NUMBERED.match(lines[i + 1].text) and not _under(lines[i], lines[i + 1])]
        dotted = any("." in NUMBERED.fullmatch(lines[i].text)["number"] for i in run)  # type: ignore[index]  # run holds only lines that match
        followed = len([i for i in run[:-1] if i in own]) + (run[-1] in own and len(run) == 1)
        if len(named) * 4 >= len(run) * 3 and followed * 3 >= max(len(run) - 1, 1) * (1 if dotted else 2):
            found.update(i for i in named if i + 1 < len(lines))
    return found


def _follows(last: tuple[int, ...], number: tuple[int, ...]) -> bool:
    depth = len(number)
    if depth == len(last) + 1:
        return number == (*last, 1)
    return depth <= len(last) and number == (*last[: depth - 1], last[depth - 1] + 1)


def _could_name_numbered(line: _Line) -> bool:
    rest = NUMBERED.fullmatch(line.text)["rest"]  # type: ignore[index]  # only asked of lines that match
    return ": " not in rest and _could_name(_Line(line.start, line.end, rest, line.indent, line.blank_before))


def _under(line: _Line, after: _Line) -> bool:
    return after.indent > line.indent and (after.is_item or not after.blank_before)


def _underlined(lines: list[_Line], i: int) -> bool:
    line, under = lines[i], lines[i + 1]
    return (
        line.blank_before
        and not line.blank_after
        and bool(UNDERLINE.fullmatch(under.text))
        and abs(len(under.text) - len(line.text)) <= max(3, len(line.text) // 4)
        and len(line.text) <= LONGEST
    )


def _leading_to_something(lines: list[_Line], names: list[int], numbered: set[int]) -> list[int]:
    """Names followed by what they name. A long run of short lines is a list, an address, a table of contents, not headings."""
    kept: list[int] = []
    run: list[int] = []
    listed, times = set(names), Counter(line.text for line in lines)
    for i in names:
        if run and i != run[-1] + 1:
            run = []
        run.append(i)
        if i + 1 in listed or i + 1 >= len(lines):
            continue
        if len(run) <= (3 if run[0] == 0 else 2):
            kept += run
        elif run[0] == 0:
            kept += [0, i]
        elif times[lines[i].text] > 1:  # it stood in a table of contents
            kept.append(i)
    if len(lines) > 1 and lines[0].blank_after and 0 in listed and 0 not in kept[:1]:
        kept.insert(0, 0)
    return [i for i in kept if i + 1 < len(lines) or i in numbered]


def _in_the_files_own_case(lines: list[_Line], names: list[int], underlined: set[int]) -> list[int]:
    """Where nearly all headings are In Title Case, a long line in sentence case is a caption or a remark."""
    cases = {i: _title_case(lines[i].text) for i in names}
    titled, telling = sum(case is True for case in cases.values()), sum(case is not None for case in cases.values())
    if telling < 4 or titled * 5 < telling * 3:
        return names
    return [
        i
        for i in names
        if cases[i] is not False or i in underlined or i == 0 or lines[i].text.endswith("?") or len(lines[i].text.split()) < 5
    ]


def _title_case(text: str) -> bool | None:
    """Whether a name is written In Title Case; None when it has no words that could tell."""
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text)[1:] if len(word) > 4]
    return sum(not word[0].islower() for word in words) * 4 >= len(words) * 3 if words else None


def _levelled(lines: list[_Line], names: list[int], numbered: set[int], title: bool) -> list[Heading]:
    found: list[Heading] = []
    shouted = [i for i in names if lines[i].text.isupper()]
    two_ranks = 2 <= len(shouted) < len(names) - title
    under, questions = 0, False  # the level of the section we are in; whether questions stand under their own heading
    for i in sorted({*names, *numbered}):
        line = lines[i]
        if i in numbered:
            number = NUMBERED.fullmatch(line.text)["number"]  # type: ignore[index]  # numbered holds only lines that match
            level = (under or 1) + 1 + number.count(".")
        elif title and i == 0:
            level = 1
        else:
            asks = line.text.endswith("?")
            questions = asks and (questions or (i - 1 in names and i - 1 != 0 and not lines[i - 1].text.endswith("?")))
            level = 3 if questions or (two_ranks and i not in shouted and i > shouted[0]) else 2
            under = level
        end = lines[i + 1].end if i + 1 < len(lines) and _underlined(lines, i) else line.end
        found.append(Heading(line.start, end, level, " ".join(line.text.split())))
    return found

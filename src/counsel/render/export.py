"""A conversation as one Markdown document: every answer with its marks, its passages and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..dates import long_date
from .data import is_numbered, marks_text
from .escape import escape_markdown, without_marks
from .shown import Evidence, Piece, Shown


def to_export(turns: Sequence[Shown]) -> str:
    """Markdown that reads well as it is; the cited words of each passage are bold."""
    blocks = ["# A conversation with Counsel"]
    for shown in turns:
        blocks += _turn(shown)
    return "\n\n".join(blocks) + "\n"


def _turn(shown: Shown) -> Iterator[str]:
    yield f"## {escape_markdown(_one_line(shown.question))}"
    if shown.standalone:
        yield f"Understood as: {escape_markdown(_one_line(shown.standalone))}"
    if shown.status == "refused":
        yield escape_markdown(shown.reason or "The articles do not answer this.")
        return
    for line in shown.lines:
        bullet = "- " if line.kind == "item" and not is_numbered(line.text) else ""
        yield bullet + escape_markdown(_one_line(without_marks(line.text))) + marks_text(line.marks)
    for evidence in shown.evidence:
        yield _source(evidence)
        yield "\n>\n".join(f"> {paragraph}" for paragraph in _paragraphs(evidence.pieces))


def _source(evidence: Evidence) -> str:
    heading, day = " › ".join(evidence.heading), long_date(evidence.published)
    facts = [evidence.author or "", day, f"page {evidence.page}" if evidence.page is not None else "", evidence.path]
    place = ", ".join(escape_markdown(_one_line(fact)) for fact in facts if fact)
    title = escape_markdown(_one_line(evidence.title + (f" — {heading}" if heading else "")))
    return f"{marks_text(evidence.marks).strip()} **{title}** ({place})"


def _paragraphs(pieces: Iterable[Piece]) -> list[str]:
    """The paragraphs of a passage; an item, a row and a heading are each one."""
    found: list[tuple[int, list[str]]] = []
    for piece in pieces:
        words = escape_markdown(_one_line(" | ".join(piece.cells)))
        words = f"**{words}**" if piece.marks else words
        if piece.kind == "sentence" and found and found[-1][0] == piece.block:
            found[-1][1].append(words)
        else:
            found.append((piece.block, [words]))
    return [" ".join(words) for _, words in found]


def _one_line(text: str) -> str:
    return " ".join(text.split())

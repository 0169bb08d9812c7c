"""Answers and hits as text for a terminal. Nothing an article holds can move the cursor or change a colour."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..dates import long_date
from ..types import Answer, Hit, Passage
from .data import line_text
from .escape import without_controls

_BOLD, _DIM = "1", "2"
_EXCERPT = 400  # characters of a passage shown by `search`: enough to judge it, ten fit a screen and a half


def to_terminal(answer: Answer, colour: bool = False, width: int = 88) -> str:
    """An answer and its sources; for a refusal the reason, the nearest articles and what to ask instead."""
    if answer.status == "refused":
        return "\n".join(_refusal(answer, colour, width))
    lines = [_painted(f"Understood as: {_clean(answer.standalone)}", _DIM, colour)] if answer.standalone else []
    lines += [_wrapped(without_controls(line_text(line)), width, "  " if line.kind == "item" else "") for line in answer.lines]
    if answer.citations:
        lines += ["", _painted("Sources", _BOLD, colour)]
        indent = " " * (len(str(answer.citations[-1].number)) + 3)
        for citation in answer.citations:
            mark = f"[{citation.number}]".ljust(len(indent))
            lines.append(_wrapped(f"{mark}{_place(citation.passage, citation.start)}", width, indent))
    return "\n".join(lines)


def _refusal(answer: Answer, colour: bool, width: int) -> list[str]:
    lines = [_painted(f"Understood as: {_clean(answer.standalone)}", _DIM, colour)] if answer.standalone else []
    lines.append(_wrapped(_clean(answer.reason or "The articles do not answer this."), width))
    titles = dict.fromkeys(f"{_clean(near.title)} ({_clean(near.path)})" for near in answer.nearest if near.path)
    questions = dict.fromkeys(_clean(near.question) for near in answer.nearest if near.question)
    if titles:
        lines += ["", _painted("Nearest articles", _BOLD, colour), *(_wrapped(f"- {title}", width, "  ") for title in titles)]
    if questions:
        lines += [
            "",
            _painted("Questions they do answer", _BOLD, colour),
            *(_wrapped(f"- {question}", width, "  ") for question in questions),
        ]
    return lines


def hits_to_terminal(hits: Sequence[Hit], explain: bool = False, colour: bool = False, width: int = 88) -> str:
    """Passages, best first, each with its place, its score and its beginning; with `explain`, what the score is made of."""
    blocks = []
    for hit in hits:
        mark = f"{hit.rank}.".ljust(4)
        lines = [_painted(_wrapped(f"{mark}{_place(hit.passage, hit.passage.start)}  {hit.score:.3f}", width, "    "), _BOLD, colour)]
        if explain:
            lines.append("    " + _painted("  ".join(f"{name} {value:.3f}" for name, value in hit.signals.items()), _DIM, colour))
        lines.append(_wrapped("    " + textwrap.shorten(_clean(hit.passage.text), _EXCERPT, placeholder=" …"), width, "    "))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _place(passage: Passage, start: int) -> str:
    """Title — heading › path (date), file, page: where a reader finds it."""
    article = passage.article
    heading = " › ".join(map(_clean, passage.heading))
    date = long_date(article.published)
    page = article.page_at(start)
    return "".join(
        [
            _clean(article.title),
            f" — {heading}" if heading else "",
            f" ({date})" if date else "",
            f", {_clean(article.path)}",
            f", page {page}" if page is not None else "",
        ]
    )


def _clean(text: str | None) -> str:
    return " ".join(without_controls(text or "").split())


def _wrapped(text: str, width: int, indent: str = "") -> str:
    return textwrap.fill(
        text, max(width, 20), subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text

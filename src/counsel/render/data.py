"""Answers and hits as the JSON that the command line and the HTTP endpoints give: tests/schema/ is its format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..types import Answer, Citation, Hit, Line
from .escape import without_marks

_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s")


def answer_text(answer: Answer) -> str:
    """What a person reads of an answer: its lines, each with its marks; "" when refused."""
    return "" if answer.status == "refused" else "\n".join(map(line_text, answer.lines))


def line_text(line: Line) -> str:
    """One line with its marks. Every "[n]" in it is a mark of ours; an article's own becomes "(n)"."""
    bullet = "- " if line.kind == "item" and not is_numbered(line.text) else ""
    return bullet + without_marks(line.text) + marks_text(line.marks)


def marks_text(marks: Sequence[int]) -> str:
    return " " + "".join(f"[{mark}]" for mark in marks) if marks else ""


def is_numbered(text: str) -> bool:
    """Whether a line brings its own number, as "1. Learn Python" and "2) Build" do."""
    return _NUMBER.match(text) is not None


def to_json(answer: Answer) -> dict[str, Any]:
    """An answer as `ask --json` prints it, without the id."""
    return {
        "question": answer.question,
        "standalone": answer.standalone,
        "status": answer.status,
        "answer": answer_text(answer),
        "citations": [_citation(citation) for citation in answer.citations],
        "reason": answer.reason,
        "nearest": [{"path": near.path, "title": near.title, "question": near.question} for near in answer.nearest],
        "generation": answer.generation,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    passage, article = citation.passage, citation.passage.article
    return {
        "number": citation.number,
        "path": article.path,
        "title": article.title,
        "heading": list(passage.heading),
        "page": passage.page,
        "page_end": passage.page_end,
        "published": article.published,
        "url": article.url,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "passage": passage.text,
    }


def hits_to_json(question: str, hits: Sequence[Hit], generation: int, explain: bool = False) -> dict[str, Any]:
    """Hits as `search --json` prints them, without the id; with `explain`, each with what its score is made of."""
    return {"question": question, "hits": [_hit(hit, explain) for hit in hits], "generation": generation}


def _hit(hit: Hit, explain: bool) -> dict[str, Any]:
    passage, article = hit.passage, hit.passage.article
    found = {
        "rank": hit.rank,
        "score": hit.score,
        "path": article.path,
        "title": article.title,
        "heading": list(passage.heading),
        "page": passage.page,
        "page_end": passage.page_end,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
    }
    return found | ({"signals": dict(hit.signals)} if explain else {})

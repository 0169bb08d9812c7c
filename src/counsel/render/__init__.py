"""Answers and hits as JSON, terminal text and the markup of the page: pure, no clock, no I/O; all escaping lives here.

escape     untrusted text → text that a terminal, Markdown and HTML show as it is
data       Answer, Hit → the JSON of the command line and the HTTP endpoints
terminal   Answer, Hit → lines for a terminal
shown      Answer → Shown: what a page needs of an answer, as plain values that a browser can keep
page       Shown, Article → the markup of the page
export     a conversation → one Markdown document

What the page shows is imported when one shows it: a terminal does not wait for that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .data import answer_text, hits_to_json, to_json
from .escape import escape
from .terminal import hits_to_terminal, to_terminal

if TYPE_CHECKING:
    from .export import to_export
    from .page import NO_CARDS, Beside, article_markup, articles_markup, cards_markup, shelf_line, to_markdown
    from .shown import Evidence, Piece, Shown, show

__all__ = [
    "NO_CARDS",
    "Beside",
    "Evidence",
    "Piece",
    "Shown",
    "answer_text",
    "article_markup",
    "articles_markup",
    "cards_markup",
    "escape",
    "hits_to_json",
    "hits_to_terminal",
    "shelf_line",
    "show",
    "to_export",
    "to_json",
    "to_markdown",
    "to_terminal",
]

_ON_THE_PAGE = {
    **dict.fromkeys(("NO_CARDS", "Beside", "article_markup", "articles_markup", "cards_markup", "shelf_line", "to_markdown"), "page"),
    **dict.fromkeys(("Evidence", "Piece", "Shown", "show"), "shown"),
    "to_export": "export",
}


def __getattr__(name: str) -> Any:
    if name not in _ON_THE_PAGE:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f".{_ON_THE_PAGE[name]}", __name__), name)

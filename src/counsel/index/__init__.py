"""Rows and passages ⇄ index/: built one immutable generation at a time, proved before it answers. The only import of faiss.

    build(corpus, folder, encoder, settings) → Report      Index.open(folder) → Index      Live(folder).current() → Index

An Index is light to open: numpy and faiss are imported when vectors are first asked for, and what builds when one builds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .files import Files
from .live import Live
from .opening import Index
from .reporting import Progress, Report
from .store import Card
from .survey import Changes

if TYPE_CHECKING:
    from .building import build

__all__ = ["Card", "Changes", "Files", "Index", "Live", "Progress", "Report", "build"]


def __getattr__(name: str) -> Any:
    if name != "build":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from .building import build

    return build

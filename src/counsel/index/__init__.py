"""Rows and passages ⇄ index/: built one immutable generation at a time, proved before it answers. The only import of faiss.

    build(corpus, folder, encoder, settings) → Report      Index.open(folder) → Index      Live(folder).current() → Index

An Index is light to open: numpy and faiss are imported when vectors are first asked for.
"""

from __future__ import annotations

from .building import build
from .encoding import DocumentEncoder
from .files import Files
from .opening import Index, Live
from .reporting import Progress, Report
from .store import Card
from .survey import Changes

__all__ = ["Card", "Changes", "DocumentEncoder", "Files", "Index", "Live", "Progress", "Report", "build"]

"""Files into Articles: found, read, cleaned once, named, or refused with a reason.

scan(corpus)             what is there
read(corpus, path, …)    one article
read_all(corpus, …)      many, in child processes: no file can stop or kill the caller
changes(corpus)          when it has changed

Looking at a folder is light: what reads is imported when one reads.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .folder import Source, scan

if TYPE_CHECKING:
    from .children import read_all
    from .reading import READER, read
    from .watching import EVERY, changes

__all__ = ["EVERY", "READER", "Source", "changes", "read", "read_all", "scan"]

_READING = {"READER": "reading", "read": "reading", "read_all": "children", "EVERY": "watching", "changes": "watching"}


def __getattr__(name: str) -> Any:
    if name not in _READING:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module(f".{_READING[name]}", __name__), name)

"""What the page asks of the rest of Counsel, in one value that tests can fill with plain functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from ..types import Answer, Hit, Turn
from .shelf import Shelf


class Live(Protocol):
    """An index that is opened again when a build publishes a new one."""

    def current(self) -> Any: ...

    @property
    def problem(self) -> str | None:
        """What is wrong with the newest generation; None when it is the one that answers."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where answers come from. `live.current()` is asked once for each request, so a new index is used at once."""

    live: Live
    reply: Callable[[Sequence[Turn], Any], Answer]
    search: Callable[[str, Any, int], Sequence[Hit]]
    examples: Callable[[Any], Sequence[str]]
    offers: Callable[[Answer, Any], Sequence[str]]
    votes: Path | None = None  # the file that keeps votes; None: no votes
    today: Callable[[], date] = date.today
    shelf: Shelf | None = None  # what visitors may change; None: they only read

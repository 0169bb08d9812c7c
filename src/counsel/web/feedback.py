"""Votes on answers, one JSON line each, in a local file. Imports nothing heavy, so `counsel status` can count them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ..render import Shown

FILE = "votes.jsonl"  # in the folder of the index
FILE_LIMIT = 16 * 2**20  # bytes: some 30,000 votes; then no more are kept, so that nobody can fill the disk
COMMENT_LIMIT = 1000  # characters

Vote = Literal["up", "down"]


def record(file: Path, shown: Shown, vote: Vote | None, comment: str = "") -> bool:
    """Append one vote, or a comment on one given before (vote None); False when the file is full.

    One write each, so that two visitors never share a line.
    """
    if file.exists() and file.stat().st_size > FILE_LIMIT:
        return False
    line = json.dumps(_line(shown, vote, comment[:COMMENT_LIMIT]), ensure_ascii=False) + "\n"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, line.encode("utf-8", "replace"))
    finally:
        os.close(descriptor)
    return True


def _line(shown: Shown, vote: Vote | None, comment: str) -> Mapping[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "vote": vote,
        "comment": comment or None,
        "question": shown.question,
        "standalone": shown.standalone,
        "status": shown.status,
        "citations": [{"path": evidence.path, "start": evidence.start, "end": evidence.end} for evidence in shown.evidence],
        "generation": shown.generation,
    }


def count(file: Path) -> tuple[int, int]:
    """How many votes up and how many down; lines that are no vote are not counted."""
    votes: dict[str, int] = {"up": 0, "down": 0}
    if file.exists():
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    vote = json.loads(line)["vote"]
                except (ValueError, KeyError, TypeError):
                    continue
                if vote in ("up", "down"):
                    votes[vote] += 1
    return votes["up"], votes["down"]

"""Questions as they are typed, piped or listed in a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError

LONGEST = 10_000  # characters of a question: what is longer is no question, and takes seconds to read as one


@dataclass(frozen=True, slots=True)
class Asked:
    """One conversation to be answered; `id` is whatever its line gave."""

    turns: tuple[str, ...]
    id: Any = None


def typed(words: Sequence[str]) -> Asked:
    """The question of the command line, or of stdin when it is "-". Raises UsageError when there is none."""
    text = _read("-", "Give the question in UTF-8.") if list(words) == ["-"] else " ".join(words)
    if not text.strip():
        raise UsageError("There is no question.", 'Give one, as in: counsel ask "How much do AI engineers earn?"')
    if len(text) > LONGEST:
        raise UsageError(f"The question has {len(text):,} characters.", f"Ask in at most {LONGEST:,}.")
    return Asked((_sound(text),))


def listed(file: str) -> list[Asked]:
    """The conversations of a batch file, all read before the first is answered. Raises UsageError that names a bad line."""
    text = _read(file, "Give a file of JSON lines in UTF-8, or - for stdin.")
    return [_asked(line, f"{_name(file)}, line {number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _read(file: str, hint: str) -> str:
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")).removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{_name(file)} cannot be read: {error}.", hint) from error


def _name(file: str) -> str:
    return "stdin" if file == "-" else file


def _asked(line: str, where: str) -> Asked:
    hint = 'A line is {"id": ..., "turns": ["first question", ..., "last question"]}.'
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not JSON: {error}.", hint) from error
    if not isinstance(row, dict):
        raise UsageError(f"{where} is not a JSON object.", hint)
    turns = row.get("turns", [row["question"]] if "question" in row else None)
    if not (isinstance(turns, list) and turns and all(isinstance(turn, str) and turn.strip() for turn in turns)):
        raise UsageError(f"{where} has no turns: a list of questions, none of them empty.", hint)
    if max(map(len, turns)) > LONGEST:
        raise UsageError(f"{where} has a question of more than {LONGEST:,} characters.", "Ask in fewer.")
    return Asked(tuple(map(_sound, turns)), row.get("id"))


def _sound(text: str) -> str:
    """Text without the half characters that broken input brings and no library takes."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")

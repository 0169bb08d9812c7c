"""The figures as tables a person reads, and what got better and worse since an earlier run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ..errors import UsageError
from .outcomes import Outcome, figures


@dataclass(frozen=True, slots=True)
class Change:
    """One question that fares differently than in an earlier run."""

    id: str
    question: str
    what: str  # "answer" or "search"
    before: str
    after: str
    better: bool


def report(outcomes: Sequence[Outcome], earlier: Sequence[Outcome] | None = None) -> dict[str, Any]:
    """What `--json` prints and `--save` writes: the figures, what became of every question, and what changed since `earlier`."""
    told = {"figures": figures(outcomes), "outcomes": [asdict(outcome) for outcome in outcomes]}
    if earlier is None:
        return told
    return told | {"against": {"figures": figures(earlier), "changes": [asdict(change) for change in compare(earlier, outcomes)]}}


def load(path: Path) -> list[Outcome]:
    """The outcomes of a run that `--save` wrote. Raises UsageError when the file is something else."""
    try:
        return [_outcome(row) for row in json.loads(path.read_text(encoding="utf-8"))["outcomes"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "Write one with `counsel eval QUESTIONS.jsonl --save FILE`."
        raise UsageError(f"{path} is not a saved evaluation: {error}.", hint) from error


def _outcome(row: Mapping[str, Any]) -> Outcome:
    values = {field.name: row[field.name] for field in fields(Outcome)}
    thawed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return Outcome(**thawed)


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Change]:
    """What got better or worse, in the order of the later run; a question that only one run has is left out."""
    earlier = {outcome.id: outcome for outcome in before}
    changes = []
    for now in after:
        then = earlier.get(now.id, now)
        if then.good != now.good:
            changes.append(Change(now.id, now.question, "answer", _verdict(then), _verdict(now), now.good))
        if then.rank != now.rank:
            better = then.rank is None or (now.rank is not None and now.rank < then.rank)
            changes.append(Change(now.id, now.question, "search", _rank(then), _rank(now), better))
    return changes


def _verdict(outcome: Outcome) -> str:
    return f"{'answered' if outcome.answered else 'refused'} ({'good' if outcome.good else 'wrong'})"


def _rank(outcome: Outcome) -> str:
    return f"rank {outcome.rank}" if outcome.rank else "not found"


def to_terminal(told: Mapping[str, Any]) -> str:
    """What `report` gives, as tables; the figures of an earlier run stand in brackets behind those that differ."""
    now, against = told["figures"], told.get("against")
    then = against["figures"] if against else {}
    blocks = [f"{now['questions']} questions"]
    blocks += [_table(title, section, then.get(title, {})) for title, section in now.items() if isinstance(section, dict) and section]
    if against:
        blocks += [_listing("better", True, against["changes"]), _listing("worse", False, against["changes"])]
    return "\n\n".join(blocks)


def _table(title: str, section: Mapping[str, Any], earlier: Mapping[str, Any]) -> str:
    """A line for each group of questions, or one line for a section without groups; what was never counted is left out."""
    if not all(isinstance(row, dict) for row in section.values()):
        section, earlier = {"": section}, {"": earlier}
    columns = list(dict.fromkeys(column for row in section.values() for column, value in row.items() if value is not None))
    cells = [[title, *(column.replace("_", " ") for column in columns)]]
    for group, row in section.items():
        cells.append([group, *(_cell(row.get(column), earlier.get(group, {}).get(column)) for column in columns)])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [[line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))] for line in cells]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def _cell(value: float | None, before: float | None) -> str:
    shown = "–" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
    return shown if before is None or before == value else f"{shown} [{before:.4f}".rstrip("0").rstrip(".") + "]"


def _listing(name: str, better: bool, changes: Sequence[Mapping[str, Any]]) -> str:
    kept = [change for change in changes if change["better"] is better]
    lines = [f"  {change['id']}  {change['what']}: {change['before']} → {change['after']}  {change['question']}" for change in kept]
    return "\n".join([f"{name}: {len(kept) or 'none'}", *lines])

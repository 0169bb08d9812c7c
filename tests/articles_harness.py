"""Builders for the tests of reading."""

from __future__ import annotations

import json
import re
from pathlib import Path

from counsel.articles import read
from counsel.marks import inline
from counsel.settings import Settings
from counsel.types import Article

LIMITS = Settings(read_seconds=30)


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def article(folder: Path, name: str, content: str | bytes) -> Article:
    """What is read of a file with this content."""
    return read(put(folder, {name: content}), name, LIMITS)


def squeezed(text: str) -> str:
    return "".join(text.split())


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower().strip()


def sentences(markdown: str) -> list[str]:
    """The sentences, items and table cells of a Markdown text, folded."""
    found = []
    for line in markdown.split("\n"):
        cells = line.strip().strip("|").split(" | ") if line.startswith("|") else [line]
        for cell in cells:
            words = inline(re.sub(r"^\s*(?:#+|[*+-]|\d+\.)\s", "", cell))
            found += [folded(sentence) for sentence in re.split(r"(?<=[.!?])\s+", words) if folded(sentence)]
    return found


def refusals(corpus: Path) -> dict[str, str]:
    """Why each file beside a MANIFEST.json of PDFs cannot be read, by what two libraries saw of it; empty where it can."""
    entries = json.loads((corpus / "MANIFEST.json").read_text(encoding="utf-8"))
    return {"MANIFEST.json": "not a kind of file Counsel reads (.json)", **{entry["file"]: _refusal(entry) for entry in entries}}


def _refusal(entry: dict[str, object]) -> str:
    if not str(entry["file"]).endswith(".pdf"):
        return ""
    error = str(entry.get("pypdf_error") or entry.get("page_error") or "")
    if str(entry["file"]).startswith("fake/"):
        return "not a PDF, whatever its name says"
    if "FileNotDecrypted" in error:
        return "locked with a password"
    if error:
        return "damaged PDF"
    pages = entry["pages"]
    return (
        ""
        if entry["chars_pypdf"]
        else f"no text on any of its {pages} pages (a scan?)"
        if pages != 1
        else "no text on its 1 page (a scan?)"
    )

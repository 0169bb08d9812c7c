"""What the styles and numberings of a Word document mean: headings with their levels, lists with their markers."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Style:
    name: str = ""
    level: int = 0  # 1 for the outermost heading
    numbering: tuple[str, int] | None = None


class Styles:
    """What the document's styles and numberings mean, by their ids."""

    def __init__(self, opened: Any) -> None:
        self.by_id: dict[str, Style] = {}
        elements = {element.get(f"{W}styleId"): element for element in opened.styles.element.iter(f"{W}style")}
        for identity, element in elements.items():
            if identity is not None:
                self.by_id[identity] = self._style(element, elements)
        self.bullets: dict[tuple[str, int], bool] = {}
        with suppress(KeyError, NotImplementedError, AttributeError, ValueError):  # a document without lists has no such part
            self._numberings(opened.part.numbering_part.element)

    @staticmethod
    def _style(element: Any, elements: dict[Any, Any]) -> Style:
        name = value(element.find(f"{W}name")).lower()
        level, numbering, at = 0, None, element
        for _ in range(20):
            if at is None:
                break
            outline = value(at.find(f"{W}pPr/{W}outlineLvl"))
            own = value(at.find(f"{W}name")).lower()
            if not level and outline.isdecimal() and int(outline) < 9:
                level = int(outline) + 1
            if not level and (found := re.fullmatch(r"heading (\d)", own)):
                level = int(found[1])
            numbering = numbering or numbering_of(at)
            at = elements.get(value(at.find(f"{W}basedOn")) or None)
        return Style(name, level, numbering)

    def _numberings(self, element: Any) -> None:
        abstract = {found.get(f"{W}abstractNumId"): found for found in element.iter(f"{W}abstractNum")}
        for number in element.iter(f"{W}num"):
            kind = abstract.get(value(number.find(f"{W}abstractNumId")))
            for level in () if kind is None else kind.iter(f"{W}lvl"):
                depth = level.get(f"{W}ilvl") or ""
                if depth.isdecimal():
                    self.bullets[(number.get(f"{W}numId"), int(depth))] = value(level.find(f"{W}numFmt")) in ("bullet", "none", "")


def value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{W}val") or "")


def numbering_of(holder: Any) -> tuple[str, int] | None:
    found = holder.find(f"{W}pPr/{W}numPr")
    if found is None:
        return None
    depth = value(found.find(f"{W}ilvl"))
    return value(found.find(f"{W}numId")), min(int(depth), 8) if depth.isdecimal() else 0

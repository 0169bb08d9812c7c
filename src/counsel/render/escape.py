"""Untrusted text made harmless for where it is shown. Everything that comes from an article or a visitor passes here once.

Knows nothing of answers or layout.
"""

from __future__ import annotations

import re
import unicodedata

_JOINERS = "\u200c\u200d"  # invisible, but Persian words and joined emoji need them
_PLAIN = frozenset(" ,?'") | frozenset(_JOINERS)  # besides letters and digits: these never begin or end any markup
_FAKE_MARK = re.compile(r"[\[【](\d{1,3})[\]】]")
_SPACES = re.compile(r"^ +| {2,}| +$")
_STEP = re.compile(r"^(\d+)(?=&#46;|&#41;)")
_ACTIVE = re.compile(r"([\\`*_\[\]|~$#])")
_BLOCK = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def escape(text: str) -> str:
    """Text that Markdown with HTML in it shows character by character, with line breaks kept, wherever it is put.

    Every ASCII character that is not a letter, a digit or in " ,?'" becomes a character reference, so neither HTML nor Markdown nor a
    link is ever formed, in a body or inside a double-quoted attribute. Control and direction characters become U+FFFD.
    """
    return "<br>".join(_escape_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _escape_line(line: str) -> str:
    line = "".join(map(_escape_character, line))
    line = _SPACES.sub(lambda match: "&#160;" * len(match.group()), line)
    return _STEP.sub(lambda match: "".join(f"&#{ord(digit)};" for digit in match.group()), line)


def _escape_character(character: str) -> str:
    if character.isalnum() or character in _PLAIN:
        return character
    if not character.isprintable():
        return "&#65533;"
    return character if ord(character) > 0x7F else f"&#{ord(character)};"


def without_controls(text: str) -> str:
    """Text a terminal can be shown: no control, escape or direction character; line breaks stay, tabs become spaces."""
    return "".join(_shown_in_terminal(character) for character in text.replace("\r\n", "\n").replace("\r", "\n"))


def _shown_in_terminal(character: str) -> str:
    if character == "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character == "\t":
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if category in ("Cc", "Cf") else character


def without_marks(text: str) -> str:
    """Text whose own "[3]" cannot be taken for a mark of ours: it becomes "(3)"."""
    return _FAKE_MARK.sub(r"(\1)", text)


def escape_markdown(text: str) -> str:
    """Text for a Markdown document that people also read as it is: backslashes only where Markdown or HTML would begin."""
    text = _ACTIVE.sub(r"\\\1", without_controls(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BLOCK.sub(lambda match: f"{match[1]}{match[2][:-1]}\\{match[2][-1]}", text)

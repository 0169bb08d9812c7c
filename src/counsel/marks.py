"""Markdown → what a person reads: marks taken out, nothing else changed. Pure; knows nothing of articles or segments."""

from __future__ import annotations

import html
import re

_LINE_STARTS = (
    re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE),
    re.compile(r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$", re.MULTILINE),
    re.compile(r"^[ \t]*(?:[-*+•◦▪‣·–●○■►])[ \t]+(?=\S)", re.MULTILINE),
)
_STARTED = re.compile(r"[#>]|^[ \t]*[\-*+•◦▪‣·–●○■►]", re.MULTILINE)  # what each of them needs
_MARKED = re.compile(r"[*_~<\[`\\&]|\{[{%.#:]")  # what each of those below needs

# An escaped sign, code, and what stands for them while the marks are taken out, characters for private use.
_KEPT = re.compile(
    "\\\\(?P<sign>[!-/:-@\\[-`{-~])|(?<!`)(?P<tick>`++)(?P<code>.+?)(?<!`)(?P=tick)(?!`)|(?P<own>[\U000f0000-\U000ffffd])", re.DOTALL
)
_SHELTER = 0xF0000
_SHELTERED = re.compile("[\U000f0000-\U000ffffd]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|\w{2,31});", re.IGNORECASE)
_LINKS = (
    re.compile(r"!?\[([^\[\]]*)\]\(\s*(?:\{%[^%\n]*%\}|(?!\{%)[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\s*\)"),
    re.compile(r"!?\[((?!\d+\])[^\[\]]*)\]\[[^\[\]]*\]"),
)
_NOTE = re.compile(r"\[\^[^\[\]\s]+\]:?")
_TEMPLATE = re.compile(r"\{%[^%\n]*%\}|\{\{[^{}\n]*\}\}|\{[.#:][\w\s.#=\"-]*\}")
_ARGUMENT = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_URL = re.compile(r"<(?:mailto:)?(https?://[^>\s]+|[^<>\s@]+@[^<>\s@]+)>")
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u|var)(?:\s[^<>]*)?>", re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:article|aside|blockquote|body|br|button|caption|center|col|colgroup|dd|details|div|dl|dt|figcaption|figure|footer|form|h[1-6]"
    r"|head|header|hr|iframe|img|input|label|li|link|main|meta|nav|ol|p|picture|pre|script|section|source|style|summary|svg|table|tbody"
    r"|td|tfoot|th|thead|tr|ul|video)"
    r"(?:\s[^<>]*)?/?>|<!--(?:(?!<!--).)*?-->",
    re.IGNORECASE | re.DOTALL,
)
_COMPONENT = re.compile(r"<[A-Z][\w.]*(?:\s[^<>]*)?/>")  # of MDX
_EMPHASIS = (
    re.compile(r"(\*\*)(?=\S)(.{1,1000}?)(?<=\S)\*\*", re.DOTALL),
    re.compile(r"(?<!\w)(__)(?=[^\s_])(.{1,1000}?)(?<=[^\s_])__(?!\w)", re.DOTALL),
    re.compile(r"(~~)(?=\S)(.{1,1000}?)(?<=\S)~~", re.DOTALL),
    re.compile(r"(?<![\w*])(\*)(?=[^\s*])(.{1,1000}?)(?<=[^\s*])\*(?![\w*])", re.DOTALL),
    re.compile(r"(?<!\w)(_)(?=[^\s_])(.{1,1000}?)(?<=[^\s_])_(?!\w)", re.DOTALL),
)
# Of emphasis whose other end stands in the sentence before or after.
_HALF = re.compile(
    r"(?<!\s)\*{2,}|\*{2,}(?!\s)|(?<![\w*])\*(?=[^\W_]|[\"'“‘(])|(?<=[\w.,;:!?%)\"'”’])\*(?![\w*])|(?<=[.,;:!?])\*(?=\w)"
    r"|(?<!\w)_+(?=[^\W_])|(?<=[^\W_])_+(?!\w)"
)


def readable(text: str) -> str:
    """What a person reads of a slice: no bullets, no marks of headings or quotations, else as `inline`. Numbers of steps stay."""
    for pattern in _LINE_STARTS if _STARTED.search(text) else ():
        text = pattern.sub("", text)
    return inline(text)


def inline(text: str) -> str:
    """Running text without emphasis, links, notes, tags and entities; code and escaped signs as they were meant. White space single."""
    if _MARKED.search(text):
        kept: list[str] = []
        text = _KEPT.sub(lambda found: _sheltered(found["sign"] or found["code"] or found["own"], kept), text)
        text = _NOTE.sub("", text)
        for pattern in (*_LINKS, *_LINKS) if "[" in text else ():  # twice: an image within a link
            text = pattern.sub(r"\1", text)
        if "{" in text:
            text = _TEMPLATE.sub(_told, text)
        if "<" in text:
            text = _COMPONENT.sub(" ", _TAG.sub(" ", _INLINE_TAG.sub("", _URL.sub(r"\1", text))))
        for pattern in _EMPHASIS if "*" in text or "_" in text or "~~" in text else ():
            text = pattern.sub(r"\2", text)
        text = _HALF.sub("", text)
        text = _ENTITY.sub(_unescaped, text)
        text = _SHELTERED.sub(lambda found: kept[ord(found[0]) - _SHELTER], text) if kept else text
    return " ".join(text.split())


def _told(template: re.Match[str]) -> str:
    """What a tag of a template (Liquid, Jinja, Hugo) says in its first words in quotes, if those are no path: {% channel "help" %}."""
    argument = None if template[0][1] in ".#:" else _ARGUMENT.search(template[0])  # attributes, of a link or a heading
    said = (argument[1] or argument[2] or "") if argument else ""
    return "" if re.search(r"[/.#]", said) else said


def _unescaped(entity: re.Match[str]) -> str:
    """The character an entity stands for, where it is one to read."""
    character = html.unescape(entity[0])
    return character if character.isprintable() else " " if character.isspace() else ""


def _sheltered(text: str, kept: list[str]) -> str:
    """The character that stands for a text until the marks are out; the text itself where there are too many."""
    if len(kept) >= 0xFFFE:
        return text
    kept.append(text)
    return chr(_SHELTER + len(kept) - 1)

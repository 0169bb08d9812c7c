"""Bytes and text made clean once: decoded, normalised, invisible characters out.

Words, quotation marks and Markdown stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata

from ..errors import Unreadable

NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# C0 and C1 controls but tab and newline; soft hyphen; zero-width and direction marks; tag characters; non-characters.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e007f]"
)
JOINERS = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")  # they mean something in some scripts and in emoji
LIGATURES = str.maketrans({0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"})
SURROGATES = re.compile("[\ud800-\udfff]")
LEADING_TABS = re.compile(r"^[ \t]*\t[ \t]*", re.M)
INNER_TABS = re.compile(r"\t[ \t]*")
BLANKS = re.compile(r"\n{4,}")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

# Beyond Latin-1's letters, what Windows writes in Western text.
WESTERN = set("\t\n\r") | {chr(i) for i in [*range(32, 127), *range(0xA0, 0x100)]} | set("‘’“”‚„–—…•€™Œœ‹›Šš Žž Ÿ")


def normalise(text: str) -> str:
    """The text as every offset refers to it. Doing it again changes nothing."""
    text = NEWLINES.sub("\n", text)
    text = SPACES.sub(" ", INVISIBLE.sub("", text)).translate(LIGATURES)
    text = SURROGATES.sub("\ufffd", JOINERS.sub("", text))
    text = unicodedata.normalize("NFC", text)
    text = LEADING_TABS.sub(lambda found: found.group().expandtabs(4), text)
    text = "\n".join(line.rstrip(" ") for line in INNER_TABS.sub("  ", text).split("\n"))
    return BLANKS.sub("\n\n", text).strip("\n")


def decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a text file, and a note where its encoding had to be guessed. Raises Unreadable."""
    if not data:
        raise Unreadable("empty")
    for mark, encoding in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if data.startswith(mark):
            return _whole(data.decode(encoding, "replace"), ())
    if b"\x00" in data[:8192]:
        raise Unreadable("binary, not text")
    try:
        return _whole(data.decode("utf-8"), ())
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.count(b"\x00") or len(CONTROLS.findall(data[: 1 << 16].decode("latin-1"))) > 2:
        raise Unreadable("binary, not text")
    try:
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 1000 < len(text):  # a few broken bytes in a UTF-8 file
            return _whole(text, ("not wholly UTF-8: broken bytes are shown as \ufffd",))
        western = data.decode("cp1252", "strict")
        if WESTERN.issuperset(western) and _wordlike(western):
            return _whole(western, ("not UTF-8: read as windows-1252",))
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise Unreadable("binary, not text")
    return _whole(str(best), (f"not UTF-8: read as {best.encoding.replace('_', '-')}",))


def _wordlike(text: str) -> bool:
    """Whether accented letters stand in words as Western languages write them: mostly among plain ones, hardly two in a row."""
    foreign = [i for i, letter in enumerate(text) if letter >= "\xc0" and letter.isalpha()]
    beside = sum(1 for i in foreign if i + 1 < len(text) and text[i + 1] >= "\xc0" and text[i + 1].isalpha())
    odd = sum(1 for letter in text if "\xa0" < letter < "\xc0" and letter not in "«»°§£©®·½¼¾¿¡ªº²³¹´±µ¶")
    return beside * 5 <= len(foreign) and odd * 10 <= len(foreign) + 10


def _whole(text: str, notes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    controls = len(CONTROLS.findall(text))
    if controls * 100 > len(text):
        raise Unreadable("binary, not text")
    return text, notes


def broken_note(text: str) -> tuple[str, ...]:
    count = text.count("\ufffd")
    return (f"{count} unreadable character{'s' if count > 1 else ''}",) if count else ()

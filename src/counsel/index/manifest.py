"""What a generation is: the small JSON files that name the others and prove them, and their exact form.

    CURRENT         {"generation": 12, "manifest": "<sha256 of g000012/manifest.json>"}
    manifest.json   format, versions, counts, the encoder, and size and SHA-256 of every file; its own hash as its last member

A manifest proves itself, so that the generation before can still be trusted when CURRENT cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import DamagedIndex, StaleIndex
from .files import Stored

FORMAT = 3  # raised when the files of a generation change their meaning

ARTICLES = "articles.sqlite"
VECTORS = "vectors.faiss"
LINES = "lines.int8"
LEXICON = "lexicon.bin"
CLUSTERS = "clusters.bin"  # of large collections only
ROWS = frozenset({ARTICLES, VECTORS, LINES})  # what every format since the second has: keys and their rows
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")  # of an encoder: it names a folder

REBUILD = "Run `counsel index` to rebuild it."


class Pointer(NamedTuple):
    """The content of CURRENT."""

    generation: int
    manifest: str  # SHA-256 of the manifest's bytes

    def to_bytes(self) -> bytes:
        return json.dumps({"generation": self.generation, "manifest": self.manifest}).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Pointer:
        """Raises ValueError for anything that `to_bytes` does not write."""
        fields = _object(data)
        pointer = cls(_number(fields, "generation"), _text(fields, "manifest"))
        if pointer.to_bytes() != data:
            raise ValueError("not as it was written")
        return pointer


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one generation holds, and by which rules it was made."""

    generation: int
    built: str  # ISO 8601, UTC
    corpus: str  # the folder of articles, absolute
    articles: int
    passages: int
    encoder: str  # fingerprint
    dimension: int
    exported: Mapping[str, Stored]  # files of the query encoder, by path within its folder
    files: Mapping[str, Stored]  # files of the generation, by name
    versions: Mapping[str, int]  # of reader, splitter and lexicon: another number, another result
    limits: Mapping[str, int]  # settings that decide which files are refused
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        fields = {
            "format": self.format,
            "generation": self.generation,
            "built": self.built,
            "corpus": self.corpus,
            "articles": self.articles,
            "passages": self.passages,
            "encoder": self.encoder,
            "dimension": self.dimension,
            "exported": _plain(self.exported),
            "files": _plain(self.files),
            "versions": dict(self.versions),
            "limits": dict(self.limits),
        }
        return json.dumps({**fields, "checksum": _checksum(fields)}, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes, name: str, any_format: bool = False) -> Manifest:
        """Raises DamagedIndex for bytes that are not a whole manifest, StaleIndex for another format; `name` is for the message."""
        try:
            fields = _object(data)
            checksum = fields.pop("checksum", None)
            if checksum != _checksum(fields):
                raise ValueError("its checksum is not its own")
            written = _number(fields, "format")
            if written != FORMAT and not any_format:
                raise StaleIndex(f"{name} has format {written}; this Counsel reads format {FORMAT}.", REBUILD)
            manifest = cls(
                generation=_number(fields, "generation"),
                built=_text(fields, "built"),
                corpus=_text(fields, "corpus"),
                articles=_number(fields, "articles"),
                passages=_number(fields, "passages"),
                encoder=_name(fields, "encoder"),
                dimension=_number(fields, "dimension"),
                exported=_files(fields, "exported"),
                files=_files(fields, "files", ROWS | {LEXICON} if written == FORMAT else ROWS),
                versions=_numbers(fields, "versions"),
                limits=_numbers(fields, "limits"),
                format=written,
            )
            if written == FORMAT and manifest.to_bytes() != data:
                raise ValueError("not as it was written")
        except (ValueError, RecursionError) as error:
            raise DamagedIndex(f"{name} is damaged: it is not what was written.", REBUILD) from error
        return manifest


def _checksum(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _plain(files: Mapping[str, Stored]) -> dict[str, dict[str, int | str]]:
    return {name: {"size": file.size, "sha256": file.sha256} for name, file in sorted(files.items())}


def _object(data: bytes) -> dict[str, Any]:
    fields = json.loads(data)
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    return fields


def _number(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} is not a count")
    return value


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")
    return value


def _name(fields: Mapping[str, Any], name: str) -> str:
    value = _text(fields, name)
    if not NAME.fullmatch(value):
        raise ValueError(f"{name} cannot name a folder")
    return value


def _numbers(fields: Mapping[str, Any], name: str) -> dict[str, int]:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return {key: _number(value, key) for key in value}


def _files(fields: Mapping[str, Any], name: str, wanted: frozenset[str] = frozenset()) -> dict[str, Stored]:
    value = fields.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    found = {}
    for key, file in value.items():
        if not isinstance(file, dict) or not key or any(part in ("", ".", "..") for part in key.split("/")) or "\0" in key:
            raise ValueError(f"{name} holds no file {key!r}")
        found[key] = Stored(_number(file, "size"), _text(file, "sha256"))
    if not wanted <= found.keys():
        raise ValueError(f"{name} lacks {sorted(wanted - found.keys())}")
    return found

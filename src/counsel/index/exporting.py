"""The query encoder that stands beside the generations: exported once, proved before it is used again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ..errors import DamagedIndex
from .encoding import DocumentEncoder
from .files import Files, Stored, read
from .proof import prove_files
from .publication import DEBRIS, EXPORTED, encoder_folder, remove_encoder


def export(files: Files, folder: Path, encoder: DocumentEncoder) -> Mapping[str, Stored]:
    """The files of this encoder's export, by path within its folder: those on the disk where they are whole, else new ones."""
    path = encoder_folder(folder, encoder.fingerprint)
    found = _whole(path)
    if found is not None:
        return found
    files.need_folder(path.parent)
    remove_encoder(files, path)
    new = path.with_name(DEBRIS + path.name)
    files.clear(new)
    files.by_others(new, lambda: encoder.export(new))
    written = {inner.relative_to(new).as_posix(): files.seal(inner) for inner in sorted(new.rglob("*")) if inner.is_file()}
    text = json.dumps({name: [file.size, file.sha256] for name, file in written.items()}, indent=1)
    files.write(new / EXPORTED, [text.encode()])
    for inner in sorted(new.rglob("*"), reverse=True):
        if inner.is_dir():
            files.sync_folder(inner)
    files.sync_folder(new)
    files.rename(new, path)
    files.sync_folder(path.parent)
    return written


def _whole(path: Path) -> Mapping[str, Stored] | None:
    """What a finished export holds, if all of it is as it was written."""
    try:
        listed = json.loads(read(path / EXPORTED, 1 << 20))
        found = {str(name): Stored(size, sha256) for name, (size, sha256) in listed.items()}
        prove_files(path, found)
    except (OSError, ValueError, TypeError, AttributeError, DamagedIndex):
        return None
    return found

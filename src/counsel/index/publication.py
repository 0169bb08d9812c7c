"""Generations: how one is found, proved, published and cleared away.

    index/CURRENT, LOCK, g000012/, encoders/<fingerprint>/, journal/

A generation is written once and never changed. It is published by renaming CURRENT over the old one, after every byte it
names is on the disk; a crash before that leaves the old index, a crash after it the new one. Whatever CURRENT does not
name is cleared away by the next build, under the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import Busy, DamagedIndex, NoIndex, UnusableIndex
from .files import Files, read
from .manifest import REBUILD, Manifest, Pointer

EXPORTED = "exported.json"  # in an encoder's folder: size and hash of each of its files
LARGEST_MANIFEST = 1 << 24  # bytes; ours are about two thousand
_GENERATION = re.compile(r"g(\d{6,15})")
DEBRIS = ".unfinished-"  # begins the name of an encoder that is being written or removed
_HALF_WRITTEN = re.compile(r"CURRENT\.new|verified\.new-\d+")


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation on the disk, its manifest read but its files not yet proved."""

    folder: Path  # of the index
    manifest: Manifest

    @property
    def path(self) -> Path:
        return generation_folder(self.folder, self.manifest.generation)

    @property
    def encoder(self) -> Path:
        return encoder_folder(self.folder, self.manifest.encoder)


def generation_folder(folder: Path, number: int) -> Path:
    return folder / f"g{number:06d}"


def encoder_folder(folder: Path, fingerprint: str) -> Path:
    return folder / "encoders" / fingerprint


def numbers(folder: Path) -> list[int]:
    """The numbers of all generations in the folder, published or not, the newest first."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted((int(found[1]) for path in folder.iterdir() if (found := _GENERATION.fullmatch(path.name))), reverse=True)
    return []


def pointer_bytes(folder: Path) -> bytes | None:
    """The bytes of CURRENT; None where there is none. Raises DamagedIndex where it cannot be read."""
    try:
        return read(folder / "CURRENT", 4096)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DamagedIndex(f"{folder / 'CURRENT'} cannot be read: {error.strerror or error}.", REBUILD) from error


def pointer(folder: Path) -> Pointer | None:
    """What CURRENT says; None where there is none. Raises DamagedIndex where it says nothing."""
    data = pointer_bytes(folder)
    if data is None:
        return None
    try:
        return Pointer.from_bytes(data)
    except (ValueError, RecursionError) as error:
        raise DamagedIndex(f"{folder / 'CURRENT'} is damaged: it names no generation.", REBUILD) from error


def current(folder: Path) -> Generation:
    """The generation that CURRENT names. Raises NoIndex, DamagedIndex or StaleIndex."""
    found = pointer(folder)
    if found is None:
        raise NoIndex(f"There is no index in {folder} yet.", "Run `counsel index` to build it.")
    return generation(folder, found.generation, found.manifest)


def generation(folder: Path, number: int, sha256: str | None = None, any_format: bool = False) -> Generation:
    """A generation by its number; its manifest must have this hash, or prove itself where none is known."""
    path = generation_folder(folder, number) / "manifest.json"
    try:
        data = read(path, LARGEST_MANIFEST)
    except OSError as error:
        raise DamagedIndex(f"{path} {trouble(error)}.", REBUILD) from error
    manifest = Manifest.from_bytes(data, str(path), any_format)
    if manifest.generation != number:
        raise DamagedIndex(f"{path} is damaged: it is that of generation {manifest.generation}.", REBUILD)
    if sha256 not in (None, hashlib.sha256(data).hexdigest()):
        raise DamagedIndex(f"{folder / 'CURRENT'} is damaged: it names another manifest of generation {number}.", REBUILD)
    return Generation(folder, manifest)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the index for one build. Raises Busy at once where another process does; the system lets go when we die."""
    descriptor = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"Another build of {folder} is running.", "Wait for it to finish; questions are answered meanwhile.") from error
        yield
    finally:
        os.close(descriptor)


def publish(files: Files, folder: Path, manifest: Manifest) -> None:
    """Make a generation whose files are on the disk the current one. Returns once no crash can undo it."""
    path = generation_folder(folder, manifest.generation)
    written = files.write(path / "manifest.json", [manifest.to_bytes()])
    files.sync_folder(path)
    files.sync_folder(folder)
    files.write(folder / "CURRENT.new", [Pointer(manifest.generation, written.sha256).to_bytes()])
    if (folder / "CURRENT").is_dir():
        files.clear(folder / "CURRENT")  # damage that no rename would replace
    files.rename(folder / "CURRENT.new", folder / "CURRENT")
    files.sync_folder(folder)


def standing(folder: Path, base: int) -> frozenset[int]:
    """The generations that were there before a build and may still be needed if it fails."""
    try:
        found = pointer(folder)
    except DamagedIndex:
        return frozenset(numbers(folder))
    return frozenset({base} if found is None else {base, *(number for number in numbers(folder) if number <= found.generation)})


def sweep(files: Files, folder: Path, standing: Collection[int]) -> None:
    """Remove what unfinished builds have left: generations that never stood, half-written files. Never what CURRENT names."""
    found = None
    with contextlib.suppress(DamagedIndex):
        found = pointer(folder)
    keep = {*standing, found.generation if found else 0}
    for number in numbers(folder):
        if number not in keep:
            files.clear(generation_folder(folder, number))
    for path in sorted(folder.iterdir()):
        if _HALF_WRITTEN.fullmatch(path.name):
            files.clear(path)
    for path in _encoders(folder):
        if path.name.startswith(DEBRIS):
            files.clear(path)


def tidy(files: Files, folder: Path, kept: Collection[int]) -> None:
    """Remove every generation but these and the current one, and every encoder that none of them needs. Nothing of others'."""
    sweep(files, folder, kept)
    fingerprints = set()
    for number in numbers(folder):
        with contextlib.suppress(UnusableIndex):
            fingerprints.add(generation(folder, number, any_format=True).manifest.encoder)
    for path in _encoders(folder):
        if path.name not in fingerprints and ((path / EXPORTED).is_file() or not any(path.iterdir())):
            remove_encoder(files, path)
    if (folder / "encoders").is_dir() and not _encoders(folder):
        files.remove_folder(folder / "encoders")


def remove_encoder(files: Files, path: Path) -> None:
    """Remove an exported encoder, the list of its files last: a removal cut short is taken up by the next build."""
    for inner in sorted(path.iterdir()) if path.is_dir() else []:
        if inner.name != EXPORTED:
            files.clear(inner)
    files.clear(path)


def _encoders(folder: Path) -> list[Path]:
    return sorted((folder / "encoders").iterdir()) if (folder / "encoders").is_dir() else []


def trouble(error: OSError) -> str:
    """What is wrong with a file, to follow its name."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "is missing"
    return f"cannot be read: {error.strerror or error}"

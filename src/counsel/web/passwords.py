"""Who may log in: a text file of names and hashed passwords, one a line, as `counsel chat --add-user` writes it.

    mira:scrypt$16384$8$5$<salt>$<hash>

Salt and hash are base64. Lines that are empty or begin with # are passed over.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from ..errors import UsageError

COST, BLOCK, PARALLEL = 2**14, 8, 5  # OWASP Password Storage Cheat Sheet, scrypt, 16 MiB: about 0.2 s a try
_LINE = re.compile(r"([^:\s][^:]*):scrypt\$(\d{1,9})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9+/=]{8,})\$([A-Za-z0-9+/=]{8,})")
_NAME = re.compile(r"[^\s:#][^:\n\r]{0,99}")
_MEMORY = 2**28  # bytes scrypt may take; a line that asks for more is refused


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password that can be checked and not be read."""

    cost: int
    block: int
    parallel: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Hashed:
        salt = secrets.token_bytes(16)
        return cls(COST, BLOCK, PARALLEL, salt, _scrypt(password, COST, BLOCK, PARALLEL, salt, 32))

    def matches(self, password: str) -> bool:
        found = _scrypt(password, self.cost, self.block, self.parallel, self.salt, len(self.digest))
        return hmac.compare_digest(found, self.digest)

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"scrypt${self.cost}${self.block}${self.parallel}${salt}${digest}"


class Users:
    """The names that may log in."""

    def __init__(self, known: dict[str, Hashed]) -> None:
        self._known = known
        self._nobody = Hashed.of(secrets.token_hex())

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of that name; an unknown name takes as long as a wrong password."""
        hashed = self._known.get(name, self._nobody)
        return hashed.matches(password) and hashed is not self._nobody


def load(file: Path) -> Users:
    """The users of a file. Raises UsageError that names the line that is none."""
    return Users(_read(file))


def _read(file: Path) -> dict[str, Hashed]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        hint = f"Make it: counsel chat --auth-file {file} --add-user NAME"
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.", hint) from error
    known = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            name, hashed = _parsed(line.strip())
        except ValueError as error:
            hint = "Write it anew: counsel chat --auth-file FILE --add-user NAME"
            raise UsageError(f"{file}, line {number} is not a name and a hashed password.", hint) from error
        known[name] = hashed
    return known


def _parsed(line: str) -> tuple[str, Hashed]:
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(line)
    cost, block, parallel = (int(found[at]) for at in (2, 3, 4))
    salt, digest = (base64.b64decode(found[at], validate=True) for at in (5, 6))
    hashed = Hashed(cost, block, parallel, salt, digest)
    hashed.matches("")  # raises ValueError for numbers that scrypt does not take
    return found[1], hashed


def add(file: Path, name: str, password: str) -> None:
    """Write this name and its hashed password, in place of an older line of that name. Raises UsageError."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be a name: it holds a colon, or begins with # or a space.", "Choose another.")
    if len(password) < 8:
        raise UsageError("The password is shorter than 8 characters.", "Choose a longer one.")
    known = _read(file) if file.exists() else {}
    known[name] = Hashed.of(password)
    fresh = file.with_name(f"{file.name}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
            lines.writelines(f"{one}:{hashed}\n" for one, hashed in known.items())
        fresh.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.", "Name another with --auth-file.") from error


def _scrypt(password: str, cost: int, block: int, parallel: int, salt: bytes, length: int) -> bytes:
    secret = password.encode("utf-8", "replace")[:1024]
    return hashlib.scrypt(secret, salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=length)

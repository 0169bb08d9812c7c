"""The login before the page: every route but /health asks for it. A cookie for browsers, HTTP Basic for programs.

Pure ASGI, between the guard and the application. Sessions live in memory: after a restart everyone logs in again.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from .assets import LOGIN_PAGE
from .guard import App, Message, Receive, Send
from .passwords import Users

COOKIE = "counsel"
NAMED = "counsel-user"  # tells users apart, so that the page shows each the chats of their own; opens nothing
SESSION = 12 * 3600  # seconds a login lasts: a working day
SESSIONS = 10_000  # at once; then the oldest ends
TRIES, WINDOW = 10, 900  # wrong passwords that a name, and an address, may have in so many seconds
_KEPT = 20_000  # names and addresses whose tries are remembered
_OPEN = ("/health", "/page.css", "/favicon.ico")
_POLICY = b"default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


class Tries:
    """Counts tries by name and by address, and forgets them after a while."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, keys: Iterable[str]) -> int:
        """Seconds until one more try is allowed; 0 when it is now."""
        return max(self._wait(key) for key in keys)

    def _wait(self, key: str) -> int:
        recent = [at for at in self._times.get(key, []) if at > self._clock() - WINDOW]
        return 0 if len(recent) < TRIES else int(recent[-TRIES] + WINDOW - self._clock()) + 1

    def note(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._times[key] = [*self._times.pop(key, []), self._clock()][-TRIES:]
        while len(self._times) > _KEPT:
            self._times.popitem(last=False)

    def undo(self, keys: Iterable[str]) -> None:
        """A try that was right does not count."""
        for key in keys:
            self._times[key] = self._times.get(key, [])[:-1]


class TooManyError(Exception):
    """`seconds` must pass before the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong passwords. Try again in {-(-seconds // 60)} minutes.")
        self.seconds = seconds


class Login:
    """An ASGI application that passes on what a user sends and asks everyone else to log in."""

    def __init__(self, app: App, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self.app, self.users, self.clock = app, users, clock
        self.tries = Tries(clock)
        self._ends: OrderedDict[str, float] = OrderedDict()  # session or Basic header, hashed → when it ends

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        path, headers = scope["path"], {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if path == "/login":
            return await (self._log_in(scope, receive, send) if scope["method"] == "POST" else self._page(send, 200))
        if path == "/logout" and scope["method"] == "POST":
            self._ends.pop(_digest(_cookie(headers)), None)
            gone = [(b"set-cookie", f"{name}=; Path=/; Max-Age=0".encode()) for name in (COOKIE, NAMED)]
            return await _send(send, 303, b"", (b"location", b"login"), *gone)
        if path in _OPEN or path.startswith("/static/fonts/"):
            return await self.app(scope, receive, send)
        try:
            allowed = self._lasts(_cookie(headers)) or await self._basic(scope, headers.get(b"authorization", ""))
        except TooManyError as error:
            return await _send_json(send, 429, str(error), (b"retry-after", str(error.seconds).encode()))
        if allowed:
            return await self.app(scope, receive, send)
        if scope["method"] == "GET" and "text/html" in headers.get(b"accept", ""):
            return await _send(send, 303, b"", (b"location", b"login"))
        asks = () if b"sec-fetch-mode" in headers else ((b"www-authenticate", b'Basic realm="Counsel", charset="UTF-8"'),)
        return await _send_json(send, 401, "Log in first.", *asks)

    def _lasts(self, token: str) -> bool:
        return bool(token) and self._ends.get(_digest(token), 0) > self.clock()

    def _begin(self, token: str) -> None:
        self._ends[_digest(token)] = self.clock() + SESSION
        while len(self._ends) > SESSIONS:
            self._ends.popitem(last=False)

    async def _basic(self, scope: Message, header: str) -> bool:
        """Whether a program gave a name and its password; a header that was right is not hashed again."""
        kind, _, encoded = header.partition(" ")
        if kind.lower() != "basic":
            return False
        if self._lasts(header):
            return True
        try:
            name, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return False
        if not colon or not await self._right(scope, name, password):
            return False
        self._begin(header)
        return True

    async def _right(self, scope: Message, name: str, password: str) -> bool:
        """Whether this is the password of that name. Raises TooManyError, before anything is hashed."""
        keys = [f"name {name[:200]}", f"address {(scope.get('client') or ('', 0))[0]}"]
        seconds = self.tries.wait(keys)
        if seconds:
            raise TooManyError(seconds)
        self.tries.note(keys)  # before the check, so that tries at the same time count too
        right = await asyncio.to_thread(self.users.check, name, password)
        if right:
            self.tries.undo(keys)
        return right

    async def _log_in(self, scope: Message, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        try:
            given = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
        except ValueError:
            given = {}
        try:
            name = given.get("name", [""])[0]
            right = await self._right(scope, name, given.get("password", [""])[0])
        except TooManyError as error:
            return await self._page(send, 429, str(error), (b"retry-after", str(error.seconds).encode()))
        if not right:
            return await self._page(send, 401, "That is not the password of that name.")
        token = secrets.token_urlsafe(32)
        self._begin(token)
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        lasting = f"Path=/; SameSite=Lax; Max-Age={SESSION}{secure}"
        cookies = (f"{COOKIE}={token}; HttpOnly; {lasting}", f"{NAMED}={_digest(name)[:16]}; {lasting}")
        return await _send(send, 303, b"", (b"location", b"./"), *((b"set-cookie", cookie.encode()) for cookie in cookies))

    async def _page(self, send: Send, status: int, problem: str = "", *more: tuple[bytes, bytes]) -> None:
        said = f'<p class="problem" role="alert">{problem}</p>' if problem else ""
        # Without a referrer, Chromium would send "null" as the origin of the form, which the guard refuses.
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", _POLICY),
            (b"referrer-policy", b"same-origin"),
        )
        await _send(send, status, LOGIN_PAGE.format(problem=said).encode(), *headers, *more)


def _cookie(headers: dict[bytes, str]) -> str:
    try:
        found = SimpleCookie(headers.get(b"cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _send_json(send: Send, status: int, sentence: str, *headers: tuple[bytes, bytes]) -> None:
    await _send(send, status, json.dumps({"error": sentence}).encode(), (b"content-type", b"application/json"), *headers)


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    whole = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})

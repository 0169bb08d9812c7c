"""What stands between the network and the page: Host, Origin, size of body, closed doors, security headers.

Gradio alone accepts any Host (DNS rebinding), cross-site uploads, bodies of 60 MB, and sends no security header; and it
serves routes that this page never uses. Pure ASGI, so that streamed answers pass through unbuffered.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from contextlib import suppress
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BODY_LIMIT = 2**20  # bytes: a conversation of 50 answers with their passages is about 300 KB

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; frame-src 'none'; "
    "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
# All that the page uses. The other routes of Gradio (uploads, files of the server, proxies, recordings, editors, direct calls) stay shut.
_OPEN = frozenset((" article original page.css api export health assets static svelte config theme.css favicon.ico").split(" "))
_OPEN_OF_GRADIO = frozenset(["queue", "heartbeat", "startup-events", "cancel", "reset", "app_id", "theme.css"])


class Guard:
    """An ASGI application that answers 4xx in a sentence to what no visitor of the page would send, and passes the rest on."""

    def __init__(
        self,
        app: App,
        hosts: Collection[str] = LOOPBACK,
        headers: Mapping[str, str] = HEADERS,
        uploads: Mapping[str, int] = MappingProxyType({}),
        opened: Collection[str] = (),
        root: str = "",
        any_address: bool = False,
    ) -> None:
        """`uploads` names the paths whose bodies may be larger, each with its own limit in bytes; `opened`, more first parts of paths.

        `root` is where a proxy shows the page: a path, or a whole address, whose host is served too. With `any_address` the page
        is served under every IP address: no name can be rebound to reach it so.
        """
        self.app = app
        public = urlsplit(root)
        self.public, self.prefix = public.netloc.lower(), public.path.rstrip("/")
        self.hosts = frozenset(host.lower() for host in (*hosts, public.hostname) if host)
        self.any_address = any_address
        self.opened = _OPEN | {*opened}
        self.uploads = uploads
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None  # the page opens no web socket
        if self.prefix and scope["path"].startswith(f"{self.prefix}/"):  # a proxy that passes the whole path on
            path = scope["path"].removeprefix(self.prefix)
            scope = {**scope, "path": path, "raw_path": quote(path).encode()}
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused:
            return await self._refuse(send, *refused)
        limit = self._limit(scope)
        body = _Limited(receive, limit)
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if body.exceeded and not started:
                return
            if message["type"] == "http.response.start":
                started = True
                ours = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((name, value) for name, value in self.headers if name not in ours)]
            await send(message)

        with suppress(_TooLargeError):
            await self.app(scope, body, guarded)
        if body.exceeded and not started:
            await self._refuse(send, 413, f"The request is larger than {limit:,} bytes.")
        return None

    def _limit(self, scope: Message) -> int:
        return self.uploads.get(scope["path"], BODY_LIMIT)

    def _refusal(self, scope: Message, headers: dict[bytes, str]) -> tuple[int, str] | None:
        host = headers.get(b"host", "")
        if _name(host) not in self.hosts and not (self.any_address and _is_address(_name(host))):
            return 400, "This host name is not served here."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "Only GET and POST are served here."
        origin = headers.get(b"origin")
        if scope["method"] == "POST" and origin is not None and not self._is_ours(origin, host):
            return 403, "Requests from other sites are not served here."
        if scope["method"] == "POST" and headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "Requests from other sites are not served here."
        length = headers.get(b"content-length", "0")
        if not length.isdecimal() or int(length) > self._limit(scope):
            return 413, f"The request is larger than {self._limit(scope):,} bytes."
        if not self._is_open(scope["path"]):
            return 404, "There is nothing here."
        return None

    def _is_ours(self, origin: str, host: str) -> bool:
        try:
            return urlsplit(origin).netloc.lower() in (host.lower(), self.public or host.lower())
        except ValueError:
            return False

    def _is_open(self, path: str) -> bool:
        first, _, rest = path.removeprefix("/").partition("/")
        return rest.split("/")[0] in _OPEN_OF_GRADIO if first == "gradio_api" else first in self.opened

    async def _refuse(self, send: Send, status: int, sentence: str) -> None:
        body = json.dumps({"error": sentence}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *self.headers]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class _TooLargeError(Exception):
    pass


class _Limited:
    """A receive channel that stops at a number of bytes, for bodies that do not declare their length."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive, self.left, self.exceeded = receive, limit, False

    async def __call__(self) -> Message:
        message = await self.receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            self.exceeded = True
            raise _TooLargeError
        return message


def _name(host: str) -> str:
    """The name in a Host header, without its port and brackets; "" for none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True

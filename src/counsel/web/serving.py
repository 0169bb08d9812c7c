"""The page on a port of this computer."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

from .desk import Desk
from .guard import HEADERS, LOOPBACK, Guard
from .lean import spared
from .passwords import Users

FIRST_PORT = 7860  # Gradio's own, which people know
_PORTS_TRIED = 100


def create(
    desk: Desk,
    hosts: Collection[str] = LOOPBACK,
    headers: dict[str, str] = HEADERS,
    users: Users | None = None,
    root: str = "",
    any_address: bool = False,
) -> Any:
    """The whole application: routes, page, login and guard. What the first question needs is opened in the background once it is served."""
    with spared():
        import gradio as gr
    from fastapi import FastAPI

    from .assets import EDITING_HEAD, HEAD, ICON, STYLE
    from .editing import ADD, add_editing
    from .handlers import Handlers
    from .login import Login
    from .page import blocks, theme
    from .routes import add_routes

    handlers = Handlers(desk)

    @asynccontextmanager
    async def warmed(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=handlers.warm, daemon=True).start()
        yield

    app = FastAPI(lifespan=warmed, title="Counsel", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    add_routes(app, desk)
    if desk.shelf:
        add_editing(app, desk, desk.shelf)
    mounted = gr.mount_gradio_app(
        app, blocks(handlers, bool(users)), path="/", theme=theme(), css=STYLE, head=EDITING_HEAD if desk.shelf else HEAD,
        footer_links=[], run_history=False, show_error=False, enable_monitoring=False, max_file_size="1kb", pwa=False,
        mcp_server=False, favicon_path=ICON, ssr_mode=False, root_path=root or None,
    )  # fmt: skip
    uploads = {ADD: desk.shelf.largest} if desk.shelf else {}
    opened = [*(["shelf"] if desk.shelf else []), *(["login", "logout"] if users else [])]
    return Guard(Login(mounted, users) if users else mounted, hosts, headers, uploads, opened, root, any_address)


def bound_socket(host: str, port: int | None) -> socket.socket:
    """A listening socket on this port, or on the first free one from 7860. Raises OSError when there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(FIRST_PORT, FIRST_PORT + _PORTS_TRIED) if port is None else [port]
    failure = OSError("no port was tried")
    for number in ports:
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(128)
        except OSError as error:
            listening.close()
            failure = error
        else:
            return listening
    raise failure


def serve(
    desk: Desk,
    host: str = "127.0.0.1",
    port: int | None = None,
    open_browser: bool = True,
    say: Callable[[str], None] = print,
    users: Users | None = None,
    root: str = "",
) -> None:
    """Serve the page until Ctrl-C. Says its address once it is ready."""
    import uvicorn

    shared = host not in LOOPBACK
    hosts = {*LOOPBACK, host, socket.gethostname()} if shared else LOOPBACK
    app = create(desk, hosts, users=users, root=root, any_address=shared)
    listening = bound_socket(host, port)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}"
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=1, ws="none")

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            say(f"Counsel is at {address} (Ctrl-C stops it)")
            if open_browser:
                threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()

    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()

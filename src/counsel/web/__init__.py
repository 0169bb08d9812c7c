"""The page: a chat with the articles in a browser, and HTTP endpoints beside it. The only import of gradio.

    history    a conversation as the browser keeps it
    feedback   votes in a local file
    guard      Host, Origin, body size, closed doors, security headers
    passwords  who may log in
    login      the login before everything else
    routes     /api/ask, /api/search, /health, /article/…, /original/…
    shelf      the folder of articles, as visitors may change it
    renewal    bringing the index up to date meanwhile
    editing    /shelf/…, where visitors may change articles
    handlers   what happens when a visitor does something
    page       how it is laid out
    lean       Gradio without what this page never needs

The page keeps nothing of its visitors: each request brings its conversation, and every answer comes from `chat.reply`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import feedback, passwords
    from .desk import Desk
    from .guard import LOOPBACK
    from .renewal import Renewal, build_apart
    from .serving import create, serve
    from .shelf import Shelf

__all__ = ["LOOPBACK", "Desk", "Renewal", "Shelf", "build_apart", "create", "feedback", "passwords", "serve"]

_HOMES = {
    "desk": ("Desk",),
    "guard": ("LOOPBACK",),
    "renewal": ("Renewal", "build_apart"),
    "serving": ("create", "serve"),
    "shelf": ("Shelf",),
}


def __getattr__(name: str) -> Any:
    """What the page is made of is imported when it is asked for: `counsel status` counts votes without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    home = next((home for home, names in _HOMES.items() if name in names), None)
    return getattr(import_module(f".{home}", __name__), name) if home else import_module(f".{name}", __name__)

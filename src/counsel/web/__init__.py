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

The page keeps nothing of its visitors: each request brings its conversation, and every answer comes from `chat.reply`.
"""

from . import feedback, passwords
from .desk import Desk
from .guard import LOOPBACK
from .renewal import Renewal, build_apart
from .serving import create, serve
from .shelf import Shelf

__all__ = ["LOOPBACK", "Desk", "Renewal", "Shelf", "build_apart", "create", "feedback", "passwords", "serve"]

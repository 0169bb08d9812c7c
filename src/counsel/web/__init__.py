"""The page: a chat with the articles in a browser, and HTTP endpoints beside it. The only import of gradio.

    history    a conversation as the browser keeps it
    feedback   votes in a local file
    guard      Host, Origin, body size, closed doors, security headers
    routes     /api/ask, /api/search, /health, /article/…, /original/…
    handlers   what happens when a visitor does something
    page       how it is laid out

The page keeps nothing of its visitors: each request brings its conversation, and every answer comes from `chat.reply`.
"""

from .desk import Desk
from .serving import create, serve

__all__ = ["Desk", "create", "serve"]

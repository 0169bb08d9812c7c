"""The style, the script and the frame of the pages, read once from the files beside this one."""

from __future__ import annotations

from importlib.resources import files

_HERE = files(__package__)
STYLE = _HERE.joinpath("page.css").read_text(encoding="utf-8")
DOCUMENT_STYLE = STYLE + _HERE.joinpath("document.css").read_text(encoding="utf-8")
SCRIPT = _HERE.joinpath("page.js").read_text(encoding="utf-8")
ICON = str(_HERE.joinpath("icon.svg"))
HEAD = f"<script>{SCRIPT}</script>"
EDITING_HEAD = HEAD + f"<script>{_HERE.joinpath('shelf.js').read_text(encoding='utf-8')}</script>"

ARTICLE_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Counsel</title><link rel="stylesheet" href="page.css"></head>
<body class="document"><nav><a href=".">Counsel</a></nav><main>{body}</main></body></html>
"""

LOGIN_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · Counsel</title><link rel="stylesheet" href="page.css"></head>
<body class="document login"><main><h1>Counsel</h1>{problem}<form method="post" action="login">
<label>Name <input name="name" autocomplete="username" autofocus required maxlength="100"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form></main></body></html>
"""

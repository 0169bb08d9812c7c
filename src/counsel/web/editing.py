"""HTTP by which the page changes the articles, where it may: what waits, add, remove, bring up to date."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from ..articles import scan
from ..articles.folder import SUFFIXES
from ..errors import CounselError
from .desk import Desk
from .shelf import Refused, Shelf

ADD = "/shelf/add"  # the one path that takes a body as large as a file


class Removal(BaseModel):
    """The path of an article that is to go."""

    model_config = ConfigDict(extra="forbid")
    path: str


def add_editing(app: FastAPI, desk: Desk, shelf: Shelf) -> None:
    """Routes that change files, so they are added only where a visitor may."""
    shelf.sweep()

    @app.get("/shelf")
    def standing() -> JSONResponse:
        return JSONResponse(
            {
                "kinds": list(SUFFIXES),
                "largest": shelf.largest,
                "generation": _generation(desk),
                "waiting": _waiting(desk, shelf),
                "building": asdict(shelf.renewal.standing),
            }
        )

    @app.post(ADD)
    async def add(request: Request, name: str, replace: bool = False) -> JSONResponse:
        """The body is the file, byte by byte."""
        incoming = shelf.begin()
        try:
            async for data in request.stream():
                incoming.write(data)
            placed = await asyncio.to_thread(incoming.place, name, replace)
        finally:
            incoming.close()
        return JSONResponse({"added": placed})

    @app.post("/shelf/remove")
    def remove(removal: Removal) -> JSONResponse:
        shelf.remove(removal.path)
        return JSONResponse({"removed": removal.path})

    @app.post("/shelf/renew")
    def renew() -> JSONResponse:
        if not shelf.renewal.begin():
            raise Refused("The index is being brought up to date already.", 409)
        return JSONResponse({"building": asdict(shelf.renewal.standing)}, 202)


def _generation(desk: Desk) -> int:
    """The generation that answers; 0 where none does."""
    try:
        return int(desk.live.current().generation)
    except CounselError:
        return 0


def _waiting(desk: Desk, shelf: Shelf) -> dict[str, Any]:
    """How the files differ from the index: sorted paths that were added, changed and removed."""
    try:
        return asdict(desk.live.current().changes(shelf.settings))
    except CounselError:
        return {"added": [source.path for source in scan(shelf.settings.corpus)[0]], "changed": [], "removed": []}

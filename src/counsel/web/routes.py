"""HTTP beside the page: answers and hits as JSON, articles as text, PDF originals at their page."""

from __future__ import annotations

from typing import Annotated, cast
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException

from ..errors import CounselError
from ..render import article_markup, escape, hits_to_json, to_export, to_json
from ..types import Answer, Article, Turn
from .assets import ARTICLE_PAGE, DOCUMENT_STYLE
from .desk import Desk
from .history import HISTORY_LIMIT, QUESTION_LIMIT, from_browser
from .shelf import Refused

_HITS_LIMIT = 100  # passages a search may ask for
_DOCUMENT_POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

Question = Annotated[str, StringConstraints(min_length=1, max_length=QUESTION_LIMIT, strip_whitespace=True)]


class Ask(BaseModel):
    """A conversation whose last turn is to be answered; the earlier ones are answered on the way."""

    model_config = ConfigDict(extra="forbid")
    turns: list[Question] = Field(min_length=1, max_length=HISTORY_LIMIT + 1)


class Search(BaseModel):
    """A question whose passages are wanted."""

    model_config = ConfigDict(extra="forbid")
    question: Question
    k: int = Field(default=10, ge=1, le=_HITS_LIMIT)


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Routes that are declared before the page is mounted at "/", and so go before it."""

    @app.exception_handler(CounselError)
    def unusable(_: Request, error: CounselError) -> JSONResponse:
        return JSONResponse({"error": str(error), "hint": error.hint}, 503)

    @app.exception_handler(Refused)
    def refused(_: Request, error: Refused) -> JSONResponse:
        return JSONResponse({"error": str(error)}, error.status)

    @app.exception_handler(RequestValidationError)
    def unreadable(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
        return JSONResponse({"error": f"{place}: {first['msg']}"}, 422)

    @app.exception_handler(HTTPException)
    def mistaken(_: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code)

    @app.post("/api/ask")
    def ask(asked: Ask) -> JSONResponse:
        index, turns = desk.live.current(), list[Turn]()
        for question in asked.turns:
            turns.append(Turn(question, desk.reply([*turns, Turn(question)], index)))
        return JSONResponse(to_json(cast(Answer, turns[-1].answer)))

    @app.post("/api/search")
    def search(asked: Search) -> JSONResponse:
        index = desk.live.current()
        hits = desk.search(asked.question, index, asked.k)
        return JSONResponse(hits_to_json(asked.question, hits, index.generation))

    @app.post("/export")
    async def export(request: Request) -> Response:
        kept = from_browser((await request.body()).decode("utf-8", "replace"))
        return Response(to_export(kept.turns), media_type="text/markdown")

    @app.get("/health")
    def health() -> JSONResponse:
        index = desk.live.current()
        told = {"generation": index.generation, "articles": index.manifest.articles, "passages": len(index)}
        return JSONResponse({"status": "ok", **told, "problem": desk.live.problem})

    @app.get("/page.css")
    def style() -> Response:
        return Response(DOCUMENT_STYLE, media_type="text/css")

    @app.get("/article")
    def article(path: str, start: int | None = None, end: int | None = None) -> HTMLResponse:
        found = _find(desk, path)
        if found is None:
            return _document("Not here", "<h1>This article is no longer in the index.</h1>", 404)
        length = len(found.text)
        marked = (start, end) if start is not None and end is not None and 0 <= start < end <= length else (None, None)
        return _document(found.title, article_markup(found, desk.today(), *marked), 200)

    @app.get("/original")
    def original(path: str) -> Response:
        corpus = desk.live.current().corpus.resolve()
        file = (corpus / path).resolve() if _find(desk, path) else corpus
        if file.suffix.lower() != ".pdf" or not file.is_relative_to(corpus) or not file.is_file():
            return _document("Not here", "<h1>This file is no longer among the articles.</h1>", 404)
        name = quote(file.name, safe="", errors="replace")
        headers = {
            "content-disposition": f"inline; filename*=UTF-8''{name}",
            "content-security-policy": "default-src 'none'; object-src 'self'; plugin-types application/pdf; frame-ancestors 'none'",
        }
        return FileResponse(file, media_type="application/pdf", headers=headers)


def _find(desk: Desk, path: str) -> Article | None:
    """The article of this path in the index, which is the only place that is looked at."""
    try:
        found: Article = desk.live.current().article(path)
    except KeyError:
        return None
    return found


def _document(title: str, body: str, status: int) -> HTMLResponse:
    """A page of our own without any script; `body` is markup of ours."""
    page = ARTICLE_PAGE.format(title=escape(title), body=body)
    return HTMLResponse(page, status, headers={"content-security-policy": _DOCUMENT_POLICY})

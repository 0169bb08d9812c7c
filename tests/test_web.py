"""The page without a browser: who is let in, what the endpoints give, what the handlers do with what a browser sends."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fake_live import FakeIndex, FakeLive, fake_examples, fake_reply, fake_search
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from counsel.errors import NoIndex
from counsel.render import Shown, hits_to_json, show, to_json
from counsel.types import Answer, Line, Turn
from counsel.web import Desk, create
from counsel.web.feedback import FILE_LIMIT, count, record
from counsel.web.guard import BODY_LIMIT
from counsel.web.handlers import BUSY, MOST_WAITING, Handlers
from counsel.web.history import HISTORY_LIMIT, QUESTION_LIMIT, TURN_LIMIT, Conversation, from_browser
from counsel.web.page import blocks
from counsel.web.serving import bound_socket

TODAY = date(2026, 11, 22)
GERMANY = "How much does an AI engineer earn in Germany?"


def a_desk(corpus: Path = Path("corpus"), votes: Path | None = None, live: Any = None) -> Desk:
    def offers(answer: Answer, index: FakeIndex) -> tuple[str, ...]:
        return tuple(question for question in fake_examples(index) if question != answer.question)[:2]

    return Desk(live or FakeLive(FakeIndex(corpus=corpus)), fake_reply, fake_search, fake_examples, offers, votes, lambda: TODAY)


class NoLive:
    def current(self) -> FakeIndex:
        raise NoIndex("There is no index in index/.", "Run `counsel index`.")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create(a_desk()), base_url="http://127.0.0.1:7860", raise_server_exceptions=True)


# ---- who is let in


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "[::1", "10.0.0.7:7860"])
def test_a_page_asked_for_under_another_name_is_not_served(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:7860", "LOCALHOST:7860"])
def test_loopback_names_are_served_on_any_port(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_on_another_site_cannot_post_here(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/ask", json={"turns": [GERMANY]}, headers=headers).status_code == 403


def test_the_page_itself_and_programs_may_post(client: TestClient) -> None:
    assert client.post("/api/ask", json={"turns": [GERMANY]}, headers={"origin": "http://127.0.0.1:7860"}).status_code == 200
    assert client.post("/api/ask", json={"turns": [GERMANY]}).status_code == 200


def test_a_large_body_is_refused_whether_or_not_it_says_its_size(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 2**20

    assert client.post("/api/ask", content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert client.post("/api/ask", content=chunks()).status_code == 413
    assert client.post("/gradio_api/queue/join", content=chunks()).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload", "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://evil.example",
        "/gradio_api/info", "/gradio_api/call/submit", "/gradio_api/run/submit", "/gradio_api/openapi.json", "/gradio_api/vibe-code/",
        "/monitoring", "/login", "/docs", "/redoc", "/gradio_api/stream/x", "/gradio_api/runs", "/gradio_api/mcp/sse", "/gradio_api",
    ],
)  # fmt: skip
def test_doors_of_gradio_that_the_page_does_not_use_are_shut(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, content=b"{}").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_and_posting_are_served(client: TestClient, method: str) -> None:
    assert client.request(method, "/api/ask").status_code == 405


@pytest.mark.parametrize("path", ["/", "/health", "/article?path=skills.md", "/gradio_api/upload", "/page.css"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"], headers["referrer-policy"]) == ("nosniff", "DENY", "no-referrer")


# ---- endpoints


def test_ask_over_http_gives_the_json_of_the_command_line(client: TestClient) -> None:
    turns = [GERMANY, "And in India?"]
    expected = to_json(fake_reply([Turn(question) for question in turns], FakeIndex()))
    assert client.post("/api/ask", json={"turns": turns}).json() == expected
    assert expected["standalone"] == "How much does an AI engineer earn in Germany in India?"


def test_a_refusal_over_http_is_an_answer_not_an_error(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"turns": ["Who won the cup?"]})
    assert (answer.status_code, answer.json()["status"], answer.json()["answer"]) == (200, "refused", "")


def test_search_over_http_gives_the_json_of_the_command_line(client: TestClient) -> None:
    index = FakeIndex()
    expected = hits_to_json("portfolio projects", fake_search("portfolio projects", index, 2), index.generation)
    assert client.post("/api/search", json={"question": "portfolio projects", "k": 2}).json() == expected
    assert len(expected["hits"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"turns": []}', b'{"turns": [""]}', b'{"turns": [7]}', b'{"turns": "a"}', b'{"turns": ["a"], "k": 3}',
        json.dumps({"turns": ["x" * (QUESTION_LIMIT + 1)]}).encode(), json.dumps({"turns": ["x"] * (HISTORY_LIMIT + 2)}).encode(),
        b"[" * 100_000, b'{"turns": ["\xff"]}', b'{"turns": ["\\ud800"]}',
    ],
)  # fmt: skip
def test_a_malformed_question_over_http_is_told_so(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "question", ["?", "😀", "a b c", "Was verdient man in Indien?", "\x00", "the of and", "\ud7ff" * 2000, "' OR 1=1 --"]
)
def test_an_odd_question_over_http_is_answered_or_refused(client: TestClient, question: str) -> None:
    assert client.post("/api/ask", json={"turns": [question]}).json()["status"] in ("answered", "refused")


def test_health_says_which_generation_serves(client: TestClient) -> None:
    told = {"status": "ok", "generation": 1, "articles": 3, "passages": len(FakeIndex()), "problem": None}
    assert client.get("/health").json() == told


def test_health_says_what_is_wrong_with_an_index_that_is_newer() -> None:
    damaged = TestClient(create(a_desk(live=FakeLive(FakeIndex(), "index/g000002 is damaged."))), base_url="http://localhost")
    assert damaged.get("/health").json()["problem"] == "index/g000002 is damaged."


def test_without_an_index_every_endpoint_says_what_to_do() -> None:
    client = TestClient(create(a_desk(live=NoLive())), base_url="http://localhost")
    for answer in (
        client.get("/health"),
        client.post("/api/ask", json={"turns": ["a"]}),
        client.post("/api/search", json={"question": "a"}),
    ):
        assert (answer.status_code, answer.json()) == (503, {"error": "There is no index in index/.", "hint": "Run `counsel index`."})


def test_an_article_opens_at_the_cited_place_without_any_script(client: TestClient) -> None:
    article = FakeIndex().article("pay/salary.md")
    start = article.text.index("In Germany")
    page = client.get(f"/article?path=pay/salary.md&start={start}&end={start + 10}")
    assert "<mark id=cited>In Germany</mark>" in page.text
    assert '<link rel="stylesheet" href="page.css">' in page.text
    assert "script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["&start=-1&end=5", "&start=5&end=5", "&start=9&end=2", "&start=0&end=99999999", "&start=3"])
def test_a_place_outside_the_article_marks_nothing(client: TestClient, query: str) -> None:
    page = client.get(f"/article?path=skills.md{query}")
    assert (page.status_code, "<mark" in page.text) == (200, False)


@pytest.mark.parametrize(
    "path", ["nowhere.md", "..%2f..%2fetc%2fpasswd", "%2e%2e/secret.md", "/etc/passwd", "skills.md%00", "a" * 5000, "%ff%fe"]
)
def test_only_articles_of_the_index_are_shown(client: TestClient, path: str) -> None:
    assert client.get(f"/article?path={path}").status_code == 404
    assert client.get(f"/original?path={path}").status_code == 404


def test_only_a_pdf_among_the_articles_is_given_out_and_only_as_a_pdf(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "portfolio.pdf").write_bytes(b"%PDF-1.4 body")
    (corpus / "skills.md").write_text("text", encoding="utf-8")
    (corpus / "other.pdf").write_bytes(b"%PDF-1.4 not an article")
    (tmp_path / "outside.pdf").write_bytes(b"%PDF-1.4 outside")
    client = TestClient(create(a_desk(corpus)), base_url="http://localhost")
    given = client.get("/original?path=portfolio.pdf")
    assert (given.status_code, given.content, given.headers["content-type"]) == (200, b"%PDF-1.4 body", "application/pdf")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert [
        client.get(f"/original?path={name}").status_code for name in ("skills.md", "other.pdf", "../outside.pdf", "..%2foutside.pdf")
    ] == [404] * 4
    (corpus / "portfolio.pdf").unlink()
    (corpus / "portfolio.pdf").symlink_to(tmp_path / "outside.pdf")
    assert client.get("/original?path=portfolio.pdf").status_code == 404


def test_a_conversation_is_exported_with_its_sources(client: TestClient) -> None:
    kept = Conversation("ab", (show(fake_reply([Turn(GERMANY)], FakeIndex())),)).to_browser()
    exported = client.post("/export", content=kept)
    assert exported.headers["content-type"].startswith("text/markdown")
    assert exported.text.startswith(
        f"# A conversation with Counsel\n\n## {GERMANY}\n\nIn Germany an AI engineer earns about €90,000 a year. [1]"
    )
    assert client.post("/export", content=b"\xff{").text == "# A conversation with Counsel\n"


# ---- what a browser sends back


AS_IT_IS = (gr.skip(),) * 4  # an output that changes nothing; of no output at all Gradio makes an empty page


def asked(outputs: AsyncIterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    async def everything() -> list[tuple[Any, ...]]:
        return [output async for output in outputs]

    return asyncio.run(everything())


def said(message: Any) -> str:
    """The text of a message of the chat."""
    return str(message["content"][0]["text"])


def talked(handlers: Handlers, *questions: str) -> str:
    """What the browser keeps after these questions."""
    kept = ""
    for question in questions:
        kept = asked(handlers.submit(question, kept))[-1][2]
    return kept


@pytest.fixture
def handlers(tmp_path: Path) -> Handlers:
    return Handlers(a_desk(votes=tmp_path / "votes.jsonl"))


def test_an_answer_arrives_question_first_then_some_lines_at_a_time_with_its_cards(handlers: Handlers) -> None:
    outputs = asked(handlers.submit(GERMANY, ""))
    assert [len(output[0]) for output in outputs[:2]] == [1, 2]
    lines = [said(output[0][1]).count("<p>") for output in outputs[1:]]
    assert lines == [1, 3, 4, 4]  # more each time; the last one brings what to ask next
    assert "cite-0-1" in outputs[1][3]
    assert outputs[-1][0][-1]["options"] != []
    assert from_browser(outputs[-1][2]).turns == (
        show(fake_reply([Turn(GERMANY)], FakeIndex()), handlers.desk.offers(fake_reply([Turn(GERMANY)], FakeIndex()), FakeIndex())),
    )


def test_messages_have_the_shape_that_gradio_gives_them_itself(handlers: Handlers) -> None:
    messages: Any = handlers.messages(from_browser(talked(handlers, GERMANY, "Who won the cup?")))
    assert messages[-1]["options"]
    assert gr.Chatbot().postprocess(messages).model_dump() == messages


@pytest.mark.parametrize("sent", [None, 7, [7], {"id": "a"}, b"{}"])
def test_what_is_no_text_is_no_question_and_no_conversation(handlers: Handlers, sent: object) -> None:
    assert asked(handlers.submit(sent, sent)) == [(gr.skip(),) * 4]
    assert [message["role"] for message in asked(handlers.submit(GERMANY, sent))[-1][0]] == ["user", "assistant"]
    assert asked(handlers.grant(sent, sent)) == [AS_IT_IS]


def test_the_oldest_turn_makes_way_for_a_new_one_and_marks_still_lead_to_their_own_cards(handlers: Handlers) -> None:
    (turn,) = from_browser(talked(handlers, GERMANY)).turns
    full = Conversation("a", (replace(turn, question="The oldest?"), *[turn] * (TURN_LIMIT - 1))).to_browser()
    first, *_, last = asked(handlers.submit(GERMANY, full))
    assert (len(first[0]), len(last[0])) == (2 * TURN_LIMIT - 1, 2 * TURN_LIMIT)
    assert "The oldest" not in said(first[0][0])
    assert f"#cite-{TURN_LIMIT - 1}-1" in said(last[0][-1])
    assert f"cite-{TURN_LIMIT - 1}-1" in last[3]
    assert last[0] == handlers.messages(from_browser(last[2]))


def test_next_questions_are_worked_out_only_when_nobody_waits_for_an_answer() -> None:
    first, go = threading.Event(), threading.Event()
    heard: list[str] = []

    def slow(turns: Sequence[Turn], index: Any) -> Answer:
        if turns[-1].question == "The slow one":
            first.set()
            assert go.wait(10)
        heard.append(turns[-1].question)
        return fake_reply([Turn(GERMANY)], index)

    def offers(_: Answer, __: Any) -> tuple[str, ...]:
        heard.append("offers")
        return ("And next?",)

    handlers = Handlers(replace(a_desk(), reply=slow, offers=offers))

    async def two_visitors() -> None:
        async def visit(question: str) -> None:
            async for _ in handlers.submit(question, ""):
                pass

        waiting = asyncio.create_task(visit("The slow one"))
        await asyncio.to_thread(first.wait, 10)
        quick = asyncio.create_task(visit("The quick one"))
        await asyncio.sleep(0.5)
        assert heard == ["The quick one"]
        go.set()
        await asyncio.gather(waiting, quick)

    asyncio.run(two_visitors())
    assert heard == ["The quick one", "The slow one", "offers", "offers"]


def test_an_answer_that_is_stopped_is_kept_as_far_as_it_was_seen(handlers: Handlers) -> None:
    async def first_line() -> str:
        outputs = handlers.submit(GERMANY, "")
        await anext(outputs)
        seen = await anext(outputs)
        await outputs.aclose()  # type: ignore[attr-defined]
        return str(seen[2])

    assert len(from_browser(asyncio.run(first_line())).turns[0].lines) == 1


def test_a_follow_up_leans_on_what_was_asked_before_and_says_so(handlers: Handlers) -> None:
    kept = from_browser(talked(handlers, GERMANY, "And in India?"))
    assert kept.turns[1].standalone == "How much does an AI engineer earn in Germany in India?"
    assert "Understood as" in said(handlers.messages(kept)[3])


def test_a_follow_up_can_be_asked_as_typed_and_later_ones_lean_on_it_alone(handlers: Handlers) -> None:
    kept = talked(handlers, GERMANY, "And in India?")
    bare = from_browser(asked(handlers.grant("bare 1 #1", kept))[-1][2])
    assert [(shown.question, shown.standalone, shown.bare) for shown in bare.turns] == [
        (GERMANY, None, False),
        ("And in India?", None, True),
    ]
    assert [turn.question for turn in bare.history()] == ["And in India?"]


def test_retrying_and_editing_go_on_from_that_question(handlers: Handlers) -> None:
    kept = talked(handlers, GERMANY, "And in India?")
    again = asked(handlers.retry(kept, gr.RetryData(None, {"index": 2, "value": "x"})))[-1][2]
    assert [shown.question for shown in from_browser(again).turns] == [GERMANY, "And in India?"]
    changed = gr.EditData(None, {"index": 0, "previous_value": "x", "value": [{"type": "text", "text": "What raises pay?"}]})
    assert [shown.question for shown in from_browser(asked(handlers.edit(kept, changed))[-1][2]).turns] == ["What raises pay?"]


def test_a_mark_of_an_earlier_answer_brings_its_cards(handlers: Handlers) -> None:
    kept = talked(handlers, GERMANY, "What raises pay?")
    (output,) = asked(handlers.grant("sources 0 #4", kept))
    assert "cite-0-1" in output[3]


def test_the_passages_before_and_after_a_cited_one_are_shown_on_its_card(handlers: Handlers) -> None:
    kept = talked(handlers, "Which technical skills do I need?")
    (evidence, *_) = from_browser(kept).turns[0].evidence
    assert (evidence.path, evidence.heading) == ("skills.md", ("Technical skills",))
    mark, passages = evidence.marks[0], FakeIndex().passages
    mine = [passage for passage in passages if passage.article.path == "skills.md"]
    here = next(at for at, passage in enumerate(mine) if passage.start <= evidence.start < passage.end)
    (after,) = asked(handlers.grant(f"after 0 {mark} {evidence.start} 7", kept))
    assert "you explain a model to people who will never read it" in after[3]
    assert '<p class="path">People skills</p>' in after[3]
    assert ("Next passage" in after[3].split("</section>")[0], "Cited passage" in after[3]) == (here + 2 < len(mine), True)
    (back,) = asked(handlers.grant(f"before 0 {mark} {mine[here + 1].start} 8", kept))
    assert "Technical skills" in back[3]
    (first,) = asked(handlers.grant(f"before 0 {mark} 0 9", kept))
    assert "Previous passage" not in first[3].split("</section>")[0]


def test_a_passage_beside_one_whose_article_is_gone_is_not_shown() -> None:
    live = FakeLive(FakeIndex())
    handlers = Handlers(a_desk(live=live))
    kept = talked(handlers, GERMANY)
    live.index = FakeIndex(list(FakeIndex().articles.values())[1:], generation=2)
    assert asked(handlers.grant("after 0 1 50 1", kept)) == [AS_IT_IS]


def test_one_question_too_many_is_told_that_the_page_is_busy_and_the_others_are_answered() -> None:
    go_on = threading.Event()

    def slowly(turns: Sequence[Turn], index: Any) -> Answer:
        assert go_on.wait(60)
        return fake_reply(turns, index)

    handlers = Handlers(replace(a_desk(), reply=slowly))

    async def crowd() -> tuple[str, list[str]]:
        async def one() -> str:
            return said([output async for output in handlers.submit(GERMANY, "")][-1][0][1])

        waiting = [asyncio.create_task(one()) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0.1)
        turned_away = await one()
        go_on.set()
        return turned_away, await asyncio.gather(*waiting)

    turned_away, answered = asyncio.run(crowd())
    assert BUSY.split(",")[0] in turned_away
    assert all("€90,000" in answer for answer in answered)


def test_an_answer_comes_whole_while_others_wait_for_theirs() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(turns: Sequence[Turn], index: Any) -> Answer:
        if turns[-1].question == "The slow one":
            begun.set()
            assert go_on.wait(60)
        return fake_reply([Turn(GERMANY)], index)

    handlers = Handlers(replace(a_desk(), reply=slow, offers=lambda *_: ()))

    async def two_visitors() -> list[int]:
        async def visit(question: str) -> list[int]:
            return [said(shown[0][1]).count("<p>") async for shown in handlers.submit(question, "") if len(shown[0]) > 1]

        waiting = asyncio.create_task(visit("The slow one"))
        await asyncio.to_thread(begun.wait, 60)
        lines = await visit("The quick one")
        go_on.set()
        assert await waiting == [1, 3, 4]
        return lines

    assert asyncio.run(two_visitors()) == [4]


def test_gradio_lets_as_many_events_work_at_once_as_may_wait() -> None:
    queue = blocks(Handlers(a_desk()))._queue
    assert queue.max_thread_count == queue.max_size
    assert queue.max_size is not None
    assert queue.max_size > 2 * MOST_WAITING


@pytest.mark.parametrize(
    "wish",
    [
        "",
        "sources",
        "sources 7 #1",
        "sources -1 #1",
        "sources x",
        "bare 99",
        "bare ٣",
        "delete 0",
        "sources 00000000001",
        "x" * 9999,
        "after 0",
        "after 0 1",
        "before 9 1 5",
        "after 0 1 x",
        "after 0 77 5",
    ],
)
def test_a_wish_that_means_nothing_does_nothing(handlers: Handlers, wish: str) -> None:
    assert asked(handlers.grant(wish, talked(handlers, GERMANY))) == [AS_IT_IS]


def test_a_refused_question_offers_questions_that_have_an_answer(handlers: Handlers) -> None:
    shown = asked(handlers.submit("Who won the cup?", ""))[-1][0]
    assert "No article says anything of" in said(shown[1])
    assert len(shown[1]["options"]) == 3


def test_a_question_that_is_too_long_is_refused_in_a_sentence(handlers: Handlers) -> None:
    output = asked(handlers.submit("long " * 2000, ""))[-1]
    assert "10,000 characters" not in said(output[0][1])
    assert "That question has 9,999 characters" in said(output[0][1])
    assert len(from_browser(output[2]).turns[0].question) == QUESTION_LIMIT


def test_an_empty_question_is_no_question(handlers: Handlers) -> None:
    assert asked(handlers.submit(" \n ", "")) == [AS_IT_IS]


def test_a_message_of_no_turn_is_neither_asked_again_nor_changed(handlers: Handlers) -> None:
    kept = talked(handlers, GERMANY)
    assert asked(handlers.retry(kept, gr.RetryData(None, {"index": 8, "value": "x"}))) == [AS_IT_IS]
    assert asked(handlers.edit(kept, gr.EditData(None, {"index": 8, "previous_value": "x", "value": "y"}))) == [AS_IT_IS]


def test_without_an_index_the_page_says_what_to_do() -> None:
    handlers = Handlers(a_desk(live=NoLive()))
    assert "There is no index in index/. Run `counsel index`." in asked(handlers.submit("Hello?", ""))[-1][2]
    assert "There is no index" in handlers.shelf()
    assert "There is no index" in handlers.articles("", "Title")


def test_a_new_generation_is_used_by_the_next_question() -> None:
    live = FakeLive(FakeIndex(generation=1))
    handlers = Handlers(a_desk(live=live))
    kept = talked(handlers, GERMANY)
    live.index = FakeIndex(list(FakeIndex().articles.values())[1:], generation=2)
    turns = from_browser(asked(handlers.submit(GERMANY, kept))[-1][2]).turns
    assert [shown.generation for shown in turns] == [1, 2]
    assert "€90,000" not in str(turns[1])
    assert handlers.examples() == tuple(fake_examples(live.index))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "turns", "question", "lines", "x"]), inner, max_size=4)
        ),
    )
)
def test_a_forged_conversation_is_an_empty_one(value: object) -> None:
    assert from_browser(json.dumps(value)).turns == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        "[" * 100_000,
        '{"id": "../x", "turns": [{"question": "a"}]}',
        '{"id": "ab", "turns": [{"question": "a", "lines": [{"text": {"component": "file"}}]}]}',
    ],
)
def test_what_is_no_conversation_of_ours_is_an_empty_one(text: str) -> None:
    assert from_browser(text).turns == ()


def test_a_forged_long_history_is_cut_and_only_its_words_reach_the_answer() -> None:
    seen: list[Sequence[Turn]] = []

    def reply(turns: Sequence[Turn], index: Any) -> Answer:
        seen.append(turns)
        return fake_reply(turns, index)

    desk = a_desk()
    handlers = Handlers(Desk(desk.live, reply, desk.search, desk.examples, desk.offers))
    forged = Conversation("ab", tuple(Shown(f"Question {number}?", "x", "answered") for number in range(500))).to_browser()
    last = from_browser(asked(handlers.submit("Last?", forged))[-1][2])
    assert len(last.turns) == TURN_LIMIT
    assert [turn.question for turn in seen[0]] == [*(f"Question {number}?" for number in range(500 - HISTORY_LIMIT, 500)), "Last?"]
    assert all(turn.answer.citations == () for turn in seen[0][:-1] if turn.answer)


@pytest.mark.parametrize(
    "shown",
    [
        Shown("x" * (QUESTION_LIMIT + 1)),
        Shown("x", "y" * 9999),
        Shown("x", lines=(Line("y" * 99_999),)),
        Shown("x", lines=(Line("y"),) * 999),
    ],
)
def test_a_forged_history_of_enormous_words_is_an_empty_one(shown: Shown) -> None:
    assert from_browser(Conversation("ab", (shown,)).to_browser()).turns == ()


def test_two_visitors_never_see_each_other(handlers: Handlers) -> None:
    first, second = talked(handlers, GERMANY), talked(handlers, "What raises pay?")
    assert [shown.question for shown in from_browser(asked(handlers.submit("And in India?", first))[-1][2]).turns] == [
        GERMANY,
        "And in India?",
    ]
    assert from_browser(first).id != from_browser(second).id


# ---- votes and the list of articles


def test_a_vote_is_kept_with_its_question_citations_and_generation(handlers: Handlers) -> None:
    kept = talked(handlers, GERMANY)
    file = handlers.desk.votes
    assert file is not None
    handlers.vote(kept, gr.LikeData(None, {"index": 1, "value": "x", "liked": True}))
    handlers.vote(kept, gr.LikeData(None, {"index": 1, "value": "x", "liked": False}))
    handlers.comment("Too old", 0, kept)
    handlers.vote(kept, gr.LikeData(None, {"index": 99, "value": "x", "liked": True}))
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["vote"], line["comment"], line["question"], line["generation"]) for line in lines] == [
        ("up", None, GERMANY, 1),
        ("down", None, GERMANY, 1),
        (None, "Too old", GERMANY, 1),
    ]
    assert lines[0]["citations"][0]["path"] == "pay/salary.md"
    assert count(file) == (1, 1)


def test_votes_that_fill_the_file_are_not_kept_and_odd_lines_are_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    assert count(file) == (0, 0)
    file.write_text('{"vote": "up"}\nnot json\n[]\n{"vote": ["x"]}\n{"vote": "down"}\n', encoding="utf-8")
    assert count(file) == (1, 1)
    file.write_bytes(b" " * (FILE_LIMIT + 1))
    assert record(file, Shown("a"), "up") is False


def test_the_list_of_articles_is_searched_and_sorted(handlers: Handlers) -> None:
    def titles(wanted: str, order: str) -> list[str]:
        markup = handlers.articles(wanted, order)
        return sorted((title for title in ("What AI", "Skills", "A portfolio") if f'">{title}' in markup), key=markup.index)

    assert titles("", "Title") == ["A portfolio", "Skills", "What AI"]
    assert titles("", "Newest") == ["Skills", "A portfolio", "What AI"]
    assert titles("", "Longest") == ["What AI", "Skills", "A portfolio"]
    assert titles("MIRA pay", "Title") == ["What AI"]
    assert titles("nothing such", "Title") == []


def test_the_first_free_port_is_taken_and_a_taken_one_is_an_error() -> None:
    with bound_socket("127.0.0.1", 0) as taken:
        with pytest.raises(OSError, match="in use"):
            bound_socket("127.0.0.1", taken.getsockname()[1])
        with bound_socket("127.0.0.1", None) as found, bound_socket("127.0.0.1", None) as another:
            assert 7860 <= found.getsockname()[1] < another.getsockname()[1]

"""How the page is laid out, and which handler answers to what. The look is in theme() and page.css."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ..render import NO_CARDS
from .handlers import Handlers

_EVENTS = 512  # events of Gradio that may wait; questions never do there, because handlers turn those away that would wait too long
_SESSIONS = 50  # visitors of whom Gradio keeps what their page showed last, 250 KiB after 20 answers; events of others take 3 ms more
_AT_ONCE = 8  # other events handled at the same time
_LOOK_EVERY = 0.01  # seconds between two looks for events; with Gradio's 0.001 a page that nobody uses takes 6 % of a processor, not 2 %

_WELCOME = (
    "## What would you like to know?\n\n"
    "Answers are the articles’ own words. Every line carries a number that opens the passage it comes from.\n\n"
    'To narrow a question, add `file:name`, `after:2024`, `"exact words"` or `-word`.'
)
_GREEN = gr.themes.Color(
    name="counsel", c50="#eef6f2", c100="#d7eae1", c200="#b0d5c4", c300="#80b9a1", c400="#4f987c", c500="#2f7a5f",
    c600="#21624b", c700="#1b4f3d", c800="#173f32", c900="#12332a", c950="#0a1f19",
)  # fmt: skip


def blocks(handlers: Handlers, login: bool = False) -> gr.Blocks:
    """The page whose visitors these handlers answer; with a button to log out where there is a login."""
    with gr.Blocks(title="Counsel", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        kept = gr.Textbox(elem_id="kept", elem_classes="unseen", label="The conversation", max_lines=1)
        wish = gr.Textbox(elem_id="wish", elem_classes="unseen", label="A wish of the page", max_lines=1)
        opening = gr.Textbox(elem_id="opening", elem_classes="unseen", label="A past chat that is opened", max_lines=1)
        nudge = gr.Textbox(elem_id="nudge", elem_classes="unseen", label="A nudge of the page", max_lines=1)
        news = gr.Textbox(elem_id="news", elem_classes="unseen", label="A change of the articles", max_lines=1)
        voted = gr.Number(-1, elem_classes="unseen", label="The answer a vote was for")
        with gr.Row(elem_id="top"):
            gr.Markdown("# Counsel", elem_id="name")
            shelf = gr.Markdown("", elem_id="shelf", latex_delimiters=[])
            new = gr.Button("New chat", elem_id="new", size="sm")
            gr.Button("Export", elem_id="export", size="sm")
            if login:
                gr.Button("Log out", elem_id="leave", size="sm")
            gr.Button("Light or dark", elem_id="theme", size="sm")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat"), gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(scale=3, elem_id="talk"):
                    chat = gr.Chatbot(
                        elem_id="chat",
                        label="Conversation",
                        show_label=False,
                        layout="bubble",
                        placeholder=_WELCOME,
                        buttons=["copy"],
                        editable="user",
                        allow_tags=False,
                        allow_file_downloads=False,
                        latex_delimiters=[],
                        container=False,
                        height=None,
                    )
                    comment = gr.Textbox(
                        visible=False,
                        elem_id="comment",
                        label="What was wrong? (Enter keeps it, on this computer only)",
                        max_length=1000,
                    )
                    box = gr.Textbox(
                        elem_id="question",
                        label="Your question",
                        show_label=False,
                        placeholder="Ask about a career…",
                        max_lines=6,
                        submit_btn=True,
                        stop_btn=False,
                        autofocus=True,
                        container=False,
                    )
                with gr.Column(scale=2, elem_id="evidence"):
                    gr.Markdown("## Sources", elem_id="sources-title")
                    cards = gr.Markdown(NO_CARDS, elem_id="sources", latex_delimiters=[])
            with gr.Tab("Articles") as shelves:
                if handlers.desk.shelf:
                    gr.Markdown("<div id='tools'></div>", latex_delimiters=[])
                with gr.Row(elem_id="sorting"):
                    wanted = gr.Textbox(label="Search titles, files and authors", elem_id="wanted", max_length=200)
                    order = gr.Dropdown(["Title", "Newest", "Longest"], value="Title", label="Sort by", elem_id="order")
                listed = gr.Markdown(elem_id="articles", latex_delimiters=[])
            with gr.Tab("Past chats"):
                gr.Markdown("<div id='past'></div>")

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        shows = [chat, box, kept, cards]
        # What comes and goes has the shape that Gradio would give it, in a thread for each value and each time that lines arrive.
        asks: dict[str, Any] = quiet | {"outputs": shows, "concurrency_limit": None, "preprocess": False, "postprocess": False}
        asked: Any = [
            box.submit(handlers.submit, [box, kept], trigger_mode="always_last", **asks),
            chat.example_select(handlers.choose, kept, **asks),
            chat.option_select(handlers.choose, kept, **asks),
            chat.retry(handlers.retry, kept, **asks),
            chat.edit(handlers.edit, kept, **asks),
            wish.change(handlers.grant, [wish, kept], **asks),
        ]
        box.stop(lambda: gr.Textbox(submit_btn=True, stop_btn=False), None, box, cancels=asked, **quiet)
        new.click(handlers.fresh, None, shows, cancels=asked, **quiet)
        chat.clear(handlers.fresh, None, shows, cancels=asked, **quiet)
        opening.change(handlers.opened, kept, shows, cancels=asked, **quiet)
        nudge.change(lambda: None, None, None, trigger_mode="multiple", **quiet)  # so that it never waits for what it is to bring
        chat.like(handlers.vote, kept, [comment, voted], **quiet)
        comment.submit(handlers.comment, [comment, voted, kept], comment, **quiet)
        for change in (wanted.change, order.change, shelves.select, news.change):
            change(handlers.articles, [wanted, order], listed, **quiet)
        news.change(handlers.shelf, None, shelf, **quiet)
        page.load(handlers.shelf, None, shelf, **quiet)
        page.load(handlers.beginnings, None, chat, **quiet)
    page.max_threads = _EVENTS  # at work at the same time: nearly all only wait, and with Gradio's 40 a question would wait behind them
    made: gr.Blocks = page.queue(max_size=_EVENTS, api_open=False, default_concurrency_limit=_AT_ONCE)
    made.state_session_capacity = _SESSIONS
    made._queue.sleep_when_free = _LOOK_EVERY
    # After each event Gradio sums up its last 10,000 anew, for a monitor that this page does not have: longer work than an answer.
    made._queue.ANALYTICS_MAX_EVENTS = 1
    made._queue.ANAYLTICS_CACHE_FREQUENCY = 2**62
    return made


def theme() -> gr.themes.Base:
    """Warm paper and ink, one deep green, one typeface that ships with Gradio."""
    sans = gr.themes.LocalFont("Source Sans Pro", weights=(400, 700))  # of the weights that ship, the two that hold Latin letters
    made = gr.themes.Default(
        primary_hue=_GREEN,
        secondary_hue=_GREEN,
        neutral_hue="stone",
        text_size="lg",
        radius_size="lg",
        font=(sans, "system-ui", "sans-serif"),
    )
    made.set(body_background_fill="#faf9f7", body_background_fill_dark="#171513", block_border_width="0px")
    return made

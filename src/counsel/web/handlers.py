"""What happens when a visitor does something: functions of what the browser sent that give back what it shows.

Nothing is kept between two requests: `kept` is the whole conversation, as `Conversation.to_browser` gave it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import gradio as gr

from ..errors import CounselError
from ..render import Beside, Shown, articles_markup, cards_markup, escape, shelf_line, show, to_markdown
from ..types import Answer, Turn
from . import feedback
from .desk import Desk
from .history import QUESTION_LIMIT, Conversation, from_browser, new_conversation

_LINE_PAUSE = 0.04  # seconds for a line of an answer that has more: the eye follows, and eight lines still arrive in a third of a second
_WORKERS = 2  # answers worked out at the same time; with more, all of them only come later
_OFFER_PAUSE, _OFFER_TRIES = 0.1, 20  # seconds between two looks whether nobody waits for an answer, and how many looks
_LISTED = 200  # articles shown at once in the list

MOST_WAITING = 64  # questions: on two cores the last of them is answered after some seconds
FAULT = "This question could not be answered because of a fault in Counsel itself, which its log describes."
BUSY = "Many people are asking at this moment, and your question had to be turned away. Please ask it again in a few seconds."

Message = dict[str, Any]
_LOG = logging.getLogger(__name__)


class Handlers:
    """The handlers of the page, each a function of what the browser sent."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._examples: tuple[int, tuple[str, ...]] = (-1, ())
        self._choosing = threading.Lock()
        self._workers = ThreadPoolExecutor(_WORKERS, "answers")
        self._waiting = 0  # questions that are being answered or wait for it; counted by the one thread of the event loop

    def examples(self) -> tuple[str, ...]:
        """Questions to begin with, worked out once for each generation of the index."""
        index = self.desk.live.current()
        with self._choosing:
            if self._examples[0] != index.generation:
                self._examples = index.generation, tuple(self.desk.examples(index))
            return self._examples[1]

    def warm(self) -> None:
        """Open what the first question needs before it comes; an index that cannot be used says so when it is asked."""
        with suppress(CounselError):
            self.examples()

    # ---- asking

    def messages(self, conversation: Conversation) -> list[Message]:
        """The whole conversation as the chat shows it; the last answer with what to ask next."""
        shown = [message for turn, one in enumerate(conversation.turns) for message in (_asked(one.question), _said(one, turn))]
        if conversation.turns:
            shown[-1]["options"] = _options(conversation.turns[-1])
        return shown

    async def answered(
        self, question: str, conversation: Conversation, bare: bool = False, typed: bool = False
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The question at once, then the answer some lines at a time; the browser keeps what it has seen so far.

        A question that was typed leaves the box it was typed in. An empty question changes nothing.
        """
        question = question.strip().encode("utf-8", "replace").decode()  # without the half characters that broken input brings
        if not question:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()  # where nothing is yielded, Gradio clears the page
            return
        conversation = conversation.with_room()
        turn = len(conversation.turns)
        asked = [*self.messages(conversation), _asked(question[:QUESTION_LIMIT])]
        if turn:
            asked[-2]["options"] = None
        box = gr.Textbox(value="", submit_btn=False, stop_btn=True) if typed else gr.Textbox(submit_btn=False, stop_btn=True)
        yield asked, box, gr.skip(), gr.skip()
        shown, answer = await self._thought(question, conversation, bare)
        cards = cards_markup(shown, turn, self.desk.today())
        count = 1
        while count < len(shown.lines) and not self._waiting:  # each time that lines arrive costs a tenth of an answer
            part = replace(shown, lines=shown.lines[:count])
            yield [*asked, _said(part, turn)], gr.skip(), conversation.with_turn(part).to_browser(), cards
            await asyncio.sleep(_LINE_PAUSE * (count + 1) / 2)
            count += count + 1
        said = _said(shown, turn) | {"options": _options(shown)}
        yield [*asked, said], gr.Textbox(submit_btn=True, stop_btn=False), conversation.with_turn(shown).to_browser(), cards
        offers = await self._offered(answer) if answer and answer.status == "answered" else ()
        if offers:
            shown = replace(shown, offers=offers)
            yield [*asked, said | {"options": _options(shown)}], gr.skip(), conversation.with_turn(shown).to_browser(), cards

    async def _thought(self, question: str, conversation: Conversation, bare: bool) -> tuple[Shown, Answer | None]:
        """The answer once it is this question's turn; at once a sentence that asks to come back when too many are waiting."""
        if self._waiting >= MOST_WAITING:
            return Shown(question[:QUESTION_LIMIT], status="refused", reason=BUSY, bare=True), None
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, self.think, question, conversation, bare)
        finally:
            self._waiting -= 1

    async def _offered(self, answer: Answer) -> tuple[str, ...]:
        """What to ask next, worked out when nobody waits for an answer; nothing where somebody always does."""
        for _ in range(_OFFER_TRIES):
            if not self._waiting:
                return await asyncio.get_running_loop().run_in_executor(self._workers, self.offers, answer)
            await asyncio.sleep(_OFFER_PAUSE)
        return ()

    def think(self, question: str, conversation: Conversation, bare: bool) -> tuple[Shown, Answer | None]:
        """The answer to a question in its conversation, or a sentence that says why there is none."""
        if len(question) > QUESTION_LIMIT:
            reason = f"That question has {len(question):,} characters. Please ask it in at most {QUESTION_LIMIT:,}."
            return Shown(question[:QUESTION_LIMIT], status="refused", reason=reason, bare=True), None
        history = () if bare else conversation.history()
        try:
            answer = self.desk.reply([*history, Turn(question)], self.desk.live.current())
            return show(answer, bare=bare), answer
        except CounselError as error:
            return Shown(question, status="refused", reason=" ".join(filter(None, (str(error), error.hint))), bare=True), None
        except Exception:  # a fault of ours: the page stays whole, and the log says where it is
            _LOG.exception("A question could not be answered")
            return Shown(question, status="refused", reason=FAULT, bare=True), None

    def offers(self, answer: Answer) -> tuple[str, ...]:
        """What to ask next; looked for when the answer is on the page already, because each is checked to have an answer."""
        try:
            return tuple(self.desk.offers(answer, self.desk.live.current()))
        except CounselError:
            return ()

    async def submit(self, question: object, kept: object) -> AsyncIterator[tuple[Any, ...]]:
        async for shown in self.answered(_text(question), from_browser(kept), typed=True):
            yield shown

    async def choose(self, kept: object, event: gr.SelectData) -> AsyncIterator[tuple[Any, ...]]:
        """An example or a suggestion was clicked."""
        value = event.value.get("text") if isinstance(event.value, dict) else event.value
        async for shown in self.answered(_text(value), from_browser(kept)):
            yield shown

    async def retry(self, kept: object, event: gr.RetryData) -> AsyncIterator[tuple[Any, ...]]:
        conversation = from_browser(kept)
        turn = _turn(event.index, conversation)
        one = Shown("") if turn is None else conversation.turns[turn]
        async for shown in self.answered(one.question, conversation.before(turn or 0), one.bare):
            yield shown

    async def edit(self, kept: object, event: gr.EditData) -> AsyncIterator[tuple[Any, ...]]:
        """A question was changed: the conversation goes on from there. It may be one that was stopped before it was answered."""
        conversation = from_browser(kept)
        turn = len(conversation.turns) if event.index == 2 * len(conversation.turns) else _turn(event.index, conversation)
        async for shown in self.answered("" if turn is None else _text(event.value), conversation.before(turn or 0)):
            yield shown

    async def grant(self, wish: object, kept: object) -> AsyncIterator[tuple[Any, ...]]:
        """What page.js asks for: `sources <turn>`, `bare <turn>`, or the passage `before` or `after` one: `<turn> <mark> <offset>`.

        These are the card and a place in the passage that it shows. Any other wish changes nothing.
        """
        verb, *rest = _text(wish)[:99].split() or [""]
        numbers = [int(word) for word in rest if word.isdecimal() and len(word) < 10]
        conversation = from_browser(kept)
        turn = _turn(2 * numbers[0], conversation) if numbers else None
        if verb == "bare" and turn is not None:
            async for shown in self.answered(conversation.turns[turn].question, conversation.before(turn), bare=True):
                yield shown
        else:
            cards = gr.skip() if turn is None else self.wished_cards(conversation.turns[turn], turn, verb, numbers[1:])
            yield gr.skip(), gr.skip(), gr.skip(), cards

    def wished_cards(self, shown: Shown, turn: int, verb: str, place: Sequence[int]) -> Any:
        """The cards of an answer, with the passage beside one of them where that is the wish."""
        if verb == "sources":
            return cards_markup(shown, turn, self.desk.today())
        if verb not in ("before", "after") or len(place) < 2:
            return gr.skip()
        beside = self.beside(shown, place[0], place[1], 1 if verb == "after" else -1)
        return cards_markup(shown, turn, self.desk.today(), beside) if beside else gr.skip()

    def beside(self, shown: Shown, mark: int, at: int, step: int) -> Beside | None:
        """The passage so many steps from the one that holds offset `at` of the article of this mark, as the index has it now."""
        path = next((evidence.path for evidence in shown.evidence if evidence.marks[0] == mark), "")
        try:
            index = self.desk.live.current()
            passages = [index.passage(row) for row in index.rows_of(path)]
        except (CounselError, KeyError):
            passages = []
        if not passages:
            gr.Warning("This article is no longer in the index.")
            return None
        here = bisect_right(passages, at, key=lambda passage: passage.start) - 1
        there = min(max(here + step, 0), len(passages) - 1)
        return Beside(mark, passages[there], there == 0, there == len(passages) - 1)

    # ---- around the conversation

    def shelf(self) -> str:
        """What there is to ask, in one line."""
        try:
            return escape(shelf_line(card.published for card in self.desk.live.current().cards()))
        except CounselError as error:
            return escape(f"{error} {error.hint}")

    def beginnings(self) -> Any:
        """Questions to begin with."""
        try:
            return gr.Chatbot(examples=[{"text": question} for question in self.examples()])
        except CounselError:
            return gr.skip()

    def opened(self, kept: object) -> tuple[Any, ...]:
        """The conversation that the browser has kept."""
        conversation = from_browser(kept)
        last = conversation.turns[-1] if conversation.turns else Shown("")
        cards = cards_markup(last, len(conversation.turns) - 1, self.desk.today())
        return self.messages(conversation), gr.Textbox(submit_btn=True, stop_btn=False), gr.skip(), cards

    def fresh(self) -> tuple[Any, ...]:
        """A new conversation."""
        conversation = new_conversation()
        return (
            [],
            gr.Textbox(value="", submit_btn=True, stop_btn=False),
            conversation.to_browser(),
            cards_markup(Shown(""), 0, self.desk.today()),
        )

    def vote(self, kept: str, event: gr.LikeData) -> tuple[Any, ...]:
        """Keep a vote, and ask for a word when it is a bad one."""
        conversation = from_browser(kept)
        turn = _turn(event.index, conversation)
        if turn is None or self.desk.votes is None:
            return gr.skip(), gr.skip()
        feedback.record(self.desk.votes, conversation.turns[turn], "up" if event.liked is True else "down")
        return gr.Textbox(visible=event.liked is not True, value=""), turn

    def comment(self, text: str, turn: float, kept: str) -> Any:
        conversation = from_browser(kept)
        at = _turn(2 * int(turn), conversation)
        if text.strip() and at is not None and self.desk.votes is not None:
            feedback.record(self.desk.votes, conversation.turns[at], None, text.strip())
            gr.Info("Kept. Thank you.", duration=4)
        return gr.Textbox(visible=False, value="")

    def articles(self, wanted: str, order: str) -> str:
        """The list of articles whose title, file or author holds these words."""
        try:
            index = self.desk.live.current()
        except CounselError as error:
            return f"{escape(str(error))} {escape(error.hint)}"
        words = wanted[:QUESTION_LIMIT].casefold().split()
        cards = [(card, f"{card.title} {card.path} {card.author or ''}".casefold()) for card in index.cards()]
        found = [card for card, names in cards if all(word in names for word in words)]
        if order == "Newest":
            found.sort(key=lambda card: card.published or "", reverse=True)
        elif order == "Longest":
            found.sort(key=lambda card: -card.characters)
        else:
            found.sort(key=lambda card: card.title.casefold())
        left_out = [skipped for skipped in index.skipped if all(word in skipped.path.casefold() for word in words)]
        return articles_markup(found[:_LISTED], self.desk.today(), len(found), left_out[:_LISTED], removable=self.desk.shelf is not None)


def _asked(question: str) -> Message:
    return _message("user", escape(question))


def _said(shown: Shown, turn: int) -> Message:
    return _message("assistant", to_markdown(shown, turn))


def _message(role: str, text: str) -> Message:
    """A message as Gradio's chat takes it, so that nothing has to be made of it for each of the lines that arrive."""
    return {"role": role, "metadata": None, "content": [{"type": "text", "text": text}], "options": None}


def _options(shown: Shown) -> list[dict[str, str]]:
    """Questions that have an answer, as buttons under the last message."""
    questions = [near.question for near in shown.nearest if near.question] if shown.status == "refused" else shown.offers
    return [{"label": question, "value": question} for question in dict.fromkeys(questions)][:3]


def _turn(index: object, conversation: Conversation) -> int | None:
    """The turn a message of the chat belongs to: each turn is two messages."""
    turn = index // 2 if isinstance(index, int) else -1
    return turn if 0 <= turn < len(conversation.turns) else None


def _text(value: object) -> str:
    """The words of a message as the browser sends it: a string, or a list of parts."""
    if isinstance(value, list):
        return " ".join(_text(part.get("text", "") if isinstance(part, dict) else part) for part in value)
    return value if isinstance(value, str) else ""

"""A conversation as the browser keeps it. What comes back from a browser is checked like any stranger's letter.

The server keeps no conversation: each request brings its own, and only the words of its questions and lines reach `chat.reply`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from ..render import Shown
from ..types import Answer, Turn

QUESTION_LIMIT = 2000  # characters: longer than any question, shorter than a pasted article
TURN_LIMIT = 50  # turns a conversation may have; older ones are dropped
HISTORY_LIMIT = 6  # earlier turns that are given to `chat.reply`: a follow-up leans on what was just said
_LINES_LIMIT, _LINE_LIMIT = 200, 20_000  # lines of an answer, characters of a line: far beyond any answer of ours
_ID = re.compile(r"[0-9a-f]{1,64}")


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one conversation, oldest first, and the name under which the browser keeps it."""

    id: str
    turns: tuple[Shown, ...] = ()

    def before(self, turn: int) -> Conversation:
        """The conversation as it was before this turn, counted from 0."""
        return Conversation(self.id, self.turns[: max(turn, 0)])

    def with_room(self) -> Conversation:
        """The conversation with room for one more turn: the oldest make way."""
        return Conversation(self.id, self.turns[1 - TURN_LIMIT :])

    def with_turn(self, shown: Shown) -> Conversation:
        return Conversation(self.id, (*self.turns, shown)[-TURN_LIMIT:])

    def history(self) -> tuple[Turn, ...]:
        """What a new question may lean on: the words of the latest few turns, from the last one that was asked to stand alone."""
        turns: list[Turn] = []
        for shown in reversed(self.turns[-HISTORY_LIMIT:]):
            turns.append(Turn(shown.question, Answer(shown.question, shown.standalone, shown.status, shown.lines)))
            if shown.bare:
                break
        return tuple(reversed(turns))

    def to_browser(self) -> str:
        return _CONVERSATION.dump_json(self).decode()


def new_conversation() -> Conversation:
    return Conversation(uuid4().hex)


_CONVERSATION: TypeAdapter[Conversation] = TypeAdapter(Conversation)


def from_browser(text: object) -> Conversation:
    """The conversation a browser sent; a new one when it is not one of ours."""
    try:
        sent = _CONVERSATION.validate_json(text if isinstance(text, str) else "")
    except ValidationError:
        return new_conversation()
    if not _ID.fullmatch(sent.id) or not all(map(_sized, sent.turns)):
        return new_conversation()
    return Conversation(sent.id, sent.turns[-TURN_LIMIT:])


def _sized(shown: Shown) -> bool:
    """Whether the words that a new question may lean on are no longer than ours can be."""
    return (
        len(shown.question) <= QUESTION_LIMIT
        and len(shown.standalone or "") <= 2 * QUESTION_LIMIT
        and len(shown.lines) <= _LINES_LIMIT
        and all(len(line.text) <= _LINE_LIMIT for line in shown.lines)
    )

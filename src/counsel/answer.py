"""Question → answer: the lines of the articles that answer it, verbatim, each with its mark; or a refusal with its reason.

No language model: nothing is said that does not stand in an article. Pure but for reading the index it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from . import questions
from .citing import Piece, Said, cite
from .composing import compose
from .evidence import rarity
from .filters import Filters, invitation, separate, unmatched
from .passages import above
from .questions import Asked
from .refusal import Verdict, judge, nearest, quoted
from .search import Looked, look
from .suggestions import question_from
from .terms import alike, content, terms
from .types import Answer, Citation, Line, Nearest

if TYPE_CHECKING:
    from .index import Index

NEAR = 20  # passages whose headings are tried first as questions
NEAREST = 3  # articles that a refusal points to
TRIES = 2  # questions tried for each near article; each costs a search
REMEMBERED = 10_000  # questions of which it is known whether they have an answer; they come from headings, again and again

STEM = 4  # letters: terms as short as that are compared whole

_HAS_ANSWER: WeakKeyDictionary[Index, dict[str, bool]] = WeakKeyDictionary()


def answer(question: str, index: Index, standalone: str | None = None, parts: Sequence[str] = ()) -> Answer:
    """What the articles say to a question. `standalone` is how a follow-up was understood; it is what is looked up.

    The parts of a double question, where it has some, are looked up instead, each alone, and answered in order; one that the
    articles do not answer is named with the reason. Where they answer none, it is refused; where the answers share a line, the
    question is looked up whole.
    """
    bare, filters = separate(question)
    blank = Answer(question, standalone, "answered", generation=index.generation)
    if questions.read(standalone or bare).kind == "small talk":
        return replace(blank, lines=(Line(greeting(index), kind="note"),))
    asked = [questions.read(one) for one in parts or (standalone or bare,)]
    found = [look(one, index, filters) for one in asked]
    if filters and not asked[0].terms and len(found[0].found.rows):
        return replace(blank, lines=(Line(invitation(filters, index), kind="note"),))
    verdicts = [judge(looked, index) for looked in found]
    if not any(verdict.answers for verdict in verdicts):
        reason, whole = _refusal(verdicts), found
        if filters:
            whole = [look(one, index) for one in asked]
            reason = unmatched(filters, index) or _refusal([judge(looked, index) for looked in whole], filters)
        return replace(blank, status="refused", reason=reason, nearest=_pointers(whole, index), signals=verdicts[0].signals)
    said: list[Said] = []
    for one, looked, verdict in zip(asked, found, verdicts, strict=True):
        more = compose(looked, index) if verdict.answers else [f"Not answered: “{one.text}” {verdict.reason}"]
        if any(isinstance(piece, Piece) and piece in said for piece in more):  # one question after all
            return answer(question, index, standalone)
        said += [*more, verdict.note] if verdict.note else more
    answered = [one for one, verdict in zip(asked, verdicts, strict=True) if verdict.answers and not verdict.note]
    lines, citations = cite(said, index)
    lines += tuple(Line(caution, kind="note") for one in answered if (caution := _caution(one, citations, index)))
    return replace(blank, lines=lines, citations=citations, signals=next(verdict for verdict in verdicts if verdict.answers).signals)


def _caution(asked: Asked, citations: Sequence[Citation], index: Index) -> str:
    """That no passage quoted mentions a name in the question, nor stands under it, where that is so.

    Nor, of a question that yes or no would answer, what tells it most from others: "car" of "Does Acme offer a company car?".
    """
    cited = [one.passage for one in citations]
    present = frozenset(terms(" ".join(part for passage in cited for part in (above(passage), passage.text))))
    gone = asked.names_beyond(present)
    if not gone and asked.yes_no and not asked.trend:
        telling = rarity([one for one in content(asked.put) if one in asked.terms], index)
        rarest = max(telling, key=lambda one: telling[one], default="")
        gone = [] if _is_said(rarest, present) else asked.written([rarest])
    return f"No passage quoted here mentions {quoted(gone, 'or')}." if gone else ""


def _is_said(wanted: str, present: frozenset[str]) -> bool:
    """Whether a term, its like or another form of a longer one is among these: "injur" is said by "injuri"."""
    return not present.isdisjoint(alike(wanted)) or (len(wanted) > STEM and any(one.startswith(wanted[:-1]) for one in present))


def _refusal(verdicts: Sequence[Verdict], filters: Filters | None = None) -> str:
    """Why nothing answers, once for each reason; or that what the filters leave out does."""
    if any(verdict.answers for verdict in verdicts):
        return f"Nothing that “{filters}” leaves answers this, though other passages do."
    return " ".join(dict.fromkeys(verdict.reason for verdict in verdicts if verdict.reason))


def has_answer(question: str, index: Index) -> bool:
    """Whether a question would be answered, without putting the answer together; remembered as long as the index is open."""
    known = _HAS_ANSWER.setdefault(index, {})
    if question not in known:
        bare, filters = separate(question)
        asked = questions.read(bare)
        if len(known) >= REMEMBERED:
            known.clear()
        known[question] = asked.kind != "small talk" and judge(look(asked, index, filters), index).answers
    return known[question]


def _pointers(found: Sequence[Looked], index: Index) -> tuple[Nearest, ...]:
    """The articles nearest to each part of a question in turn."""
    first: dict[str, tuple[Nearest, Looked]] = {}
    for nears in zip(*(nearest(looked, index) for looked in found), strict=False):
        for near, looked in zip(nears, found, strict=True):
            first.setdefault(near.path, (near, looked))
    return tuple(_pointed(near, looked, index) for near, looked in list(first.values())[:NEAREST])


def _pointed(near: Nearest, looked: Looked, index: Index) -> Nearest:
    """A near article with a question it does answer: of the headings its passages were found under first, then of its first ones."""
    article = index.article(near.path)
    titles = {title for row in looked.found.rows[:NEAR].tolist() for title in index.passage(row).heading}
    headings = sorted(article.headings, key=lambda heading: heading.title not in titles)
    tries = [question for heading in headings if (question := question_from(heading, article))][:TRIES]
    return replace(near, question=next((question for question in tries if has_answer(question, index)), None))


def greeting(index: Index) -> str:
    """A friendly line that says what can be asked."""
    cards = index.cards()
    titles = ", ".join(f"“{card.title}”" for card in cards[:3])
    count = f"{len(cards)} article{'s' if len(cards) != 1 else ''}"
    return f"Hello! Ask me a question and I answer from {count} in their own words, with citations; among them {titles}."

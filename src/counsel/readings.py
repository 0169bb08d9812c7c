"""How a question reads in the light of the one before it: what it leaves out told, what it points to named.

Each function gives a question that a person could have asked, or nothing where it is not for it. What a question says itself is tried
first; what it is about is taken from before only where it names nothing of its own, by its words or by what is found for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from . import questions
from .carrying import LONG, best_line, carried, sentence, told_of, topic_before
from .parts import asks_of, lacks_subject
from .terms import STOP_WORDS, content, words
from .topics import another, hyphenated, is_number, is_several, named_before, noun_phrases, topic_of

if TYPE_CHECKING:
    from .index import Index

FURTHER = 2  # questions before the last one in which what "it" stands for is looked for too, where that names nothing: "Which is best?"
# Cosine by which another part of a question may be less like what takes its place; which it is, what is found tells: "How is AI used in
# finance?", "And entertainment?".
AS_LIKE = 0.05
APART = 0.45  # cosine of two words, above which one takes the other's place

_LEAD = (
    r"(?:(?:and|but|so|ok(?:ay)?|then|also|now|well|what about|how about|what of"
    r"|sorry|oops|wait|actually|i meant?|no(?:pe)?(?=,|[ ,]+(?:sorry|wait|actually|i mean)))[ ,]+)+"  # "No, I meant bakers"
)
_CONDITION = re.compile(rf"{_LEAD}(?:what |how about )?(?P<new>(?:even )?(?:if|unless) .+|without .+)", re.IGNORECASE)
# "And Acme, is it less there?"
_ALSO = re.compile(rf"(?P<new>{_LEAD}[^,]+), (?:is|are|does|do) (?:it|that|this|they|there)\b.*", re.IGNORECASE)
_BACK = re.compile(
    r"(?:(?:and|so|ok(?:ay)?|but|now)[ ,]+)*(?:(?:going |coming |let['’]s go )?back|returning) to (?:the )?"
    r"(?P<topic>[^,:.?]+)[,:.] (?P<rest>.+)",
    re.IGNORECASE,
)
_SOME = re.compile(r"(?:any|some|more|other|further) .+", re.IGNORECASE)
_ELLIPSIS = re.compile(rf"^{_LEAD}(?:(?P<preposition>in|for|at|of|on|to|with|as|from|by|about)\s+)?(?P<new>.+?)[?.!\s]*$", re.IGNORECASE)
_TELL = re.compile(r"(?:please )?(?:tell|explain|describe|compare|list|give|show|define|name)\b", re.IGNORECASE)  # whole, as it stands
_PRONOUN = re.compile(
    r"(?<!worth )\b(?!(?-i:IT\b))(?P<word>it|they|them|its|their|theirs|he|she|him|her|his|one(?! of\b)|ones)\b", re.IGNORECASE
)
_POINTS = re.compile(
    r"\b(?:this|that|these|those)\b(?=\s*(?:[?.,!]|$|(?:is|are|was|were|do|does|did|can|could|should|would|will"
    r"|work|works|cost|costs|mean|means|apply|applies|happen|happens|in|for|at|on|to|by|too|as|help|helps"
    r"|affect|affects|\w+ed|paid|done|made|taught|\w+ly|part[- ]time|full[- ]time|from|without|while|online|abroad)\b))",
    re.IGNORECASE,
)
_INTO = re.compile(  # of what was asked about, whatever else a question names
    r"(?:(?<=\binto )|(?<=\bdoing )|(?<=\babout )|(?<=\blike ))(?:this|that)\b(?=\s*(?:[?.,!]|$|(?:from|without|with|as|if|when)\b))",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(
    r"\b(?:is|was|does|did|will|would|can|could|should|has) it\b(?=\s+(?:take|takes|possible|necessary|true|legal|wrong|better to|cost to"
    r"|pay (?:off )?to|make sense|rain|be (?:hard|easy|possible)|(?:like |help )?to \w+ \w|help if"
    r"|matter (?:if|whether|which|what|how|where|when)"
    r"|(?:too |so |very |really |still |ever )*(?:(?:hard|easy|difficult|important|safe) (?:that|for|if|to \w+ \w)"
    r"|(?:ok(?:ay)?|fine|normal|common|usual|best|enough|allowed|wise|smart|useful|good|bad|rude|late|early|soon|risky|realistic|illegal)"
    r" (?:that|if|to \w+ \w))"
    r"|worth \w+ing \w|worth it to \w))",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"(?:{_LEAD})?(?:how (?:does|do|is|are|would) (?:it|that|this|they|these|those) (?:compare|differ|different|compared)"
    r"|what(?:['’]s| is) the difference) (?:to|with|from) (?P<other>.+)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:please |(?:can|could) you )?(?:tell me|say|explain) )?(?:some |a bit |a little )?more(?: details?)?|go on", re.IGNORECASE
)
_HOW_TO = re.compile(r"(?:how|when|where) (?:do|can|could|should|would|to) ?(?:i|you|we|one|someone|people)? (?P<what>.+)", re.IGNORECASE)
_USED = re.compile(r"how (?:is|are) (?P<what>.+?) used\b.*", re.IGNORECASE)
_DO_IT = re.compile(r"\bdo (?:it|that|this|so)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:\b(?:an?|the|that|this) (?P<of_one>[\w-]+(?: [\w-]+)?) one|(?P<of_ones>[\w-]+(?: [\w-]+)?) ones)\b", re.IGNORECASE
)
_KIND = re.compile(r"\b(junior|senior)s\b", re.IGNORECASE)
_SAME_FOR = re.compile(
    rf"(?:{_LEAD})?(?:(?:is|are|was|were) (?:it|that|this|they|these) (?:also )?(?:any )?(?:the same|different|true|so) (?:for|in|at|with)"
    r"|(?:does|do) (?:it|that|this|they|these|the same) (?:also )?(?:apply|go|hold) (?:for|in|to)) (?P<new>.+?)(?: too| as well)?",
    re.IGNORECASE,
)
_HARD = re.compile(r"(?:how |why )?(?:is|was) it (?:hard|easy|difficult|possible|realistic)", re.IGNORECASE)
_WHAT_IS_A = re.compile(r"what(?:['’]s| is) an? (?!.*\blike$)", re.IGNORECASE)  # "What is an apprenticeship?" asks of nothing else
_WHY = re.compile(r"(?:but |and )?(?:why|how)(?: so| come| is that)?", re.IGNORECASE)


def reading(question: str, before: str, earlier: Iterator[str], index: Index) -> str | None:
    """A question as it reads on its own after the one before; None where it stands alone. `earlier` are those before that, last first."""
    if back := _BACK.fullmatch(question.rstrip("?. !")):
        return _of(back["rest"], back["topic"])
    others = _of_others(question, before, index)
    question = others or question
    if same := _SAME_FOR.fullmatch(question.rstrip("?. !")):
        return _substituted(before, same["new"], None, index)
    if (condition := _CONDITION.fullmatch(question.rstrip("?. !"))) and (told := _conditional(condition["new"], before)):
        return told
    if told := _of_it_all(question.rstrip("?. !"), before, index):
        return told
    also = _ALSO.fullmatch(question)
    ellipsis = _ELLIPSIS.match(also["new"] if also else question)
    new = ellipsis["new"] if ellipsis else ""
    if ellipsis and not questions.ASKS.search(new) and not _TELL.match(new) and not _PRONOUN.search(new) and len(new.split()) <= LONG:
        if all(word in STOP_WORDS for word, _, _ in words(new)):  # "And after that?"
            return sentence(f"{before.rstrip('?. !')}, and {new}")
        return _substituted(before, new, ellipsis["preposition"], index)
    bare = re.sub(rf"^{_LEAD}", "", question, flags=re.IGNORECASE)
    named = _of_doing(bare, before) or _named(bare, before, earlier, index)
    told = (carried(named, before, index) or named) if named else _completed(bare, before, index) or carried(bare, before, index)
    return told or (sentence(bare) if others else None)


def _of(question: str, topic: str) -> str:
    """A question about a thing: in the place of its pronoun where that fits, else at the end."""
    pronoun = _PRONOUN.search(question)
    if pronoun and (pronoun["word"].lower() == "they") == is_several(topic):
        return sentence(f"{question[: pronoun.start()]}{topic}{question[pronoun.end() :]}")
    return sentence(f"{question} for {topic}")


def _of_it_all(question: str, before: str, index: Index) -> str | None:
    """What was asked about before beside something else, in what was asked of it: "How does that compare with cooks?"; or more of it."""
    compared = _COMPARED.fullmatch(question)
    if not compared and not _MORE.fullmatch(question):
        return None
    topic = topic_before(before, question, best_line(before, index))
    if not topic or not compared:
        return f"Tell me more about {topic}" if topic else None
    if questions.read(before).pay:
        return sentence(f"How does the pay of {topic} compare with that of {compared['other']}")
    return sentence(f"What is the difference between {topic} and {compared['other']}")


def _conditional(condition: str, before: str) -> str | None:
    """The earlier question under a condition: "And if I live abroad?"; None of one that asks more itself."""
    if questions.ASKS.search(condition) or _PRONOUN.search(condition):
        return None
    joined = " " if condition.lower().startswith("without") else ", "
    return sentence(f"{before.rstrip('?. !')}{joined}{condition}")


def _named(question: str, before: str, earlier: Iterator[str], index: Index) -> str | None:
    """A question with what its pronoun stands for in the pronoun's place; None where it has none or names that itself."""
    said = _NOT_MEANT.search(question)
    meant = _PRONOUN.finditer(question, said.end() if said else 0)
    pronoun = next((match for match in meant if not is_number(question, *match.span())), None)
    if not pronoun:
        pronoun = _POINTS.search(question) if len(content(question)) <= 1 else _INTO.search(question)
    if not pronoun or len(question.split()) > LONG:
        return None
    word = pronoun.groupdict().get("word", "it").lower()
    if named_before(question, pronoun.start(), word):
        return None
    told = (_as_titled(one, index) for one in (before, *islice(earlier, FURTHER)))
    topic = next(filter(None, (topic_of(one, question, word) for one in told)), "")
    if not topic:
        return None
    owner = "" if word not in ("its", "their", "theirs", "his") else "’" if topic.endswith("s") else "’s"
    start = question[: pronoun.start()]
    return sentence((_agreeing(start) if is_several(topic) else start) + topic + owner + question[pronoun.end() :])


def _as_titled(question: str, index: Index) -> str:
    """A question with the words that the title of the article found for it writes with hyphens written so."""
    home = best_line(question, index)
    return hyphenated(question, home.article.title) if home else question


def _agreeing(start: str) -> str:
    """The beginning of a question about one of a kind as it is said of many: "do" for "does"."""
    many = {"is": "are", "was": "were", "does": "do", "has": "have"}
    return re.sub(r"\b(is|was|does|has) (the )?$", lambda match: f"{many[match[1].lower()]} {match[2] or ''}", start, flags=re.IGNORECASE)


def _of_others(question: str, before: str, index: Index) -> str:
    """A question about others of a kind with the kind told: "And senior ones?" after one about bakers is "And senior bakers?"."""
    question = _KIND.sub(r"\1 ones", question)
    match = _OTHERS.search(question)
    if not match or len(question.split()) > LONG:
        return ""
    group = match.lastgroup or ""
    told = list(words(match[group]))
    while told and told[0][0] in STOP_WORDS:
        told = told[1:]
    if not told or any(word in STOP_WORDS or word.endswith("est") for word, _, _ in words(match[group][told[0][1] :])):
        return ""
    start = match.start(group) + told[0][1]
    meant = another(before, question[start : match.end(group)], _telling_apart(index))
    led = re.sub(r"\bthe $", "", question[:start], flags=re.IGNORECASE) if is_several(meant) else question[:start]
    return led + meant + question[match.end() :] if meant else ""


def _telling_apart(index: Index) -> Callable[[str, str], bool]:
    """Whether two words tell apart things of one kind, so that a thing is called by one of them: "winter" and "summer"."""

    def apart(one: str, other: str) -> bool:
        rows = index.encoder.encode_documents([one, other])
        return float(rows[0] @ rows[1]) > APART

    return apart


def _of_doing(question: str, before: str) -> str | None:
    """A question about doing what the one before asked how to do, told what that is: "When should I do it?", "Is it hard?".

    After "How is AI used in finance?" who does this uses AI.
    """
    done, used = (pattern.fullmatch(before.rstrip("?. !")) for pattern in (_HOW_TO, _USED))
    bare = question.rstrip("?. !")
    if used and _DO_IT.search(bare):
        return sentence(_DO_IT.sub(lambda _: f"use {used['what']}", bare, count=1))
    if not done:
        return None
    if _HARD.fullmatch(bare):
        return sentence(f"{bare} to {done['what']}")
    return sentence(_DO_IT.sub(lambda _: done["what"], bare, count=1)) if _DO_IT.search(bare) else None


def _completed(question: str, before: str, index: Index) -> str | None:
    """A question that names nothing it asks about, told what the one before it was about; None for any other."""
    bare = question.rstrip("?. !")
    if _WHY.fullmatch(bare):
        return sentence(f"{before.rstrip('?. !')}, and {bare.lower()}")
    if _SOME.fullmatch(bare) and not questions.ASKS.search(bare):  # "Any tips?"
        return told_of(question, topic_before(before, question, best_line(before, index)))
    takes = re.search(r"\btakes?$", bare)
    if not lacks_subject(questions.read(question)) or _WHAT_IS_A.match(bare) or (_NOT_MEANT.search(question) and not takes):
        return None
    done = _HOW_TO.fullmatch(before.rstrip("?. !"))
    if done and takes:
        return sentence(f"{bare} to {done['what']}")
    return told_of(question, topic_before(before, question, best_line(before, index)))


def _substituted(before: str, new: str, preposition: str | None, index: Index) -> str:
    """The earlier question with its part that is most like the new words replaced by them."""
    phrases = noun_phrases(before)
    if not preposition and lacks_subject(questions.read(new)):  # "And the pay?" stands for what else was asked of the same
        phrases = [(start, end) for start, end in phrases if asks_of(before[start:end])]
        completed = None if phrases else _completed(new, before, index)
        if completed:
            return completed
    if preposition:
        after = [span for span in phrases if re.search(rf"\b{preposition}\s+(?:an? |the )?$", before[: span[0]], re.IGNORECASE)]
        if not after and preposition.lower() in ("in", "at", "on"):
            return sentence(before.rstrip("?. !") + f" {preposition} {new}?")
        phrases = after or phrases
    if not phrases:
        return sentence(f"{before.rstrip('?. !')} {new}?")
    if new[:1].isupper():
        phrases = [(start, end) for start, end in phrases if questions.is_name(before, start, end)] or phrases
    rows = index.encoder.encode_documents([new, *(before[start:end] for start, end in phrases)])
    likeness = rows[1:] @ rows[0]
    likest = [phrases[at] for at in (likeness >= likeness.max() - AS_LIKE).nonzero()[0].tolist()]
    told = [_replaced(before, span, new, index) for span in likest]
    return told[0] if len(told) == 1 else max(told, key=lambda one: _nearest(one, index))


def _replaced(before: str, span: tuple[int, int], new: str, index: Index) -> str:
    """The earlier question with the new words in the place of a part of it."""
    start, end = span
    meant = _known(new, before[start:end], before, index)
    return sentence(_led(before[:start], meant) + meant + before[end:])


def _nearest(question: str, index: Index) -> float:
    """The cosine of the line that answers a question best."""
    best = best_line(question, index)
    return best.features["cosine"] if best else 0.0


def _known(new: str, old: str, before: str, index: Index) -> str:
    """The new words, which say that they are known, in full: "the technicians" after "laboratory technologists" are laboratory technicians.

    Only where the article found for the question before calls them so.
    """
    noun = re.fullmatch(r"the (\w+s)", new, re.IGNORECASE)
    kind, _, _ = old.rpartition(" ")
    home = best_line(before, index) if noun and kind else None
    return f"{kind} {noun[1]}" if noun and home and f"{kind} {noun[1]}".lower() in home.article.text.lower() else new


def _led(kept: str, new: str) -> str:
    """What stands before a replaced part, without the article that does not fit the new words: "in the" India, "a" nurses."""
    article = re.search(r"\b(an?|the)\s+$", kept, re.IGNORECASE)
    if not article:
        return kept
    led, known = kept[: article.start()], article[1].lower() == "the"
    if not known and re.search(r"[^s]s$", new):
        bare = re.sub(r"\bdoes\s+$", "do ", led, flags=re.IGNORECASE)
        return re.sub(r"\bis\s+$", "are ", bare, flags=re.IGNORECASE)
    if re.match(r"(?:an?|the|my|your|this|that)\s", new, re.IGNORECASE) or (known and new[:1].isupper() and not new.isupper()):
        return led
    return kept if known else f"{led}{'an' if re.match('[aeiou]', new, re.IGNORECASE) else 'a'} "

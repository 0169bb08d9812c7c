"""What a question asks for: its kind, its terms, the sides it compares. Pure; knows nothing of articles or indexes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .comparisons import compared
from .segments import sentences
from .terms import STOP_WORDS, alike, content, fold, term, words

Kind = Literal["small talk", "list", "steps", "compare", "definition", "amount", "duration", "time", "person", "place", "open"]
Figure = Literal["", "frequency", "share", "age", "count", "money", "number"]


@dataclass(frozen=True)  # without slots: what is read from the text is kept
class Asked:
    """A question, read."""

    text: str
    kind: Kind
    terms: tuple[str, ...]  # that carry meaning, each once, in order
    sides: tuple[str, ...] = ()  # of a comparison: the two things, in the question's own words
    measure: str = ""  # of a comparison: what they are compared by; "pay" in "Do bakers earn more than cooks?"
    subject: tuple[str, ...] = ()  # the terms of what is to be defined, or of whoever it is asked what they do
    wanted: str = ""  # of a list: the term of what is to be listed, "skill" in "Which skills do I need?"

    @cached_property
    def put(self) -> str:
        """Its sentences that ask, without what is said beside them."""
        return _put(self.text)

    @cached_property
    def yes_no(self) -> bool:
        """Whether yes or no would be an answer."""
        return bool(_YES_NO.match(_after_lead(self.put)))

    @cached_property
    def bare(self) -> bool:
        """Whether it is words as one types them to search, none of which asks."""
        return not ASKS.search(self.text)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The terms of what is to be counted, with their like; "job" and "occup" in "How many jobs are there?"."""
        match = _COUNTED.search(self.put)
        named = content(match[1]) if match else []
        return frozenset(other for one in [*named, *(_HELD if "peopl" in named else ())] for other in alike(one))

    @cached_property
    def names(self) -> frozenset[str]:
        """Its terms that are written as names or numbers, and that the answer must be of.

        What a person says beside the question binds the answer only where a figure or a place is asked for and the question names
        nothing itself: "I live in Spain. What do bakers earn?". Its numbers never do.
        """
        found = {(start, end) for _, start, end in words(self.text) if is_name(self.text, start, end)}
        within = {span for span in found if any(span[0] in sentence for sentence in asking(self.text))}
        beside = {(start, end) for start, end in found if not self.text[start].isdigit()} if self.kind in _BOUND else set()
        return frozenset(term(word) for word, *span in words(self.text) if tuple(span) in (within or beside)) & set(self.terms)

    @cached_property
    def places(self) -> frozenset[str]:
        """Its terms that may say where, of what differs from place to place: "norway" of "what do bakers earn in norway".

        Of words typed to search the last one: "baker salary norway".
        """
        if self.kind not in _BOUND:
            return frozenset()
        last = [word for word, _, _ in words(self.put)][-1:] if self.bare else []
        return frozenset(term(fold(one)) for one in [*_IN_PLACE.findall(self.put), *last]) & set(self.terms)

    def names_beyond(self, present: frozenset[str]) -> list[str]:
        """Its names as the person wrote them, without those that are among these terms."""
        return self.written({name for name in self.names if present.isdisjoint(alike(name))})

    def written(self, some: Collection[str]) -> list[str]:
        """Some of its terms as the person wrote them, each once, in order."""
        return list({term(word): self.text[start:end] for word, start, end in words(self.text) if term(word) in some}.values())

    @cached_property
    def unit(self) -> str:
        """What a duration is to be told in: "hour" in "How many hours a week?"; empty where any unit will do."""
        match = _IN_UNITS.search(self.put)
        return match[1].lower() if match else ""

    @cached_property
    def figure(self) -> Figure:
        """What sort of figure an amount is told in; empty where none is asked for."""
        if self.kind != "amount":
            return ""
        if _OFTEN.search(self.put):
            return "frequency"
        if _SHARE.search(self.put):
            return "share"
        if _AGE.search(self.put):
            return "age"
        return "count" if self.counted else "money" if self.pay and not _RATE.search(self.put) else "number"

    @cached_property
    def becoming(self) -> frozenset[str]:
        """The terms of whom one wants to become; empty where that is not asked about."""
        match = _BECOMING.search(self.text)
        return frozenset(content(match[1])).intersection(self.terms) if match else frozenset()

    @cached_property
    def past(self) -> bool:
        """Whether it is asked who did something, or when it was: the answer is a name or a date."""
        return bool(_PAST.match(self.put))

    @cached_property
    def pay(self) -> bool:
        """Whether it is asked about money."""
        return not _PAY.isdisjoint(self.terms) or bool(_MAKES.search(self.put))

    @cached_property
    def cost(self) -> bool:
        """Whether it is asked what something costs, and not what somebody is paid."""
        return not _COST.isdisjoint(self.terms) and (_PAY - _COST).isdisjoint(self.terms)

    @cached_property
    def cause(self) -> bool:
        """Whether it is asked why."""
        return bool(_WHY.search(self.put))

    @cached_property
    def trend(self) -> bool:
        """Whether it is asked if, or how fast, something grows or shrinks."""
        return bool(_TREND.search(self.put)) and not _CAUSE.search(self.put)


ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have|may|might)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|thanks?|thank you|thx|cheers"
    r"|ok(?:ay)?|great|perfect|cool|nice|awesome|"
    r"bye|goodbye|see you|help|what can (?:i|you) (?:ask|do)(?: you)?|what do you (?:do|know)|who are you|how are you|how does this work|"
    r"that(?:'s| is) (?:great|helpful|all|it)|got it)"
    r"(?:[ ,]+(?:there|counsel|everyone|all|again|a lot|a bunch|so much|very much|you|for (?:your|the|that"
    r"|this)(?: \w+)?|that helps?|that(?:'s| is) (?:great|helpful|all)|bye))*",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bhow (?:do|can|could|would|should|does|to|might) ?(?:i|you|we|one|someone|somebody|people"
    r"|a person)?\b.*\b(?:become|becoming|start|begin|get into|enter|transition|switch|move|break into|prepare"
    r"|learn|study|apply|stay|keep|build|make|write|negotiate|get|find)\b"
    r"|\bstep[- ]by[- ]step\b|\b(?:steps|roadmap|road map|path|process|stages)\b.*\b(?:to|for|of|toward|into|become)\b|^how to\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?!what hours\b)(?:so |and |but |then |please )*(?:which|what(?: kinds?| types?| sorts?)?(?: of)?) "
    r"(?:(?!(?:do|does|did)\b)\w+[ -]){0,4}?"
    r"(?:(?!(?:is|was|does|has|happens|makes|causes|means|counts|matters)\b)\w*[^s\W]s|people|skills?"
    r"|criteria)\b(?!\s+(?:is|was|of an? \w+ (?:is|was))\b)"
    r"|^(?:(?:so|and|but|then|please|can you|could you|would you) )*"
    r"(?:list|name|enumerate|give me|show me|tell me) (?:all |some |the |a few |of )*(?:\w+ ){0,3}\w+s\b"
    r"|^(?:the |some |good |best |other )*ways (?:to|of)\b|\bexamples? of\b|\bwhat are\b"
    r"|\bwhat (?:should|could|can|must|do|would) (?:i|we|you"
    r"|one) (?:need to )?(?:know|learn|have|do|put|include|read|study|expect|bring|ask)\b",
    re.IGNORECASE,
)
_MEASURED_BY = "much|many|long|far|big|large|high|tall|old|fast|often|expensive"
_AMOUNT = re.compile(
    rf"\bhow (?:{_MEASURED_BY})\b|\b(?:what|how)\b.*\bpaid\b|\b(?:salar(?:y|ies)|wages?"
    r"|pay|paid(?= \w)|earn(?:s|ed|ings?)?|income|cost|costs|price|rate|percent(?:age)?|(?:share|number|proportion) of|amount"
    r"|compensation|maximum|minimum|median|age limit)\b",
    re.IGNORECASE,
)
_NO_AMOUNT = re.compile(
    rf"(?:so |and |but )?(?:(?:why|where|who|how (?!{_MEASURED_BY}))\b"
    r"|what (?:can|could|should|must) (?:\w+ ){1,4}?(?:do|say|write|learn|study)\b"
    r"|(?:the |some |good |best |other )*ways\b|(?!.*\b(?:what|which|how (?:much|many))\b).*\b(?:tips|advice|negotiat\w+)\b"
    r"|what (?:affects|determines|decides|influences|increases|raises|lowers)\b"
    r"|(?:what|which) (?:(?!(?:is|are|was|were|do|does|did)\b)\w+ ){0,2}?"
    r"(?!(?:salaries|wages|earnings|costs|prices|rates|fees|kinds|types|sorts)\b)\w+s"
    r" (?:should|can|could|must|pay|cost|affect|determine|decide|influence|increase|raise|lower)\b)",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow (?:much|many)\b", re.IGNORECASE)
_WHICH = re.compile(r"\b(?:what|which)\b", re.IGNORECASE)
_OFTEN = re.compile(r"\bhow (?:often|frequently)\b", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:per ?cent(?:age)?|proportion of|share of)\b", re.IGNORECASE)
_AGE = re.compile(r"\bhow old (?:do|does|must|should|can|need|is too)\b|\b(?:minimum|maximum|legal) age\b|\bage limit\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:rates?|tax(?:es)?|taxed)\b", re.IGNORECASE)  # of money too, but told in percent as well
_COUNTED = re.compile(
    r"\b(?:how many|number of) (.+?)(?= (?:are|do|does|did|is|were|was|have|has|had|can|could|will|would|should|might|may|from|in|of|on"
    r"|to|that|who|per|with|for|there)\b|[?.!]*$)",
    re.IGNORECASE,
)
_IN_UNITS = re.compile(r"\bhow many (?:more )?(year|month|week|day|hour|minute)s\b", re.IGNORECASE)
_IN_PLACE = re.compile(r"\b(?:in|at|from|across|outside)(?: the)? ([\w-]+)", re.IGNORECASE)
_BECOMING = re.compile(
    r"\bbecom(?:e|ing) (?:an? |the )?((?:[\w'’+#/-]+ ){0,3}?[\w'’+#/-]+?)"
    r"(?= (?:in|at|for|with|without|if|when|and|or|as|after|from|on|who|that|by|to)\b|\W*$)",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"(?:\w+ ){0,2}?(?:when (?:was|were|did)|who (?:was|were|is the|\w+ed|wrote|won|made|built|led|began))\b"
    r"|(?:\w+ ){0,3}?(?:what|which) (?:year|date|day|month|century|decade)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\bhow (?:long(?! (?:should|must|can|may) .+ be$)|much (?:more )?time (?:should|do|does|will|must|can)"
    r"|many (?:more )?(?:years|months|weeks|days|hours|minutes))\b"
    r"|\b(?:duration|(?:program|training|course|apprenticeship|internship|probation|leave|contract) length)$",  # as typed into a search box
    re.IGNORECASE,
)
_YES_NO = re.compile(r"(?:so |and |but )?(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|am)\b", re.IGNORECASE)
_TREND = re.compile(
    r"\b(?:gr(?:ow|ows|owing|owth)|outlook|prospects?|future|demand|in decline|declin(?:e|es|ing)|shrink(?:s|ing)?"
    r"|increas(?:e|es|ing)|more jobs|fewer jobs)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:why|caus(?:e|es|ed)|reasons?|how to|how (?:can|do|could|should|would) (?:i|we|you))\b", re.IGNORECASE)
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat (?:causes|caused|(?:is|was) the (?:reason|cause)|are the (?:reasons|causes))\b", re.IGNORECASE
)
_TIME = re.compile(
    r"^(?:(?:so|and|but|then|since|until|from|exactly|about) )*when\b"
    r"|^(?:\w+ ){0,3}?(?:what|which) (?:year|date|day|month|time|century|decade)\b|\b(?:in|on|by|since"
    r"|until) (?:what|which) (?:year|date|day|month|century|decade)\b|\bhow long ago\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"^(?:\w+ ){0,3}?(?:who|whom|whose)\b", re.IGNORECASE)
_PLACE = re.compile(
    r"^(?:\w+ ){0,2}?where\b|\b(?:in|at|from|to) (?:what|which) (?:city|country|state|place|town|region|location)\b", re.IGNORECASE
)
_DEFINITION = re.compile(
    r"^(?:so |and |please |can you |could you )*(?:what(?:'s| is| are| was| were)|define|who(?:'s| is| are)"
    r"|explain(?: to me)?(?: what)?|what does|meaning of|tell me about|describe) (?:an? |the |is "
    r"|are )?(.+?)(?: mean| stand for| in (?:one|a) (?:sentence|word|few words|nutshell)| exactly| actually"
    r"| really| all about)*$",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"(?:what(?:['’]s| is) )?(?:the )?(?:definition|meaning) of (?:an? |the )?(?P<of>.+)"
    r"|(?!what\b|why\b|how\b)(?P<what>.+?)[,:]? (?:definition|meaning)",  # as typed into a search box
    re.IGNORECASE,
)
_DOES = re.compile(
    r"(?:so |and |but |then )*what (?:do|does|did) (?!(?:i|you|we|they|it|he|she)\b)(?:an? |the )?(.+?)"
    r" (?:actually |really |typically |usually )?do(?: all day(?: long)?| (?:at|for) work| for a living| on a daily basis)?",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:so |and |but )*what (?:does|is|'s) (?:an? |the )?(?:typical |average |normal |usual )?(?:work ?)?day (?:in the life )?"
    r"(?:of|for|as) (?:an? |the )?(.+?)(?: look)?(?: like)?",
    re.IGNORECASE,
)
_HELD = content("jobs")  # what statistics count where a person asks how many people work as something
# Says when, or how one asks, and not what.
_ASIDE = re.compile(
    r"\b(?:going to|every ?day|each day|day[- ]to[- ]day|these days|nowadays|worth (?:it|(?:the|my) (?:money|effort|time|trouble)))\b",
    re.IGNORECASE,
)
# What a person says before the question.
_LEAD_IN = re.compile(
    r"(?:(?:oops|hi|hello|hey|(?:i am |i['’]m )?sorry|thanks|thank you|ok(?:ay)?|well|um+|please)[,.! ]+)*"
    r"(?:(?:i (?:just )?(?:want|need|would like) to (?:know|ask|find out|understand)(?: you)?|i['’]d like to (?:know|ask|find out)"
    r"|i (?:was|am) (?:just )?wondering|i['’]m (?:just )?wondering|i (?:just )?wonder|i meant?"
    r"|(?:can|could|would) you (?:please )?tell me(?! (?:about|more)\b)|do you know)(?: (?:about|if|whether))?[,:]? )?",
    re.IGNORECASE,
)
# What a person asks with and an article seldom answers with; what is added to words typed to search; the words of "How long does it
# take?".
_ASKED_WITH = frozenset(
    content("contain include involve comprise consist entail happen possible necessary mandatory compulsory obligatory")
)
_ADDED = frozenset(content("tips advice ideas info guide overview explained"))
_PAY = frozenset(
    content("salary salaries wage wages pay paid earn earns earning earnings income cost costs price compensation money charge fee fees")
)
_COST = frozenset(content("cost price charge fee fees"))
_MAKES = re.compile(r"\bhow much (?:money )?(?:do|does|did|can|could|would|might|will) .*\bmake\b", re.IGNORECASE)
_LASTING = frozenset(content("long time take spend last"))
_BOUND = ("amount", "duration", "time", "place")  # kinds of questions whose answers differ from place to place
_DEFINED = 5  # words: a longer phrase after "what is" asks for a fact about something, not what it is


def read(question: str) -> Asked:
    """What a question asks for. Any text at all is a question."""
    text = " ".join(question.split())
    whole = text.rstrip(" ?!.…")
    if _SMALL_TALK.fullmatch(whole.strip(" ,.!")):
        return Asked(text, "small talk", _telling(content(text), _ASKED_WITH))
    terms = _telling(content(_ASIDE.sub(" ", _LEAD_IN.sub("", whole, count=1) or whole)), _ASKED_WITH)
    terms = terms if ASKS.search(text) else _telling(terms, _ADDED)
    bare = _put(text)
    comparison = compared(bare)
    if comparison:
        one, other, measure = comparison
        return Asked(text, "compare", tuple(content(f"{one} {measure} {other}")) if measure else terms, sides=(one, other), measure=measure)
    if _TIME.search(bare):
        return Asked(text, "time", terms)
    if _DURATION.search(bare) and not _YES_NO.match(bare):
        return Asked(text, "duration", _telling(terms, _LASTING))
    day = _DAY.fullmatch(bare)
    doer = day or _DOES.fullmatch(bare)
    if doer and len(doer[1].split()) <= _DEFINED:
        return Asked(
            f"What does {doer[1]} do?" if day else text, "list", tuple(content(doer[1])), subject=tuple(content(doer[1])), wanted="do"
        )
    if _STEPS.search(bare):
        return Asked(text, "steps", terms)
    meaning = _MEANING.fullmatch(bare)
    subject = tuple(content(meaning["of"] or meaning["what"])) if meaning else ()
    if 0 < len(subject) <= _DEFINED:
        return Asked(text, "definition", subject, subject=subject)
    if _asks_amount(bare):
        return Asked(text, "amount", _telling(terms, _LASTING if "how long" in bare.lower() else _measure(bare)))
    defined = _DEFINITION.fullmatch(bare)
    if (
        defined
        and len(defined[1].split()) <= _DEFINED
        and not re.search(r"\b(?:of|for|in|do|used|than|that|when|which|who|with)\b| (?:on|by|from|to|at|about)$", defined[1])
        and not _LIST_NOUN.search(defined[1])
        and any(word not in STOP_WORDS for word, _, _ in words(defined[1]))  # not of "they"
    ):
        return Asked(text, "definition", terms, subject=_telling(content(defined[1]), _ASKED_WITH))
    if _LIST.search(bare):
        noun = _LISTED.match(bare)
        return Asked(text, "list", terms, wanted=(content(noun[1]) or [""])[-1] if noun else "")
    if _PERSON.search(bare):
        return Asked(text, "person", terms)
    if _PLACE.search(bare):
        return Asked(text, "place", terms)
    return Asked(text, "open", terms)


def _asks_amount(bare: str) -> bool:
    """Whether an amount is what is asked for: named after the first "what" or "which", if there is one ("Paying late harms what?")."""
    which = None if _HOW_MANY.search(bare) else _WHICH.search(bare)
    named = _AMOUNT.search(bare, which.start() if which else 0)
    return bool(named) and not _YES_NO.match(_after_lead(bare)) and not _NO_AMOUNT.match(bare)


def _measure(bare: str) -> frozenset[str]:
    """What an amount is measured by, which an answer seldom repeats: "big" of "How big is the market?"."""
    how = re.search(r"\bhow (?P<big>much|many|big|large|high|expensive)\b", bare, re.IGNORECASE)
    return frozenset(content(how["big"])) if how else frozenset()


def _after_lead(bare: str) -> str:
    """A question without what is told first, to which yes or no is asked: "I live in Spain, will they pay for this?"."""
    told, _, last = bare.rpartition(", ")
    return last if told and _YES_NO.match(last) and not ASKS.match(told) else bare


def is_name(question: str, start: int, end: int) -> bool:
    """Whether a word of a question is written as a name or number: with a capital within a sentence, or digits."""
    written = question[start:end]
    return (written[:1].isdigit() or (written[:1].isupper() and start > 0)) and not re.search(r"[.!?:]\s*$", question[:start])


def asking(text: str) -> list[range]:
    """Where the sentences of a text that ask stand; all of it where none does."""
    return [range(start, end) for start, end in sentences(text, 0, len(text)) if text[start:end].endswith("?")] or [range(len(text))]


def _put(text: str) -> str:
    """The sentences of a text that ask, without what a person says before a question."""
    bare = " ".join(text[one.start : one.stop] for one in asking(text)).rstrip(" ?!.…")
    return _LEAD_IN.sub("", bare, count=1) or bare


def _telling(terms: Sequence[str], said: frozenset[str]) -> tuple[str, ...]:
    """The terms without those that only shape the question; all of them where no other is left."""
    return tuple(term for term in terms if term not in said) or tuple(terms)


_LISTED = re.compile(
    r"(?:so |and |but |then |please )*(?:which|what(?: are| kinds?| types?"
    r"| sorts?)?(?: of)?(?: the)?) ((?:(?!(?:do|does|did)\b)\w+[ -]){0,3}?(?!happens|makes|causes|means)\w+s)\b",
    re.IGNORECASE,
)
_LIST_NOUN = re.compile(r"\b(?:main|key|best|top|common|biggest|most|different|important|some|other)\b", re.IGNORECASE)

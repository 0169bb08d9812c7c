"""Words → the terms that the lexical index and the answer compare.

A term is lower case, without accents, in American spelling, stemmed (Snowball English), and made of letters and digits only. Numbers
keep their value whatever their separators ("$133,080" and "133080" are one term), letters and digits that touch are one ("L4"), names
with signs stay themselves ("C++" is "cplusplus", ".NET" is "dotnet"), scripts written without spaces give one term a character. Knows
nothing of articles or questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

_STEMMER = Stemmer.Stemmer("english")

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Thai, Lao, Burmese, Khmer, kana, Han
)
# Long forms and the short forms that people write for them: a text with the long form holds the short one too.
_SHORT_FORMS = {
    "artificial intelligence": "ai",
    "machine learning": "ml",
    "natural language processing": "nlp",
    "large language models?": "llm",
    "human resources": "hr",
    "information technology": "infotech",
    "curriculum vitae": "cv",
    "user experience": "ux",
    "united states(?: of america)?": "usa",
    "united kingdom": "uk",
    "european union": "eu",
    "doctor(?:ate)? of philosophy": "phd",
}
# Words that mean the same to a person who asks about work; each is indexed as itself and asked for as any of its group.
_SAME = (
    "pay paid earn earning salary wage income compensation",
    "resume cv",
    "phd doctorate doctoral",
    "job occupation",
    "updated current uptodate",
    "usa america american",
    "learn study",
    "employer company",
    "switch transition",
    "outlook prospects grow growing growth demand",
    "opening vacancy",
    "education degree diploma qualification schooling",
    "math maths mathematics",
    "trait quality characteristic personality",
    "lawyer attorney",
    "doctor physician",
    "remote telework",
    "hour schedule",
    "disadvantage drawback downside challenge difficulty",
    "advantage benefit",
    "quit resign resignation",
    "university college",
    "photo photograph",
    "layoff redundancy redundant",
    "boss manager supervisor",
    "coworker colleague",
    "vacation holiday",
    "intern internship",
    "beginner novice",
)
_SHORTS = frozenset(_SHORT_FORMS.values())
_GAP = r"[ \n-]"
_LONG = "|".join(_SHORT_FORMS).replace(" ", _GAP)
_INITIALS = "".join(sorted({form[0] for form in _SHORT_FORMS}))  # looked at first: most words are no long form
_PREFIXES = "co|de|e|multi|non|pre|re|semi|sub"  # no words themselves, and written with a hyphen or without: "co-working"
_LETTER = rf"[^\W\d_{_UNSPACED}]"
_WORD = re.compile(
    rf"(?i:(?P<sign>(?<!\w)\.net\b|\b(?=[cfu])(?:[cf]\#|c\+\+|up[- ]to[- ]date\b))"
    rf"|(?P<long>\b(?=[{_INITIALS}])(?:{_LONG})\b))"
    rf"|(?P<code>(?<![\d.,])(?:\d+(?={_LETTER})|(?<!\w){_LETTER}+(?=\d))(?:{_LETTER}|\d)+)"
    rf"|(?P<number>\d+(?:[.,]\d+)*)"
    rf"|(?P<initials>\b(?:[^\W\d_]\.){{2,}})"
    rf"|(?P<unspaced>[{_UNSPACED}])"
    rf"|(?P<word>(?:(?<!\w)(?i:{_PREFIXES})-(?={_LETTER}))?{_LETTER}+(?:['’]{_LETTER}+)?)"
)
_CAPITALS = {"US": "usa", "IT": "infotech"}  # small they are words of grammar
_SEVERAL_INITIALS = re.compile(r"[A-Z][A-Za-z]*[A-Z]s")  # "GPUs": a stemmer takes the last letters for those of "bus"
_SIGNS = {".net": "dotnet", "c#": "csharp", "f#": "fsharp", "c++": "cplusplus"}  # any other sign is "up to date"
_LONG_FORMS = tuple((re.compile(form.replace(" ", _GAP), re.IGNORECASE), short) for form, short in _SHORT_FORMS.items())

# Spellings of British English with the American one. That "promise" becomes "promize" on the way is no harm: in every text it does.
_BRITISH = re.compile(
    r"(?<=[a-z]{3}[^vwcaou])(?<!advert)is(?=(?:e[drs]?|ers|ing|ations?|ational(?:ly)?)$)"  # specialise, organisational
    r"|(?<=[a-z]{3})our(?=(?:s|ed|ing|er|ers|al|ally|able|ful|ite|ites|hoods?|less)?$)"  # labour, behavioural, favourite
    r"|(?<=[a-z]{4}e)ll(?=(?:ing|ed|ers?|ors?)$)"  # travelling, counsellor
    r"|(?<=[a-z]y)z(?=(?:e[drs]?|ers|ing)$)"  # analyze, which has the s of "analysis" in both
)
_AMERICAN = {"is": "iz", "our": "or", "ll": "l", "z": "s"}
_OTHERWISE_SPELLED = {
    "centre": "center",
    "centres": "centers",
    "theatre": "theater",
    "theatres": "theaters",
    "defence": "defense",
    "offence": "offense",
    "offences": "offenses",
    "judgement": "judgment",
    "enrol": "enroll",
    "enrolment": "enrollment",
    "fulfil": "fulfill",
    "catalogue": "catalog",
    "licence": "license",
    "licences": "licenses",
    "programme": "program",
    "programmes": "programs",
}

# Forms that no rule of a stemmer leads back to the word they are of, which comes first.
_FORMS = """
    arise arose arisen, bear bore borne, become became, begin began begun, bend bent, blow blew blown,
    break broke broken, breed bred, bring brought, build built, burn burnt, buy bought, catch caught, choose chose chosen, cling clung,
    come came, creep crept, deal dealt, dig dug, draw drew drawn, drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen,
    feed fed, feel felt, fight fought, find found, flee fled, fly flew flown, forbid forbade forbidden, forget forgot forgotten,
    forgive forgave forgiven, freeze froze frozen, give gave given, go went gone, grow grew grown, hang hung, hear heard, hide hid hidden,
    hold held, keep kept, know knew known, lay laid, lead led, learn learnt, leave left, lend lent, lose lost, make made, meet met,
    overcome overcame, pay paid, ride rode ridden, ring rang rung, rise rose risen, run ran, say said, see saw seen, seek sought,
    sell sold, send sent, shake shook shaken, shine shone, shoot shot, show shown, shrink shrank shrunk, sing sang sung, sink sank sunk,
    sit sat, sleep slept, speak spoke spoken, spend spent, spin spun, stand stood, steal stole stolen, stick stuck, strike struck,
    swear swore sworn, sweep swept, swim swam swum, swing swung, take took taken, teach taught, tear tore torn, tell told,
    think thought, throw threw thrown, undergo underwent undergone, understand understood, undertake undertook undertaken,
    wake woke woken, wear wore worn, weave wove woven, win won, withdraw withdrew withdrawn, wring wrung, write wrote written,
    analysis analyses, child children, crisis crises, criterion criteria, foot feet, goose geese, half halves, knife knives,
    man men, mouse mice, phenomenon phenomena, self selves, thief thieves, tooth teeth, wife wives, wolf wolves, woman women
"""
_BASE = {form: group.split()[0] for group in _FORMS.split(",") for form in group.split()[1:]}

# Words that carry grammar rather than meaning: the usual English function words, and those that only shape a question.
STOP_WORDS = frozenset(
    """
    a about above actually after again against all also although am an and another answer any anybody anyone anything anyway are aren't as
    at basically be because been before being below besides between both brief briefly but by can can't cannot could couldn't currently
    define describe detail details did didn't difference different do does doesn't doing don't down during each either else ever every
    everybody everyone everything example examples explain few for from further generally get gets getting got had hadn't has hasn't have
    haven't having he her here hers herself him himself his how however i i'd i'll i'm i've if in into is isn't it it's its itself just
    let's list lot many may maybe me mean means might mine more most much must my myself need needed needs no nobody nor normally not
    nothing nutshell of off ok okay on once only onto or other our ours ourselves out over own per perhaps please question quite rather
    really same sentence shall she should shouldn't show simply since so some somebody someone something such tell than that that's the
    their theirs them themselves then there there's these they thing things this those though through thus to too toward typically under
    until up upon us usually very was wasn't we were weren't what what's when when's where where's whether which while who who's whom whose
    why why's will with within without won't would wouldn't yes yet you your yours yourself yourselves
    """.split()
)


def fold(text: str) -> str:
    """The text in lower case without accents; other signs stay."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of a text, unstemmed and folded, with where it stands: (word, start, end)."""
    return iter(_words(text))


@lru_cache(maxsize=512)  # one question reads the same lines several times
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORD.finditer(text):
        word = match.group()
        if word.isalpha() and word.islower() and match.lastgroup == "word":  # as most are
            yield fold(word), match.start(), match.end()
        elif match.lastgroup == "sign":
            yield _SIGNS.get(word.lower(), "uptodate"), match.start(), match.end()
        elif match.lastgroup == "long":
            for part in re.finditer(r"\w+", word):
                yield fold(part.group()), match.start() + part.start(), match.start() + part.end()
            yield next(short for form, short in _LONG_FORMS if form.fullmatch(word)), match.start(), match.end()
        elif match.lastgroup == "code":
            yield re.sub(r"(?<=\d)s$", "", fold(word)), match.start(), match.end()
        elif match.lastgroup == "number":
            yield _number(word), match.start(), match.end()
        elif match.lastgroup == "initials":
            yield _CAPITALS.get(word.upper().replace(".", ""), fold(word.replace(".", ""))), match.start(), match.end()
        elif word in _CAPITALS:
            yield _CAPITALS[word], match.start(), match.end()
        elif _SEVERAL_INITIALS.fullmatch(word):
            yield fold(word[:-1]), match.start(), match.end()
        else:
            yield fold(word).replace("’", "'").replace("-", ""), match.start(), match.end()


def terms(text: str) -> list[str]:
    """Every word of a text as its term, stop words included, in order."""
    return [term(word) for word, _, _ in words(text)]


def content(text: str, once: bool = True) -> list[str]:
    """The terms of a question that carry meaning, each once unless told otherwise, in order; all of them where none does.

    A long form that has a short one ("machine learning") is asked for as the short one alone, which its texts hold too.
    """
    spans = [(word, start, end) for word, start, end in words(text)]
    long = {(start, end) for word, start, end in spans if word in _SHORTS and text[start:end].lower() != word}
    found = [word for word, start, end in spans if (start, end) in long or not any(a <= start and end <= b for a, b in long)]
    kept = [word for word in found if word not in STOP_WORDS]
    found = [term(word) for word in kept or found]
    return list(dict.fromkeys(found)) if once else found


def alike(one: str) -> tuple[str, ...]:
    """The terms that mean the same as this one to a person who asks, itself first."""
    return _GROUPS.get(one, (one,))


@lru_cache(maxsize=1 << 16)
def term(word: str) -> str:
    """The term of one folded word."""
    word = word.removesuffix("'s").replace("'", "")
    if not word.isascii() or not word.isalpha():
        return "".join(c for c in word if c.isalnum())
    word = _BASE.get(word, word)
    american = _OTHERWISE_SPELLED.get(word) or _BRITISH.sub(lambda match: _AMERICAN[match[0]], word)
    stem: str = _STEMMER.stemWord(american)
    return stem


def _number(digits: str) -> str:
    """One spelling for a number: separators of thousands out, a decimal point as the letter d."""
    if re.fullmatch(r"\d{1,3}(,\d{2,3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    return re.sub(r"[.,]", "d", digits)


_GROUPS = {
    term(word): (term(word), *dict.fromkeys(term(other) for other in group.split() if term(other) != term(word)))
    for group in _SAME
    for word in group.split()
}

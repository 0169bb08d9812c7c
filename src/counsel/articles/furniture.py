"""Page furniture taken out: what a page says about itself and its neighbours, not about its subject.

Recognised by shape, at the places where it stands; prose is never touched, nor code between fences. What is not
clearly furniture stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..marks import inline
from .markdown import code_lines

PLATFORMS = (
    "facebook|instagram|insta|x|twitter|x ?/ ?twitter|bluesky|telegram|whatsapp|youtube|linkedin|mastodon|threads|tiktok|"
    "pinterest|reddit|medium|discord|github|twitch|snapchat|tumblr|vk|xing|substack|flickr|rss|e-?mail|messenger|pocket|"
    "flipboard|hacker news|print"
)
PLATFORM = re.compile(rf"(?:{PLATFORMS})(?: page| channel| group| feed)?", re.I)
HANDLE = re.compile(
    rf"(?:{PLATFORMS}|(?:official )?(?:web ?site|site|blog|web|homepage|newsletter|podcast|channel))\s*[:|–-]\s*(?:@?[\w.\-/:]+)", re.I
)
AT_SIGN = re.compile(r"(?:(?:follow|find) (?:me|us)(?: on)?)?\s*:?\s*(?:[@#][\w.]{2,}[ ,|]*){1,6}", re.I)
FOLLOW = re.compile(
    rf"(?:follow|find|connect with|like|join) (?:me|us)(?: on| at| here| online)?"
    rf"(?:(?: on)? (?:#\w+|@\w+|{PLATFORMS}|social media))*\s*[:!.]?"
    rf"|(?:share|tweet|pin|save|email|print|copy|post)(?: (?:this|on|to|via|it|link|with|by))*"
    rf"(?: (?:post|article|page|story|link|{PLATFORMS}|friends))*\s*[:!.]?",
    re.I,
)
TAIL = re.compile(
    r"(?:popular|recent|related|latest|recommended|more|featured|similar|trending|other|next|previous|older|newer)"
    r" (?:posts?|articles?|stories|reading|reads|content|links|topics|pages|news)(?: (?:from|on|in|by|like)\b.{0,40})?"
    r"|you (?:may|might) also (?:like|enjoy|be interested in)|people also (?:read|viewed)"
    r"|read (?:next|more|also)|keep reading|more from\b.{0,40}|more like this",
    re.I,
)
COMMENTS = re.compile(
    r"(?:(?:no|\d+) )?(?:comments?|responses?|repl(?:y|ies))"
    r"(?: (?:yet|so far|closed|off|are closed|\(\d+\)|on this (?:post|article)))*(?: ?\(\d+\))?"
    r"|(?:leave|post|write|add|submit|join) (?:a |an? |your |the )?(?:comment|reply|response|discussion|conversation)"
    r"(?: (?:below|cancel reply))?"
    r"|(?:log|sign) in to (?:leave a )?(?:comment|reply)|be the first to comment|cancel reply|load more comments|view all comments",
    re.I,
)
BUTTON = re.compile(
    r"skip to (?:main |the )?content|(?:back|return|scroll) to (?:the )?top|advertisements?|sponsored(?: content)?"
    r"|(?:accept|reject|allow|decline)(?: all)?(?: cookies)?|(?:manage|cookie) (?:preferences|settings|consent)"
    r"|share this(?: (?:post|article|page|story))?",
    re.I,
)
COOKIES = re.compile(
    r"(?:we|this (?:web ?)?site|our (?:web ?)?site|this page|by (?:continuing|using|clicking|browsing))\b.{0,120}\bcookies\b", re.I
)
CONSENT = re.compile(r"\b(?:accept|agree|consent|continu|experience|preferences|privacy policy|learn more|analy[sz]e)", re.I)
SIGN_UP = re.compile(
    r"(?:please |now )?(?:subscribe|sign up|join)\b(?:.{0,30}\b(?:to|for))? (?:our|my|the) "
    r".{0,40}?(?:newsletter|mailing list|updates|feed|channel)\b.{0,80}"
    r"|(?:subscribe|sign up)(?: now| today| here)?[.!]?|(?:subscribe|sign up)\b.{0,60}\bby e-?mail[.!]?"
    r"|(?:get|receive|have)\b.{0,80}\b(?:straight|right|delivered|directly|sent) (?:to|in|into) your inbox\b.{0,40}",
    re.I,
)
SEE_ALSO = re.compile(
    r"(?:read (?:more|also|next)|also read|related(?: (?:article|post|story))?|watch|recommended)\s*:\s*[^.:;]{5,120}", re.I
)
LONG = 600  # characters; a longer line is prose
BULLET = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s")


@dataclass(frozen=True, slots=True)
class Cleaned:
    text: str
    removed: tuple[str, ...]  # the lines taken out, in order
    captions: frozenset[str]  # lines that name a picture: kept, but never a heading


def without_furniture(text: str, *, authored: bool) -> Cleaned:
    """The text without its page furniture. Lines that stay are unchanged and keep their order.

    In a text authored as such (Markdown, Word) a list of links at the end was put there for its readers and stays.
    """
    lines = text.split("\n")
    drop, captions = lines_of_furniture(lines, authored=authored)
    if not drop:
        return Cleaned(text, (), captions)
    kept = [line for i, line in enumerate(lines) if i not in drop]
    body = re.sub(r"\n{4,}", "\n\n", "\n".join(kept)).strip("\n")
    return Cleaned(body, tuple(lines[i] for i in sorted(drop) if lines[i].strip()), captions)


def lines_of_furniture(lines: list[str], *, authored: bool) -> tuple[set[int], frozenset[str]]:
    """Which of these lines are furniture, and which are captions of pictures."""
    code = code_lines(lines)
    said = ["" if code[i] else _said(line) for i, line in enumerate(lines)]
    drop: set[int] = set()
    captions = _twice(lines, said, code, drop)
    _runs(said, lines, drop)
    for i, words in enumerate(said):
        if not words or code[i]:
            continue
        shaped = BUTTON.fullmatch(words) or _notice(words) or (not authored and SEE_ALSO.fullmatch(words))
        if _lone_mark(lines[i]) or (shaped and not BULLET.match(lines[i])):
            drop.add(i)
    _tail(lines, said, code, drop, authored)
    return drop, captions


def _said(line: str) -> str:
    """The words of a line, as far as they can matter here."""
    words = line.strip(" #>")
    return words[:LONG] if len(words) > LONG or words.startswith("|") else inline(words)


def _lone_mark(line: str) -> bool:
    """A line that is nothing but a separator between links."""
    return line.strip() in ("|", "||", "·", "•", "»", "«", "›", "×", "✕")


def _notice(words: str) -> bool:
    """A cookie notice or a newsletter's sign-up line."""
    if len(words) <= 500 and COOKIES.match(words) and CONSENT.search(words):
        return True
    return len(words) <= 160 and bool(SIGN_UP.fullmatch(words))


def _twice(lines: list[str], said: list[str], code: list[bool], drop: set[int]) -> frozenset[str]:
    """A caption printed twice in direct succession is kept once, or not at all where the text says it anyway."""
    captions: set[str] = set()
    sentences = {words.rstrip(".!?").lower() for i, words in enumerate(said) if words.endswith((".", "!", "?"))}
    last = -1
    for i, words in enumerate(said):
        if not words:
            continue
        if last >= 0 and words == said[last] and i - last <= 2 and _caption(lines[i]) and not code[i]:
            captions.add(lines[i].strip())
            drop.add(i)
            if words.lower() in sentences:
                drop.add(last)
        last = i
    return frozenset(captions)


def _caption(line: str) -> bool:
    return len(line.split()) >= 4 and len(line) <= 200 and not BULLET.match(line) and "|" not in line and line.strip()[-1] not in ".:;,"


def _runs(said: list[str], lines: list[str], drop: set[int]) -> None:
    """Share and follow lists: three lines or more that are nothing but platforms and handles, some of them plainly so."""
    run: list[int] = []

    def close() -> None:
        plain = [i for i in run if any(shape.fullmatch(said[i]) for shape in (HANDLE, FOLLOW, AT_SIGN))]
        bullets = any(BULLET.match(lines[i]) for i in run)
        if len(run) >= 2 and len(plain) >= (len(run) if bullets else 2) and (len(run) >= 3 or not bullets):
            drop.update(run)
        run.clear()

    for i, words in enumerate(said):
        if not words:
            continue
        bare = BULLET.sub("", words, count=1)
        if any(shape.fullmatch(bare) for shape in (PLATFORM, HANDLE, FOLLOW, AT_SIGN)):
            run.append(i)
        else:
            close()
    close()


def _tail(lines: list[str], said: list[str], code: list[bool], drop: set[int], authored: bool) -> None:
    """Comment stubs and lists of other posts at the very end, with everything after them that is no prose."""
    cut, characters = len(lines), 0
    whole = sum(map(len, said))
    for i in range(len(lines) - 1, -1, -1):
        words = said[i]
        if code[i]:
            break
        if not words or i in drop:
            continue
        stub = _is(words, COMMENTS) or _is(words, TAIL) or _is(words, BUTTON) or _is(words, SIGN_UP)
        if not stub and not _like_a_link(lines[i], words, authored):
            break
        characters += len(words)
        if characters * 3 > whole:
            break
        if stub and not BULLET.match(lines[i]):
            cut = i
    drop.update(range(cut, len(lines)))


def _is(words: str, shape: re.Pattern[str]) -> bool:
    return bool(shape.fullmatch(words.rstrip(":.!… ")))


def _like_a_link(line: str, words: str, authored: bool) -> bool:
    if len(words) > 130 or "|" in line or (authored and BULLET.match(line)):
        return False
    return not words.endswith((".", ":", ";", ",")) and not re.search(r"[a-z]{3}[.!?] [A-Z]", words)

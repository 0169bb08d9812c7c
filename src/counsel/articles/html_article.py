"""Which part of a web page is its article.

Two readings are weighed: a well-kept extractor's, which knows where an article on a cluttered page begins and ends, and
our own, which finds the element that holds the page's prose and loses neither tables nor the tabs of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from .html_markdown import BLOCKS, blocks

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NEVER = {
    *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video", "map"),
    *("button", "input", "select", "textarea", "dialog", "nav", "menu", "link", "meta", "head", "datalist", "progress", "meter"),
    *("source", "track", "area", "param", "frame", "frameset", "applet", "base", "title", "option"),
}
ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar", "toolbar", "tooltip"}
FURNITURE_NAME = re.compile(
    r"(?:nav|navbar|navigation|menu|submenu|breadcrumbs?|footer|sidebar|share|sharing|sharedaddy|shares|addtoany|comments?|disqus|respond|"
    r"cookies?|consent|gdpr|newsletter|subscribe|subscription|signup|optin|related|recommended|recommendations?|recirc|popular|trending|outbrain|taboola|"
    r"advert|advertisement|ads?|adsense|adslot|adbox|sponsor|sponsored|promo|promos|popup|modal|lightbox|skiplink|pagination|pager|"
    r"tags|tagcloud|taglist|printonly|login|rating|noprint|topbar|toolbar|toc)"
)
FURNITURE_NAMES = re.compile(
    r"(?:social|share)[_-]?(?:links?|media|icons?|buttons?|bar|share|sharing|list|nav)|(?:pop|sign|opt|log)-?(?:up|in)|skip-?links?|prev(?:ious)?-?next|post-?nav(?:igation|igator)?|"
    r"author-?(?:box|bio|card|info)|screen-?reader-?text|sr-?only|visually-?hidden|search-?form|you-may|also-like|read-?(?:more|next)|more-(?:stories|posts|articles|from)|"
    r"widget|widget-?area|widgets|side-?bar(?:-\w+)?|aside|social"
)
PROSE = {"p", "li", "td", "th", "dd", "pre", "blockquote", "div", "section", "article"}
SHARE = 0.5  # of the page's prose: an extractor that found less has lost parts of the article
SEARCHED = 200_000  # characters; in a longer text only whole lines are looked for, for the time it takes
SIBLINGS = 50  # looked at on either side for a panel that is shown
LINKED = 0.4  # of an element's words: one with more of them in links is a list of links
ENOUGH = 0.5  # of the page's prose: an element marked as its main part that holds less is not
INSEPARABLE = {"p", "table", "tbody", "tr", "td", "ul", "ol", "li", "dl", "pre"}  # an article is more than one of them
NEARLY_ALL = 0.97  # of the words an extractor found: the element around them is the article
MOST = 0.93  # of the prose around it: an element that holds so much holds the article


def article(body: HtmlElement, opinion: str) -> str:
    """The Markdown of the part of the page that is its article.

    Where the extractor found most of the page's prose, it decides where the article begins and ends, and what it passed
    over in between (tables, lists, headings) is kept. Where it found less (it takes one tab of several for the whole),
    the element that holds the prose decides.
    """
    whole = len(body.text_content())
    _prune(body)
    _drop_heading_links(body)
    confirmed = _confirmed(body, opinion)
    prose = _prose(body)
    main = _main(body, prose)
    if sum(confirmed.values()) < SHARE * prose.get(main, 0) or not confirmed:
        _prune_named(body, whole)
        text = _rendered(_main(body, _prose(body)))
    else:
        text = _rendered(_around(body, confirmed))
    return opinion if len(_fold(text)) < 0.7 * len(_fold(opinion)) else text


def _rendered(main: HtmlElement) -> str:
    return "\n\n".join(part.strip("\n") for part in blocks(main) if part.strip())


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _confirmed(body: HtmlElement, opinion: str) -> dict[HtmlElement, int]:
    """The elements whose own words stand in the extractor's text, and how many characters they have."""
    opinion += "\n" + re.sub(r"</?\w{1,8}>", "", opinion)  # its own tags, unless they are words of the page: "&lt;unpaid&gt;"
    lines = {_fold(cell) for line in opinion.split("\n") for cell in (line, *line.split("|"))}
    whole = _fold(opinion) if len(opinion) <= SEARCHED else ""
    found: dict[HtmlElement, int] = {}
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag in BLOCKS:
            own = _fold("".join(_own_text(element)))
            if own and (own in lines or (len(own) >= 15 and own in whole)):
                found[element] = len(own)
    return found


def _around(body: HtmlElement, confirmed: dict[HtmlElement, int]) -> HtmlElement:
    """The smallest element around nearly all confirmed ones, without what stands in it unconfirmed and looks like furniture."""
    inside: dict[HtmlElement, int] = {}
    for element, characters in confirmed.items():
        for at in (element, *element.iterancestors()):
            inside[at] = inside.get(at, 0) + characters
    whole, at = sum(confirmed.values()), body
    while True:
        inner = [child for child in at if inside.get(child, 0) >= NEARLY_ALL * whole and child.tag not in INSEPARABLE]
        if not inner:
            break
        at = inner[0]
    order = {element: place for place, element in enumerate(at.iter())}
    places = [order[element] for element in confirmed if element in order]
    first, last = min(places), max(places)
    for element in list(order):
        parent = element.getparent()
        if element is at or element in inside or parent not in inside or element.tag not in BLOCKS:
            continue
        if not _belongs(element, first <= order[element] <= last, any(other in inside for other in parent)):
            element.drop_tree()
    return at


def _belongs(element: HtmlElement, between: bool, beside: bool) -> bool:
    """Whether an unconfirmed element within the article is part of it."""
    words = len(_fold(element.text_content()))
    linked = sum(len(_fold(link.text_content())) for link in element.iter("a"))
    if element.tag in ("tr", "td", "th", "thead", "tbody", "tfoot", "caption", "li", "dt", "dd"):
        return True
    if _is_named(element) or element.tag in ("footer", "aside", "form"):
        return False
    if re.fullmatch("h[1-6]", element.tag) or element.tag == "header":
        return True
    if words and linked > LINKED * words:
        return False
    return between or (beside and element.tag in ("table", "ul", "ol", "dl", "pre") and words >= 10)


def _prune(body: HtmlElement) -> None:
    """Take out what is never part of an article."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        role = (element.get("role") or "").lower()
        if element.tag in NEVER or role in ROLES or _is_hidden(element) or _is_of_the_page(element):
            element.drop_tree()


def _is_of_the_page(element: HtmlElement) -> bool:
    """A header or footer of the page itself, not of an article on it."""
    if element.tag not in ("header", "footer") or element.find(".//h1") is not None or element.find(".//article") is not None:
        return False
    return not any(above.tag in ("article", "main", "section") for above in element.iterancestors())


def _prune_named(body: HtmlElement, whole: int) -> None:
    """Take out what calls itself furniture; nothing that holds half of the page's words goes by its name alone."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        named = _is_named(element) or element.tag in ("footer", "aside") or (element.tag == "header" and element.find(".//h1") is None)
        if named and len(element.text_content()) * 2 < whole:
            element.drop_tree()


def _drop_heading_links(body: HtmlElement) -> None:
    """Take out the link that every heading of a page carries ("Edit", "¶", "About this section")."""
    links: dict[str, list[HtmlElement]] = {}
    for heading in body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        for link in heading.iter("a", "span"):
            words = " ".join(link.text_content().split())
            if words and words != " ".join(heading.text_content().split()):
                links.setdefault(words, []).append(link)
    for words, same in links.items():
        if len(same) >= 3 or words in ("#", "¶", "§", "🔗"):
            for link in same:
                if link.getparent() is not None:
                    link.drop_tree()


def _is_named(element: HtmlElement) -> bool:
    """Whether the element's id or class calls it furniture: one of its names, or a part of a compound name."""
    if element.tag in ("body", "html", "article", "main", "p", "h1", "h2", "h3", "a", "span", "strong", "em", "td", "tr", "th", "table"):
        return False
    for name in f"{element.get('id') or ''} {element.get('class') or ''}".split():
        parts = [part.lower() for part in re.split(r"[_-]+|(?<=[a-z])(?=[A-Z])", name)]
        if parts[0] in ("no", "has", "with", "without", "is", "elementor", "col", "wp"):
            continue
        if FURNITURE_NAMES.fullmatch(name.lower()) or any(FURNITURE_NAME.fullmatch(part) for part in parts):
            return True
    return False


def _is_hidden(element: HtmlElement) -> bool:
    """Not shown, and not one of several panels of which one is shown at a time."""
    style = (element.get("style") or "").replace(" ", "").lower()
    if element.get("hidden") is None and "display:none" not in style and "visibility:hidden" not in style:
        return False
    if element.get("role") == "tabpanel":
        return False
    beside = (*islice(element.itersiblings(), SIBLINGS), *islice(element.itersiblings(preceding=True), SIBLINGS))
    return not any(_alike(element, other) for other in beside)


def _alike(element: HtmlElement, other: HtmlElement) -> bool:
    def form(value: HtmlElement) -> tuple[object, ...]:
        return (
            value.tag,
            re.sub(r"\d+", "#", value.get("id") or ""),
            re.sub(r"\d+|\b(?:active|current|show|open|selected)\b", "", value.get("class") or "").split(),
        )

    name = (element.get("id") or "") + (element.get("class") or "")
    shown = "display:none" not in (other.get("style") or "").replace(" ", "").lower() and other.get("hidden") is None
    return bool(name) and shown and form(element) == form(other)


def _main(body: HtmlElement, prose: dict[HtmlElement, float]) -> HtmlElement:
    """The element that holds the article: marked as such and holding enough of the prose, else the smallest that holds nearly all."""
    whole = prose.get(body, 0)
    marked = [
        *body.iter("main"),
        *body.xpath(".//*[@role='main']"),
        *body.xpath(".//*[contains(@itemprop, 'articleBody')]"),
        *(articles if len(articles := list(body.iter("article"))) == 1 else ()),
    ]
    fit = [element for element in marked if prose.get(element, 0) >= ENOUGH * whole]
    at = min(fit, key=lambda element: prose.get(element, 0)) if fit else body
    while True:
        whole = prose.get(at, 0)
        inner = [child for child in at if prose.get(child, 0) >= MOST * whole and child.tag not in INSEPARABLE]
        if not inner or not whole:
            return at
        at = inner[0]


def _prose(body: HtmlElement) -> dict[HtmlElement, float]:
    """How many characters of prose, not of links, each element holds."""
    counted: dict[HtmlElement, float] = {}
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag not in PROSE:
            continue
        own = len(" ".join(" ".join(_own_text(element)).split()))
        linked = sum(len(link.text_content()) for link in element.iter("a")) if element.tag in ("p", "li", "td", "dd", "th") else 0
        weight = max(0, own - linked)
        if weight < (10 if element.tag in ("td", "th", "li", "dd") else 25):
            continue
        at: HtmlElement | None = element
        while at is not None:
            counted[at] = counted.get(at, 0) + weight
            at = at.getparent()
    return counted


def _own_text(element: HtmlElement) -> Iterable[str]:
    """The text of this element that stands in no block within it."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in BLOCKS:
            yield from _own_text(child)
        yield child.tail or ""

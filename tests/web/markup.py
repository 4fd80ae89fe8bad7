"""What makes a page wrong: broken HTML, and what a person with a keyboard or a screen reader stumbles over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib

CONTROLS = {"select", "textarea"}
UNLABELLED = {"hidden", "submit", "button"}


def parsed(page: str) -> Element:
    """Parse a page; raises html5lib.html5parser.ParseError for anything that the HTML standard calls an error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def faults(page: str) -> Iterator[str]:
    """Yield what is wrong in a page."""
    tree = parsed(page)
    every = list(tree.iter())
    ids = Counter(element.get("id") for element in every if element.get("id"))
    yield from (f"id {name} stands {number} times" for name, number in ids.items() if number > 1)
    if tree.find(".").get("lang") is None:  # type: ignore[union-attr]
        yield "the page has no language"
    if not (tree.findtext(".//title") or "").strip():
        yield "the page has no title"
    labels = {element.get("for") for element in tree.iter("label")}
    for element in every:
        yield from _element_faults(element, set(ids), labels)
    yield from _heading_faults(tree)
    if len([element for element in every if element.tag == "main"]) != 1:
        yield "the page does not have one main part"


def _element_faults(element: Element, ids: set[str | None], labels: set[str | None]) -> Iterator[str]:
    tag, get = element.tag, element.get
    control = tag in CONTROLS or (tag == "input" and get("type") not in UNLABELLED)
    rules = [
        ("style" in element.attrib or any(name.startswith("on") for name in element.attrib), "inline style or script"),
        (tag == "script" and bool((element.text or "").strip()) and get("type") != "application/json", "inline script"),
        (tag == "style", "inline stylesheet"),
        (tag == "img" and get("alt") is None, "no alternative text"),
        (tag == "a" and get("href") is not None and not _name(element), "no text"),
        (tag == "button" and not _name(element), "no text"),
        (control and get("id") not in labels and not get("aria-label"), "no label"),
        (tag == "table" and element.find("caption") is None, "no caption"),
        (tag == "th" and get("scope") not in {"col", "row"}, "no scope"),
    ]
    yield from (f"<{tag} {get('name') or get('href') or ''}>: {fault}" for broken, fault in rules if broken)
    for name in ("aria-labelledby", "aria-describedby", "for"):
        yield from (
            f"{name} names {target}, which is not there" for target in (get(name) or "").split() if target not in ids
        )
    for name in ("src", "href", "action", "data"):
        value = get(name) or ""
        if value.startswith("#") and len(value) > 1 and value[1:] not in ids:
            yield f"the link {value} leads nowhere"
        loads = name == "src" or tag == "use" or (tag == "link" and get("rel") in {"stylesheet", "icon"})
        if loads and re.match(r"(https?:)?//", value):
            yield f"{value} is loaded from another host"


def _heading_faults(tree: Element) -> Iterator[str]:
    levels = [int(element.tag[1]) for element in tree.iter() if re.fullmatch("h[1-6]", str(element.tag))]
    if levels.count(1) != 1:
        yield f"there are {levels.count(1)} first headings"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


def _name(element: Element) -> str:
    return "".join(element.itertext()).strip() or element.get("aria-label") or ""


def links(page: str) -> Iterator[str]:
    """Yield the addresses on this site to which a page links or which it loads."""
    for element in parsed(page).iter():
        value = element.get("href") or element.get("src") or ""
        if value.startswith("/") and not value.startswith("//"):
            yield value

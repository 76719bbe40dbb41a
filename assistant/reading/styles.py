"""What a page's own style sheet and style attributes hide from its readers.

Knows the few properties that hide text and the simplest selectors (an element, its classes, its id), read in one pass
over a bounded length. Sheets that a page links to are never fetched, so what only they hide is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from lxml import etree  # type: ignore[import-untyped]

__all__ = [
    "Declarations",
    "Sheet",
    "background_of",
    "declarations_of",
    "hides",
    "is_hidden_until_scripts_run",
    "is_same_colour",
    "sheet_of",
]

Declarations = Mapping[str, str]

MOST_SHEET_CHARACTERS = 400_000
"""Of all style elements together; the longest of 344 real pages have 300,000."""
MOST_RULES = 5_000
MOST_RULES_OF_A_NAME = 50
MOST_STYLE_CHARACTERS = 2_000
"""Of one style attribute."""
WATCHED = frozenset(
    [
        "background",
        "background-color",
        "bottom",
        "clip",
        "clip-path",
        "color",
        "display",
        "font-size",
        "height",
        "left",
        "margin-left",
        "max-height",
        "opacity",
        "overflow",
        "position",
        "right",
        "text-indent",
        "top",
        "transform",
        "visibility",
        "width",
    ]
)
MENTIONS = re.compile(
    r"display|visib|hidden|collapse|opacity|font-size|-\d{3}|clip|color|background|scale|indent|height|width"
)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
BRACE = re.compile(r"[{}]")
SIMPLE = re.compile(r"([a-z][a-z0-9-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
NAME = re.compile(r"([.#])([\w-]+)")
ALWAYS = re.compile(r"@(?:layer|supports|media\s+(?:all|screen))\b[^(]*\Z", re.IGNORECASE)
"""At-rules whose contents hold on any screen."""
NOTHING = re.compile(r"0*\.?0+(?:px|em|rem|%|pt|vw|vh)?")
ALMOST_NOTHING = re.compile(r"(?:0*\.?0+|[01](?:\.\d+)?)(?:px|pt)?")
FAR_AWAY = re.compile(
    r"-\s*(?:\d{4,}(?:\.\d+)?(?:px|pt)?|[5-9]\d\d(?:\.\d+)?(?:px|pt)?|\d{2,}(?:\.\d+)?r?em|[1-9]\d\d+v[wh]|[1-9]\d\d+%)"
)
CLIPPED = re.compile(r"rect\((?:[01]?(?:px)?,? ?){4}\)|inset\((?:100|50)%.*\)|circle\(0.*\)|polygon\(0.*\)")
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]{0,60}\)|\b[a-z]{3,20}\b", re.IGNORECASE)
HEX3, HEX6 = 4, 7
NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "snow": "#fffafa", "ivory": "#fffff0"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What a simple selector asks for, and what the rule says of it."""

    place: int
    tag: str
    names: frozenset[str]
    declared: dict[str, str]


@dataclass(kw_only=True, slots=True)
class Sheet:
    """Rules that hide or colour, each found by one of the names that its selector asks for."""

    by_name: dict[str, list[Rule]] = field(default_factory=dict)
    _known: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)

    def declarations(self, element: etree._Element) -> dict[str, str]:
        """Return what the rules say of an element, later rules winning; each set of names is looked up once."""
        if not self.by_name:
            return {}
        key = (element.tag, element.get("class", ""), element.get("id", ""))
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, tag: str, classes: str, identity: str) -> dict[str, str]:
        """Apply the rules whose selector an element matches, in their order."""
        names = {f".{name}" for name in classes[:MOST_STYLE_CHARACTERS].split()}
        if identity:
            names.add(f"#{identity}")
        rules = [rule for name in (tag, *names) for rule in self.by_name.get(name, ())]
        found: dict[str, str] = {}
        for rule in sorted(rules, key=attrgetter("place")):
            if rule.names <= names and rule.tag in {"", tag}:
                found.update(rule.declared)
        return found


def sheet_of(tree: etree._Element) -> Sheet:
    """Read the style elements of a page."""
    sheet = Sheet()
    text = "\n".join(style.text or "" for style in tree.iter("style"))[:MOST_SHEET_CHARACTERS]
    place = 0
    for selectors, body in rules(COMMENT.sub(" ", text)):
        declared = declarations_of(body) if MENTIONS.search(body) else {}
        for selector in selectors.split(",") if declared else ():
            place += 1
            add(sheet, selector.strip(), declared, place)
        if place > MOST_RULES:
            break
    return sheet


def rules(text: str) -> Iterator[tuple[str, str]]:
    """Give selectors and bodies of the rules that hold on any screen, in one pass."""
    opened: list[tuple[str, int]] = []
    start = conditions = 0
    for brace in BRACE.finditer(text):
        if brace[0] == "{":
            prelude = text[start : brace.start()].rpartition(";")[2].strip()
            opened.append((prelude, brace.end()))
            conditions += not ALWAYS.match(prelude)
        elif opened:
            prelude, begin = opened.pop()
            conditions -= not ALWAYS.match(prelude)
            if not conditions and not prelude.startswith("@"):
                yield prelude, text[begin : brace.start()]
        start = brace.end()


def add(sheet: Sheet, selector: str, declared: dict[str, str], place: int) -> None:
    """Keep a rule whose selector is simple; what joins several elements depends on more than one of them."""
    simple = SIMPLE.fullmatch(selector)
    if simple and selector:
        tag, names = (simple[1] or "").lower(), frozenset(sign + name for sign, name in NAME.findall(simple[2] or ""))
        rule = Rule(place=place, tag=tag, names=names, declared=declared)
        known = sheet.by_name.setdefault(min(names) if names else tag, [])
        if len(known) < MOST_RULES_OF_A_NAME:
            known.append(rule)


def declarations_of(style: str) -> dict[str, str]:
    """Read the properties that matter here out of a style attribute or the body of a rule."""
    declared = {}
    for part in style[:MOST_STYLE_CHARACTERS].split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in WATCHED:
            declared[name] = " ".join(value.replace("!important", "").lower().split())
    return declared


def hides(style: Declarations) -> bool:
    """Tell whether declarations keep text from every reader: not displayed, of no size, clipped, far off the screen."""
    if style.get("display") == "none" or NOTHING.fullmatch(style.get("font-size", "")):
        return True
    if CLIPPED.match(style.get("clip", "")) or CLIPPED.match(style.get("clip-path", "")):
        return True
    if any(
        FAR_AWAY.match(style.get(side, "")) for side in ("left", "right", "top", "bottom", "text-indent", "margin-left")
    ):
        return True
    if style.get("transform", "").startswith("scale(0)"):
        return True
    sizes = (style.get(name, "") for name in ("width", "height", "max-height"))
    return style.get("overflow") in {"hidden", "clip"} and any(map(ALMOST_NOTHING.fullmatch, sizes))


def is_hidden_until_scripts_run(style: Declarations) -> bool:
    """Tell text that is transparent or invisible: hidden for good, or until a script fades it in."""
    return style.get("visibility") in {"hidden", "collapse"} or bool(NOTHING.fullmatch(style.get("opacity", "")))


def is_same_colour(style: Declarations, behind: str) -> bool:
    """Tell text that has the colour of what is behind it, or none."""
    colour = colour_of(style.get("color", ""))
    return bool(colour) and colour in {"transparent", background_of(style) or behind}


def background_of(style: Declarations) -> str:
    """Return the colour that an element puts behind its text; empty where it says nothing."""
    return colour_of(style.get("background-color", "") or style.get("background", ""))


def colour_of(value: str) -> str:
    """Write a colour in one way, so that two of them can be compared; empty where there is none."""
    found = COLOUR.search(value)
    if not found:
        return ""
    colour = NAMED.get(found[0], found[0])
    if colour.startswith("rgb"):
        parts = re.findall(r"[\d.]+", colour)
        if len(parts) > 3 and not float(parts[3].strip(".") or 0):  # noqa: PLR2004 - red, green, blue, and alpha
            return "transparent"
        return "#" + "".join(f"{min(int(float(part.strip('.') or 0)), 255):02x}" for part in parts[:3])
    if len(colour) == HEX3 and colour.startswith("#"):
        return "#" + "".join(digit * 2 for digit in colour[1:])
    return colour[:HEX6] if colour.startswith("#") else colour

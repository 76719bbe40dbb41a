"""Text that runs from right to left, for paper: letters joined, and each line in the order in which it is drawn.

Knows the Unicode Bidirectional Algorithm (UAX #9, revision 50) but for the characters that command an order, which
`rendering.plain` has dropped, and the joining of Arabic letters, whose shapes Unicode has as characters of their own
(its Presentation Forms). ReportLab draws what it is given from left to right, in pieces of several faces. A mark comes
before its letter in what is drawn: DejaVu's are as wide as nothing, and lie over what comes next.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["drawn_line", "joined", "runs_leftward", "turns"]

TURNING = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their neighbours; no face of ours has those beyond the basic plane."""
ARABIC = re.compile("[\u0620-\u06d3]")
FORMS = (*range(0xFB50, 0xFBEA), *range(0xFBFC, 0xFC00), *range(0xFE80, 0xFEFD))
"""Arabic Presentation Forms of single letters, and of lam with alef, which is never written as two."""
LAM, ALEFS = "\u0644", "\u0622\u0623\u0625\u0627"
CAUSING = "\u0640\u200d"
"""A stroke and the zero-width joiner have no forms, and join on both sides."""
JOINERS = str.maketrans("", "", "\u200c\u200d")
SHAPES = {(False, False): "isolated", (True, False): "final", (False, True): "initial", (True, True): "medial"}
"""By whether a letter joins the one before it and the one after it."""
CLASSES = {"L": "L", "R": "R", "AL": "A", "EN": "N", "AN": "a", "ES": "+", "ET": "%", "CS": ",", "NSM": "m", "BN": "m"}
"""Bidirectional classes by one letter each; every other is neutral."""
NEUTRAL = "o"
RIGHTWARD, LEFTWARD = "L", "R"
BRACKETS = dict(zip("([{\u27e8\u3008\uff08", ")]}\u27e9\u3009\uff09", strict=True))
SIGNS = dict(zip("<\u00ab\u2039\u2264\u226a", ">\u00bb\u203a\u2265\u226b", strict=True))
MIRRORS = {
    one: other
    for opening, closing in (BRACKETS | SIGNS).items()
    for one, other in ((opening, closing), (closing, opening))
}
"""What is drawn as its mirror image where it runs from right to left, as far as prose has it."""


def turns(text: str) -> bool:
    """Tell whether anything in a text runs from right to left."""
    return TURNING.search(text) is not None


def runs_leftward(text: str) -> bool:
    """Tell whether a text as a whole runs from right to left: its first letter decides (rules P2 and P3)."""
    return next((kind != RIGHTWARD for kind in classes(text) if kind in "LRA"), False)


def classes(text: str) -> str:
    """Name the class of each character."""
    return "".join(CLASSES.get(unicodedata.bidirectional(character), NEUTRAL) for character in text)


def drawn_line(text: str, *, leftward: bool) -> list[tuple[int, str]]:
    """Give the characters of a line from left to right, each with its place in the text; a paragraph has one way."""
    levels = levels_of(text, leftward=leftward)
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):  # L2
        for run in re.finditer("1+", "".join("01"[levels[place] >= level] for place in order)):
            order[run.start() : run.end()] = reversed(order[run.start() : run.end()])
    return [
        (place, MIRRORS.get(text[place], text[place]) if levels[place] % 2 else text[place]) for place in order
    ]  # L4


def levels_of(text: str, *, leftward: bool) -> list[int]:
    """Give the level of each character of a line; an odd one runs from right to left."""
    base, way = (1, LEFTWARD) if leftward else (0, RIGHTWARD)
    kinds = settled(paired(weakened(classes(text), way), text, way), way)
    levels = [base + (kind != way if leftward else {RIGHTWARD: 0, LEFTWARD: 1}.get(kind, 2)) for kind in kinds]
    end = len(text.rstrip())
    return levels[:end] + [base] * (len(text) - end)  # L1


def weakened(kinds: str, way: str) -> str:
    """Settle marks, numbers and what stands about them (rules W1 to W7)."""
    kinds = re.sub("^m+", lambda run: way * len(run[0]), kinds)
    kinds = re.sub("(.)(m+)", lambda run: run[1] * len(run[0]), kinds)
    kinds = re.sub("(?<=A)[^LRA]+", lambda run: run[0].replace("N", "a"), kinds).replace("A", LEFTWARD)
    kinds = re.sub("(?<=N)[+,](?=N)", "N", kinds)
    kinds = re.sub("(?<=a),(?=a)", "a", kinds)
    kinds = re.sub("%+(?=N)|(?<=N)%+", lambda run: "N" * len(run[0]), kinds)
    kinds = re.sub("[+,%]", NEUTRAL, kinds)
    latin = "(?<=L)[^LR]+|^[^LR]+" if way == RIGHTWARD else "(?<=L)[^LR]+"
    return re.sub(latin, lambda run: run[0].replace("N", RIGHTWARD), kinds)


def paired(kinds: str, text: str, way: str) -> str:
    """Let two brackets run one way, that of the letters between them (rule N0)."""
    for opened, closed in brackets(kinds, text):
        inside = set(kinds[opened + 1 : closed].replace("N", LEFTWARD).replace("a", LEFTWARD)) - {NEUTRAL}
        if not inside:
            continue
        before = re.findall("[LRNa]", way + kinds[:opened])[-1].replace("N", LEFTWARD).replace("a", LEFTWARD)
        found = way if way in inside else before if before in inside else way
        for place in (opened, closed):
            kinds = kinds[:place] + found + kinds[place + 1 :]
    return kinds


def brackets(kinds: str, text: str) -> list[tuple[int, int]]:
    """Find the pairs of brackets, by where they open."""
    opened: list[int] = []
    found = []
    for place, character in enumerate(text):
        if kinds[place] == NEUTRAL and character in BRACKETS:
            opened.append(place)
        elif kinds[place] == NEUTRAL and any(BRACKETS[text[other]] == character for other in opened):
            while BRACKETS[text[opened[-1]]] != character:
                opened.pop()
            found.append((opened.pop(), place))
    return sorted(found)


def settled(kinds: str, way: str) -> str:
    """Let what is neutral run as what stands on both sides of it, else as its paragraph (rules N1 and N2)."""
    sided = way + kinds + way
    sides = sided.replace("N", LEFTWARD).replace("a", LEFTWARD)

    def side(run: re.Match[str]) -> str:
        before, after = sides[run.start() - 1], sides[run.end()]
        return (before if before == after else way) * len(run[0])

    return re.sub(f"{NEUTRAL}+", side, sided)[1:-1]


def joined(text: str) -> str:
    """Write Arabic letters as they look beside one another; other scripts stay as they are."""
    if not ARABIC.search(text):
        return text
    letters = [place for place, character in enumerate(text) if not unicodedata.combining(character)]
    written = list(text)
    for number, place in enumerate(letters):
        character = text[place]
        before = text[letters[number - 1]] if number else ""
        after = text[letters[number + 1]] if number + 1 < len(letters) else ""
        if before == LAM and character in ALEFS:
            written[place] = ""
            continue
        joins = (
            "initial" in ways(before) and "final" in ways(character),
            "initial" in ways(character) and "final" in ways(after),
        )
        if character == LAM and after and after in ALEFS:
            character, joins = character + after, (joins[0], False)
        if any(joins) or character != text[place]:  # a letter alone stays one that can be searched for
            written[place] = shapes().get(character, {}).get(SHAPES[joins], text[place])
    return "".join(written).translate(JOINERS)


def ways(character: str) -> frozenset[str]:
    """Name the shapes that a letter may take."""
    return frozenset(SHAPES.values()) if character and character in CAUSING else frozenset(shapes().get(character, ()))


@cache
def shapes() -> dict[str, dict[str, str]]:
    """Read the shapes of each letter from the Unicode of this Python."""
    found: dict[str, dict[str, str]] = {}
    for code in FORMS:
        name, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        written = "".join(chr(int(letter, 16)) for letter in letters.split())
        if len(written) == 1 or written.startswith(LAM):
            found.setdefault(written, {})[name.strip("<>")] = chr(code)
    return found

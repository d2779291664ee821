"""The map as a picture: SVG drawn here, PNG by the typesetter; what people wrote is escaped text in it, never its language.

A group is a circle with as many dots as it has people, spread evenly: where one person stands on the plane is nobody's business.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from html import escape
from math import cos, hypot, pi, sin, sqrt
from typing import Any
from unicodedata import bidirectional, east_asian_width

from bot.lean import dataclass
from bot.papers.palette import few_colours
from bot.papers.pdf import painted

WIDTH, MARGIN = 540.0, 24.0  # narrow, so that its letters can be read in a chat
PLANE_HEIGHT, LARGEST, SMALLEST, GAP = 240.0, 90.0, 30.0, 12.0
MOST_DOTS = 120
BAR_FROM, BAR_WIDTH, BAR_HEIGHT = 96.0, 274.0, 18.0
BLUE, GREY, ORANGE, INK, PALE = "#2f6f8f", "#c4c9cd", "#b3541e", "#222222", "#555555"
GROUP_COLOURS = ("#2f6f8f", "#8a4f9e", "#3f7d4e", "#9c5a12", "#5b6470")
FONTS = "Libertinus Serif, DejaVu Sans, Noto Sans, Noto Sans CJK SC, serif"
FINENESS = (96.0, 84.0, 72.0, 60.0, 48.0)  # pixels to the inch, of which the finest that fits is taken
LARGEST_PNG = 16 * 1024  # a message has room for it and for the same in words
LEFTWARD, AS_BEFORE = "\N{RIGHT-TO-LEFT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"  # or its last dot stands before its first word
GOLDEN = pi * (3 - sqrt(5))


@dataclass(frozen=True, slots=True)
class Bubble:
    """A group: its letter, how many people it stands for, and where it lies on the plane."""

    letter: str
    people: int
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """Shares of agreement, doubt and disagreement in one group or of all, with what is said beside it; all nought where none is told."""

    label: str
    agree: float
    unsure: float
    disagree: float
    said: str


@dataclass(frozen=True, slots=True)
class Strip:
    """One statement, what it is, and its bars."""

    label: str
    kind: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the picture shows, every word of it in the reader's language already."""

    title: str
    alt: str
    notes: tuple[str, ...]
    legend: tuple[str, str, str]  # agree, not sure, disagree
    bubbles: tuple[Bubble, ...]
    strips: tuple[Strip, ...]
    language: str = "en"


def svg(drawing: Drawing) -> str:
    """The picture as SVG, with its title and its words for those who do not see it."""
    sheet = _Sheet()
    sheet.lines(drawing.title, size=22, bold=True)
    if drawing.bubbles:
        sheet.plane(drawing.bubbles)
    for note in drawing.notes:
        sheet.lines(note, size=13, colour=PALE)
    if drawing.strips:
        sheet.legend(drawing.legend)
    for strip in drawing.strips:
        sheet.strip(strip)
    return sheet.finished(drawing.title, drawing.alt, drawing.language.replace("_", "-"))


def drawn(given: dict[str, Any]) -> dict[str, Any]:
    """What a Later computes: `{"svg": ...}` in, `{"png": ...}` in base64 out, to be taken along."""
    return {"png": base64.b64encode(painted(given["svg"])).decode()}


def drawn_small(given: dict[str, Any]) -> dict[str, Any]:
    """The same, small enough to stand in a message."""
    return {"png": base64.b64encode(small(given["svg"])).decode()}


def small(svg: str) -> bytes:
    """A picture as a PNG of few colours, as fine as its size allows."""
    made = b""
    for pixels in FINENESS:
        made = few_colours(painted(svg, pixels))
        if len(made) <= LARGEST_PNG:
            break
    return made


class _Sheet:
    """A picture while it is drawn, from above to below."""

    def __init__(self) -> None:
        self._marks: list[str] = []
        self._y = MARGIN

    def finished(self, title: str, alt: str, language: str) -> str:
        """The whole picture."""
        height = self._y + MARGIN
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{height:g}" viewBox="0 0 {WIDTH:g} {height:g}" '
            f'role="img" aria-labelledby="title words" xml:lang="{_safe(language)}" font-family="{FONTS}">'
            f'<title id="title">{_safe(title)}</title><desc id="words">{_safe(alt)}</desc>'
            f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(self._marks)}</svg>'
        )

    def lines(self, text: str, *, size: float, bold: bool = False, colour: str = INK) -> None:
        """Text over the whole width, in as many lines as it takes."""
        for line in _wrapped(text, (WIDTH - 2 * MARGIN) / size):
            self._y += size * 1.35
            self._text(line, MARGIN, self._y, size, bold=bold, colour=colour)
        self._y += size * 0.5

    def plane(self, bubbles: Sequence[Bubble]) -> None:
        """The groups where they lie, none upon another."""
        places = placed(bubbles)
        top = self._y + GAP - min(y - radius for _x, y, radius in places)
        for number, (bubble, (x, y, radius)) in enumerate(zip(bubbles, places, strict=True)):
            colour = GROUP_COLOURS[number % len(GROUP_COLOURS)]
            self._marks.append(f'<circle cx="{x:.1f}" cy="{top + y:.1f}" r="{radius:.1f}" fill="{colour}"/>')
            self._marks += [
                f'<circle cx="{x + dx:.1f}" cy="{top + y + dy:.1f}" r="2" fill="#ffffff" fill-opacity="0.55"/>'
                for dx, dy in _dots(bubble.people, radius)
            ]
            self._text(bubble.letter, x, top + y + 2, 26, bold=True, colour="#ffffff", anchor="middle")
            self._text(str(bubble.people), x, top + y + 20, 15, colour="#ffffff", anchor="middle")
        self._y = top + max(y + radius for _x, y, radius in places) + GAP

    def legend(self, names: Sequence[str]) -> None:
        """What the colours of the bars mean."""
        self._y += 26
        x = BAR_FROM
        for colour, name in zip((BLUE, GREY, ORANGE), names, strict=True):
            self._marks.append(f'<rect x="{x:g}" y="{self._y - 11:g}" width="13" height="13" fill="{colour}"/>')
            self._text(name, x + 19, self._y, 13)
            x += 40 + 13 * _ems(name)

    def strip(self, strip: Strip) -> None:
        """One statement with its bars."""
        self._y += 12
        self.lines(strip.kind, size=12, colour=PALE)
        self._y -= 8
        self.lines(strip.label, size=15, bold=True)
        self._y += 3
        for bar in strip.bars:
            self._bar(bar)

    def _bar(self, bar: Bar) -> None:
        self._text(bar.label, BAR_FROM - 10, self._y + 14, 13, anchor="end")
        x = BAR_FROM
        for share, colour in ((bar.agree, BLUE), (bar.unsure, GREY), (bar.disagree, ORANGE)):
            if share > 0:
                width = share * BAR_WIDTH
                self._marks.append(f'<rect x="{x:.1f}" y="{self._y:g}" width="{width:.1f}" height="{BAR_HEIGHT:g}" fill="{colour}"/>')
                x += width
        self._marks.append(
            f'<rect x="{BAR_FROM:g}" y="{self._y:g}" width="{BAR_WIDTH:g}" height="{BAR_HEIGHT:g}" fill="none" stroke="{PALE}"/>'
        )
        self._text(bar.said, BAR_FROM + BAR_WIDTH + 10, self._y + 14, 13)
        self._y += BAR_HEIGHT + 6

    def _text(self, text: str, x: float, y: float, size: float, *, bold: bool = False, colour: str = INK, anchor: str = "start") -> None:
        if anchor == "start" and x == MARGIN and _reads_leftward(text):
            x, anchor, text = WIDTH - MARGIN, "end", f"{LEFTWARD}{text}{AS_BEFORE}"
        weight = ' font-weight="bold"' if bold else ""
        self._marks.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"{weight}>{_safe(text)}</text>'
        )


# -- where things lie ----------------------------------------------------------------------------------------------------


def placed(bubbles: Sequence[Bubble]) -> list[tuple[float, float, float]]:
    """Middle and radius of each group on the sheet: as they lie on the plane, pushed apart where they would touch."""
    most = max(each.people for each in bubbles)
    radii = [max(SMALLEST, LARGEST * sqrt(each.people / most)) for each in bubbles]
    spread = max(max(abs(each.at[0]), abs(each.at[1])) for each in bubbles) or 1.0
    points = [(WIDTH / 2 + each.at[0] / spread * WIDTH / 4, PLANE_HEIGHT / 2 - each.at[1] / spread * PLANE_HEIGHT / 4) for each in bubbles]
    for _step in range(200):
        points = [_inside(_pushed(points, radii, number), radii[number]) for number in range(len(points))]
    if _overlap(points, radii):
        points, radii = _in_a_row(radii)
    return [(x, y, radius) for (x, y), radius in zip(points, radii, strict=True)]


def _pushed(points: Sequence[tuple[float, float]], radii: Sequence[float], number: int) -> tuple[float, float]:
    x, y = points[number]
    for other, (ox, oy) in enumerate(points):
        if other != number:
            apart = hypot(x - ox, y - oy)
            lacking = radii[number] + radii[other] + GAP - apart
            if lacking > 0:
                dx, dy = ((x - ox) / apart, (y - oy) / apart) if apart else (cos(number), sin(number))
                x, y = x + dx * lacking / 2, y + dy * lacking / 2
    return x, y


def _inside(point: tuple[float, float], radius: float) -> tuple[float, float]:
    x, y = point
    return min(max(x, MARGIN + radius), WIDTH - MARGIN - radius), min(max(y, radius), PLANE_HEIGHT - radius)


def _overlap(points: Sequence[tuple[float, float]], radii: Sequence[float]) -> bool:
    pairs = ((one, other) for one in range(len(points)) for other in range(one))
    return any(hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]) < radii[a] + radii[b] for a, b in pairs)


def _in_a_row(radii: Sequence[float]) -> tuple[list[tuple[float, float]], list[float]]:
    """Side by side, smaller where they must be."""
    room = (WIDTH - 2 * MARGIN - GAP * (len(radii) - 1)) / (2 * sum(radii))
    smaller = [radius * min(1.0, room) for radius in radii]
    points, x = [], MARGIN
    for radius in smaller:
        points.append((x + radius, PLANE_HEIGHT / 2))
        x += 2 * radius + GAP
    return points, smaller


def _dots(people: int, radius: float) -> Iterator[tuple[float, float]]:
    """A dot for each person, as seeds lie in a sunflower; none in the middle, where the letter stands, and none where they are too many."""
    if people <= MOST_DOTS:
        for number in range(people):
            distance = radius * (0.5 + 0.42 * sqrt((number + 0.5) / people)) if radius > SMALLEST else radius * 0.85
            yield distance * cos(number * GOLDEN), distance * sin(number * GOLDEN)


# -- words ---------------------------------------------------------------------------------------------------------------


def _safe(text: str) -> str:
    """Text for a picture: escaped, without characters that XML does not know."""
    return escape("".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")))


def _ems(text: str) -> float:
    """About how wide a text is, in the height of its letters."""
    return sum(1.0 if east_asian_width(c) in "WF" else 0.52 for c in text)


def _wrapped(text: str, room: float) -> list[str]:
    """Lines that fit, broken between words, or anywhere in one that is too long."""
    lines, line = [], ""
    for word in text.split():
        for piece in _pieces(word, room):
            if line and _ems(f"{line} {piece}") > room:
                lines.append(line)
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    return [*lines, line] if line else lines


def _pieces(word: str, room: float) -> Iterator[str]:
    piece = ""
    for char in word:
        if piece and _ems(piece + char) > room:
            yield piece
            piece = ""
        piece += char
    yield piece


def _reads_leftward(text: str) -> bool:
    return next((bidirectional(c) in ("R", "AL") for c in text if bidirectional(c) in ("L", "R", "AL")), False)

"""The two icons, drawn here: five people and one open seat around an open centre."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from functools import cache
from math import cos, hypot, radians, sin

from bot.lean import dataclass

Colour = tuple[int, int, int]
Pixels = bytes  # red, green, blue and alpha of every point, row by row

TEAL: Colour = (0x1D, 0x5C, 0x63)
CREAM: Colour = (0xF7, 0xF1, 0xE5)
AMBER: Colour = (0xF4, 0xB9, 0x42)
WHITE: Colour = (0xFF, 0xFF, 0xFF)
SIGNATURE = b"\x89PNG\r\n\x1a\n"
SEATS = 6
OPEN_SEAT = 1  # the one at the upper right


@dataclass(frozen=True, slots=True)
class Seat:
    """A round seat; an open one is drawn as a ring of this width."""

    x: float
    y: float
    radius: float
    ring: float | None = None

    def covers(self, x: float, y: float) -> float:
        """How much of the point at (x, y) is covered, between 0 and 1."""
        away = hypot(x - self.x, y - self.y)
        outside = _within(self.radius - away)
        return outside if self.ring is None else min(outside, _within(away - (self.radius - self.ring)))


def colour_icon() -> bytes:
    """The icon of 192 x 192 points in full colour."""
    return png(192, colour_pixels())


def outline_icon() -> bytes:
    """The icon of 32 x 32 points, white on nothing."""
    return png(32, outline_pixels())


@cache
def colour_pixels() -> Pixels:
    """The points of the colour icon."""
    seats = _circle(size=192, reach=51, radius=17, ring=7)

    def point(x: float, y: float) -> tuple[Colour, float]:
        colour = TEAL
        for number, seat in enumerate(seats):
            colour = _over(colour, AMBER if number == OPEN_SEAT else CREAM, seat.covers(x, y))
        return colour, 1.0

    return _drawn(192, point)


@cache
def outline_pixels() -> Pixels:
    """The points of the outline icon."""
    seats = _circle(size=32, reach=10.6, radius=3.9, ring=1.5)
    return _drawn(32, lambda x, y: (WHITE, max(seat.covers(x, y) for seat in seats)))


def png(size: int, pixels: Pixels) -> bytes:
    """A square picture as a PNG file."""
    width = size * 4
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def same_picture(one: bytes, other: bytes) -> bool:
    """Whether two files of ours show the same; compressors and the last bit of a sine differ from machine to machine."""
    try:
        left, right = _unpacked(one), _unpacked(other)
    except (ValueError, struct.error, zlib.error):
        return False
    return len(left) == len(right) and all(abs(a - b) <= 1 for a, b in zip(left, right, strict=True))


def _unpacked(file: bytes) -> bytes:
    """The header and the points of a PNG file."""
    if not file.startswith(SIGNATURE):
        raise ValueError("no PNG file")
    at, header, packed = len(SIGNATURE), b"", b""
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        content = file[at + 8 : at + 8 + length]
        header += content if kind == b"IHDR" else b""
        packed += content if kind == b"IDAT" else b""
        at += length + 12
    return header + zlib.decompress(packed)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _circle(*, size: int, reach: float, radius: float, ring: float) -> list[Seat]:
    middle = size / 2
    angles = [radians(360 * number / SEATS - 90) for number in range(SEATS)]
    return [
        Seat(middle + reach * cos(angle), middle + reach * sin(angle), radius, ring if number == OPEN_SEAT else None)
        for number, angle in enumerate(angles)
    ]


def _drawn(size: int, point: Callable[[float, float], tuple[Colour, float]]) -> Pixels:
    drawn = bytearray()
    for row in range(size):
        for column in range(size):
            colour, alpha = point(column + 0.5, row + 0.5)
            drawn += bytes((*colour, round(alpha * 255)))
    return bytes(drawn)


def _within(depth: float) -> float:
    """How much of a point is inside an edge that is `depth` away: the edge itself is one point wide, which keeps it smooth."""
    return min(1.0, max(0.0, depth + 0.5))


def _over(below: Colour, above: Colour, share: float) -> Colour:
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(below, above, strict=True))
    return red, green, blue

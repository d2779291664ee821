"""Drawn pictures made small: a PNG of a few flat colours as one with a palette, a third of its size; call it apart from any unit.

It reads what the typesetter paints: 8 bits of red, green, blue and opacity for each pixel, in lines that are not interlaced.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Pixels = np.ndarray[Any, np.dtype[np.uint8]]

MOST_COLOURS = 16  # so many fit into half a byte
BEGINNING = b"\x89PNG\r\n\x1a\n"
OPAQUE = 4  # bytes of a pixel


def few_colours(png: bytes) -> bytes:
    """The same picture in the sixteen colours that come nearest to it."""
    import numpy as np

    width, height, lines = _lines(png)
    pixels = np.frombuffer(b"".join(_unfiltered(lines, width)), np.uint8).reshape(height, width, OPAQUE)[..., :3]
    colours, which = _reduced(pixels.reshape(-1, 3))
    indices = np.pad(which.reshape(height, width), ((0, 0), (0, width % 2)))
    packed = (indices[:, ::2] << 4) | indices[:, 1::2]
    rows = np.pad(packed, ((0, 0), (1, 0)))  # each line begins with a nought: nothing was done to it
    header = struct.pack(">IIBBBBB", width, height, 4, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", colours.tobytes()), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return BEGINNING + b"".join(_chunk(kind, content) for kind, content in parts)


def _reduced(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """The colours kept, and for each pixel the nearest; what is farthest from all kept is kept next, by how often it stands there."""
    import numpy as np

    numbers = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    keys, which, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    colours = np.stack([keys >> 16 & 255, keys >> 8 & 255, keys & 255], axis=1).astype(np.int64)
    kept = [int(counts.argmax())]
    apart = ((colours - colours[kept[0]]) ** 2).sum(axis=1)
    while len(kept) < min(MOST_COLOURS, len(colours)):
        kept.append(int((apart * counts).argmax()))
        apart = np.minimum(apart, ((colours - colours[kept[-1]]) ** 2).sum(axis=1))
    nearest = ((colours[:, None, :] - colours[kept][None]) ** 2).sum(axis=2).argmin(axis=1)
    return colours[kept].astype(np.uint8), nearest[which.reshape(-1)].astype(np.uint8)


# -- reading and writing -------------------------------------------------------------------------------------------------


def _lines(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height, and each line with the kind of its filter before it."""
    at, data, width, height = len(BEGINNING), b"", 0, 0
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        content = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, *how = struct.unpack(">IIBBBBB", content)
            if how != [8, 6, 0, 0, 0]:
                raise ValueError("this picture is not one of the typesetter's")
        data += content if kind == b"IDAT" else b""
        at += 12 + length
    raw, size = zlib.decompress(data), 1 + OPAQUE * width
    return width, height, [raw[start : start + size] for start in range(0, size * height, size)]


def _unfiltered(lines: list[bytes], width: int) -> Iterator[bytes]:
    """The lines as they are: each was written as its difference from what stands before or above it."""
    import numpy as np

    above = bytes(OPAQUE * width)
    for line in lines:
        kind, given = line[0], np.frombuffer(line, np.uint8, offset=1)
        if kind == 0:
            above = given.tobytes()
        elif kind == 1:
            above = np.cumsum(given.reshape(width, OPAQUE), axis=0, dtype=np.uint8).tobytes()
        elif kind == 2:
            above = (given + np.frombuffer(above, np.uint8)).tobytes()
        else:
            above = _by_neighbours(bytes(OPAQUE) + line[1:], bytes(OPAQUE) + above, is_mean=kind == 3)
        yield above


def _by_neighbours(line: bytes, above: bytes, *, is_mean: bool) -> bytes:
    """A line that was written by what stands both before and above it, byte for byte; both begin with an empty pixel."""
    out = bytearray(line)
    for n in range(OPAQUE, len(line)):
        left, up, corner = out[n - OPAQUE], above[n], above[n - OPAQUE]
        if is_mean:
            guess = (left + up) // 2
        else:
            by_left, by_up, by_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = left if by_left <= by_up and by_left <= by_corner else up if by_up <= by_corner else corner
        out[n] = (out[n] + guess) & 255
    return bytes(out[OPAQUE:])


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

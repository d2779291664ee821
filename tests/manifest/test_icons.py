"""The icons are what Teams wants: the right sizes, and an outline that is white on nothing."""

from __future__ import annotations

import struct
import zlib

from manifest import icons


def size_of(file: bytes) -> tuple[int, int, int, int]:
    """Width, height, depth and kind of colour as the header tells them."""
    assert file.startswith(icons.SIGNATURE)
    found: tuple[int, int, int, int] = struct.unpack(">IIBB", file[16:26])
    return found


def points(pixels: bytes) -> list[tuple[int, ...]]:
    return [tuple(pixels[at : at + 4]) for at in range(0, len(pixels), 4)]


def test_sizes() -> None:
    assert size_of(icons.colour_icon()) == (192, 192, 8, 6)
    assert size_of(icons.outline_icon()) == (32, 32, 8, 6)


def test_every_part_of_the_file_has_its_checksum() -> None:
    file, at, kinds = icons.colour_icon(), len(icons.SIGNATURE), []
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        (checksum,) = struct.unpack_from(">I", file, at + 8 + length)
        assert checksum == zlib.crc32(file[at + 4 : at + 8 + length])
        kinds.append(kind)
        at += length + 12
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]


def test_the_outline_is_white_on_nothing_with_smooth_edges() -> None:
    found = points(icons.outline_pixels())
    assert {each[:3] for each in found} == {icons.WHITE}
    assert {0, 255} < {each[3] for each in found}
    assert found[0][3] == found[16 * 32 + 16][3] == 0  # the corner and the centre are open


def test_the_colour_icon_is_full_to_its_edges() -> None:
    found = points(icons.colour_pixels())
    assert {each[3] for each in found} == {255}
    assert found[0][:3] == found[96 * 192 + 96][:3] == icons.TEAL
    assert icons.AMBER in {each[:3] for each in found}


def test_pictures_are_compared_by_what_they_show() -> None:
    mine, other = icons.outline_icon(), bytearray(icons.outline_pixels())
    other[3] += 1
    assert icons.same_picture(mine, icons.png(32, bytes(other)))
    other[3] += 5
    assert not icons.same_picture(mine, icons.png(32, bytes(other)))
    assert not icons.same_picture(mine, icons.colour_icon())
    assert not icons.same_picture(mine, b"no picture")
    assert not icons.same_picture(mine, mine[:60])

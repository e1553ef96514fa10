"""Reads a PNG picture as far as the checks of an icon need. Nothing else of the format (colour tables, 16 bits,
interlacing) is understood."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 1024
"""Pixels a side: nothing larger is unpacked."""
EIGHT_BIT_RGBA = (8, 6, 0, 0, 0)
"""Bit depth, colour type, compression, filter and interlace method (PNG specification, IHDR)."""


class BadPng(ValueError):
    """These bytes are not a PNG picture that can be read; the words say why."""


@dataclass(frozen=True)
class Picture:
    """`pixels`: rows of red, green, blue and opacity, a byte each; None where they are kept in another way."""

    width: int
    height: int
    pixels: bytes | None


def read(png: bytes) -> Picture:
    """The picture in a PNG file. Raises BadPng."""
    if not png.startswith(SIGNATURE):
        raise BadPng("is not a PNG")
    try:
        chunks = list(_chunks(png))
        width, height, *kind = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
        if tuple(kind) != EIGHT_BIT_RGBA or not 0 < min(width, height) <= max(width, height) <= LARGEST:
            return Picture(width, height, None)
        if chunks[-1] != (b"IEND", b""):
            raise BadPng("is a broken PNG")
        packed = b"".join(data for name, data in chunks if name == b"IDAT")
        return Picture(width, height, _unfiltered(_unpacked(packed, (width * 4 + 1) * height), width * 4))
    except (struct.error, KeyError, zlib.error):
        raise BadPng("is a broken PNG") from None


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        (told,) = struct.unpack_from(">I", png, at + 8 + length)
        if told != zlib.crc32(name + data):
            raise BadPng("is a broken PNG")
        yield name, data
        at += length + 12


def _unpacked(packed: bytes, size: int) -> bytes:
    rows = zlib.decompressobj().decompress(packed, size)
    if len(rows) != size:
        raise BadPng("is a broken PNG")
    return rows


def _unfiltered(rows: bytes, width: int) -> bytes:
    """Undo the filter that each row names in its first byte (PNG specification, filter algorithms)."""
    whole, above = bytearray(), bytes(width)
    for start in range(0, len(rows), width + 1):
        above = _row(rows[start], rows[start + 1 : start + 1 + width], above)
        whole += above
    return bytes(whole)


def _row(method: int, row: bytes, above: bytes) -> bytes:
    done = bytearray()
    for at, value in enumerate(row):
        left, corner = (done[at - 4], above[at - 4]) if at >= 4 else (0, 0)
        done.append((value + _guess(method, left, above[at], corner)) & 0xFF)
    return bytes(done)


def _guess(method: int, left: int, up: int, corner: int) -> int:
    if method > 4:
        raise BadPng("is a broken PNG")
    if method == 4:
        return min((left, up, corner), key=lambda value: abs(left + up - corner - value))
    return (0, left, up, (left + up) // 2)[method]

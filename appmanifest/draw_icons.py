"""Draws the two icons of the Teams app: a telephone in a speech bubble. Standard library only.

python appmanifest/draw_icons.py [FOLDER] writes color.png and outline.png. A shape is a function from a point (unit:
the width of the icon, the middle is 0, 0, down is positive) to its distance from the edge, negative inside.
"""

import struct
import sys
import zlib
from collections.abc import Callable
from math import atan2, cos, hypot, pi, sin
from pathlib import Path

Shape = Callable[[float, float], float]
Colour = tuple[int, int, int]
Paint = tuple[Shape, Colour]

BLUE: Colour = (0x10, 0x44, 0x7E)  # the page's own blue, and the manifest's accentColor
WHITE: Colour = (255, 255, 255)
MIDDLE = (0.0, -0.06)
"""Where the bubble stands, so that with its tail it looks level."""
HELD = -3 * pi / 4
"""How a handset leans in signs all over the world: its back to the bottom left."""
SAMPLES = 4
"""Points a pixel, each way: what makes an edge smooth."""


def box(x0: float, y0: float, width: float, height: float, radius: float) -> Shape:
    """A rectangle with round corners, by its middle and whole size."""

    def distance(x: float, y: float) -> float:
        dx, dy = abs(x - x0) - width / 2 + radius, abs(y - y0) - height / 2 + radius
        return hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius

    return distance


def triangle(*corners: tuple[float, float]) -> Shape:
    """A triangle by its corners, clockwise as seen."""

    def distance(x: float, y: float) -> float:
        return max(_beyond(x, y, *corners[i], *corners[(i + 1) % 3]) for i in range(3))

    return distance


def _beyond(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    return ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / hypot(bx - ax, by - ay)


def arc(radius: float, thickness: float, half_angle: float) -> Shape:
    """A thick piece of a circle round the middle, open at the bottom, to `half_angle` either side of the top."""
    end_x, end_y = radius * sin(half_angle), -radius * cos(half_angle)

    def distance(x: float, y: float) -> float:
        if abs(atan2(x, -y)) <= half_angle:
            return abs(hypot(x, y) - radius) - thickness / 2
        return hypot(abs(x) - end_x, y - end_y) - thickness / 2

    return distance


def union(*shapes: Shape) -> Shape:
    return lambda x, y: min(shape(x, y) for shape in shapes)


def placed(shape: Shape, x0: float, y0: float, size: float, turn: float = 0.0) -> Shape:
    """The shape at another place, times `size`, turned clockwise by `turn` (radians)."""

    def distance(x: float, y: float) -> float:
        dx, dy = (x - x0) / size, (y - y0) / size
        return size * shape(dx * cos(turn) + dy * sin(turn), dy * cos(turn) - dx * sin(turn))

    return distance


def ring(shape: Shape, thickness: float) -> Shape:
    """Only the edge of a shape, drawn inwards."""
    return lambda x, y: abs(shape(x, y) + thickness / 2) - thickness / 2


def bubble(width: float, height: float, edge: float = 0.0) -> Shape:
    """A speech bubble round the middle, its tail at the bottom left. `edge`: only a line of this thickness."""
    body = box(0, 0, width, height, height * 0.26)
    left, top = -width * 0.30, height / 2 - 0.03
    tail = triangle((left, top), (left + width * 0.30, top), (left, height * 0.76))
    return union(ring(body, edge) if edge else body, tail)


def handset() -> Shape:
    """A telephone handset lying like a bridge, about 1 wide, round the middle."""
    handle = placed(arc(0.46, 0.19, 1.05), 0, 0.16, 1)
    ear, mouth = (placed(box(0, 0, 0.31, 0.34, 0.09), side * 0.385, 0.02, 1, side * 0.22) for side in (-1, 1))
    return union(handle, ear, mouth)


def drawn(pixels: int, paints: tuple[Paint, ...], ground: Colour | None) -> bytes:
    """The picture as rows of RGBA. `ground` None: transparent, and whatever is seen has the last paint's colour."""
    return b"".join(_pixel(x, y, pixels, paints, ground) for y in range(pixels) for x in range(pixels))


def _pixel(column: int, row: int, pixels: int, paints: tuple[Paint, ...], ground: Colour | None) -> bytes:
    colour, alpha = ground or paints[-1][1], 1.0 if ground else 0.0
    for shape, paint in paints:
        share = _share(shape, column, row, pixels)
        colour = (_mix(colour[0], paint[0], share), _mix(colour[1], paint[1], share), _mix(colour[2], paint[2], share))
        alpha = max(alpha, share)
    return bytes((*colour, round(alpha * 255))) if alpha else bytes(4)


def _share(shape: Shape, column: int, row: int, pixels: int) -> float:
    """How much of a pixel lies inside the shape, 0 to 1."""
    far = shape((column + 0.5) / pixels - 0.5, (row + 0.5) / pixels - 0.5) * pixels
    if abs(far) > 1.5:
        return float(far < 0)
    steps = [(step + 0.5) / SAMPLES for step in range(SAMPLES)]
    inside = sum(shape((column + i) / pixels - 0.5, (row + j) / pixels - 0.5) < 0 for i in steps for j in steps)
    return inside / SAMPLES**2


def _mix(under: int, over: int, share: float) -> int:
    return round(under + (over - under) * share)


def png(pixels: int, rgba: bytes) -> bytes:
    """A PNG file, 8 bits a channel with transparency, from rows of RGBA."""
    rows = b"".join(b"\0" + rgba[start : start + pixels * 4] for start in range(0, len(rgba), pixels * 4))
    header = struct.pack(">IIBBBBB", pixels, pixels, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def color_icon() -> bytes:
    """192 by 192: the bubble in white on blue, the telephone in blue within it; all within the middle 120 pixels."""
    phone = placed(handset(), *MIDDLE, 0.38, HELD)
    return drawn(192, ((placed(bubble(0.625, 0.49), *MIDDLE, 1), WHITE), (phone, BLUE)), BLUE)


def outline_icon() -> bytes:
    """32 by 32: the same in white lines on nothing."""
    phone = placed(handset(), 0, -0.09375, 0.48, HELD)
    return drawn(32, ((union(placed(bubble(0.9375, 0.6875, 0.0625), 0, -0.09375, 1), phone), WHITE),), None)


def main(folder: Path) -> None:
    (folder / "color.png").write_bytes(png(192, color_icon()))
    (folder / "outline.png").write_bytes(png(32, outline_icon()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

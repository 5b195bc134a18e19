"""Pictures as grey pixels: just enough PNG (8 bits, RGBA, not interlaced, as typst writes it) for a decoder of QR codes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_CHANNELS = 4


def grey(png: bytes) -> memoryview:
    """The picture on white, as rows of one byte a pixel."""
    chunks = dict(_chunks(png))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if (depth, colour, interlaced) != (8, 6, 0):
        raise ValueError(f"depth {depth}, colour {colour}, interlaced {interlaced} is not read here")
    lines = _unfiltered(zlib.decompress(chunks[b"IDAT"]), width * _CHANNELS, height)
    pixels = bytearray()
    for line in lines:
        pixels += bytes(
            255 - (255 - line[at + 1]) * line[at + 3] // 255 for at in range(0, width * _CHANNELS, _CHANNELS)
        )
    return memoryview(bytes(pixels)).cast("B", shape=[height, width])


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    found: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind = png[at + 4 : at + 8]
        found[kind] = found.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    yield from found.items()


def _unfiltered(data: bytes, stride: int, height: int) -> Iterator[bytearray]:
    above = bytearray(stride)
    for row in range(height):
        begin = row * (stride + 1)
        line = bytearray(data[begin + 1 : begin + 1 + stride])
        for at in range(stride):
            left = line[at - _CHANNELS] if at >= _CHANNELS else 0
            corner = above[at - _CHANNELS] if at >= _CHANNELS else 0
            line[at] = (line[at] + _guess(data[begin], left, above[at], corner)) & 255
        yield line
        above = line


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind != 4:
        return (0, left, up, (left + up) // 2)[kind]
    estimate = left + up - corner
    return min((left, up, corner), key=lambda one: abs(estimate - one))

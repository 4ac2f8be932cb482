"""Draw the icons that need pixels from static/img/icon.svg. Run it when that file changes."""

import struct
from pathlib import Path

import resvg_py

STATIC = Path(__file__).resolve().parent.parent / "static"


def drawn(size: int) -> bytes:
    """The icon as a PNG of `size` by `size` pixels."""
    svg = (STATIC / "img" / "icon.svg").read_text(encoding="utf-8")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size))


def as_ico(png: bytes, size: int) -> bytes:
    """A PNG wrapped as an .ico of one picture (ICONDIR, ICONDIRENTRY, the PNG itself)."""
    directory = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), 22)
    return directory + entry + png


def main() -> None:
    for size in (192, 512):
        (STATIC / "img" / f"icon-{size}.png").write_bytes(drawn(size))
    (STATIC / "root" / "apple-touch-icon.png").write_bytes(drawn(180))
    (STATIC / "root" / "favicon.ico").write_bytes(as_ico(drawn(32), 32))


if __name__ == "__main__":
    main()

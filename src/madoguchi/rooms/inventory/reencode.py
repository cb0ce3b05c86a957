"""Draws a picture anew, in a process of its own with little memory and little time.

Started as a script by `pictures.draw_anew`: bytes in on stdin, JPEG out on stdout, and no word of what was wrong.
Only pixels pass: no EXIF, place, thumbnail, profile, comment or second frame can survive (LAW C2-1d).
"""

import io
import resource
import sys

MEMORY = 1024 * 1024 * 1024  # bytes of address space; forty million pixels need a good half of it
SECONDS = 10
PIXELS = 40_000_000
LONG_SIDE = 1600  # pixels: enough to see who it is


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(content: bytes) -> bytes:
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as found:
        if found.width * found.height > PIXELS:
            raise ValueError
        found.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        seen = upright.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    limit()
    try:
        sys.stdout.buffer.write(draw(sys.stdin.buffer.read()))
    except Exception:  # noqa: BLE001  whatever a foreign picture sets off ends here, without a trace of it
        sys.exit(1)

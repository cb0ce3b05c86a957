"""Draws a picture anew in its own format; started as a script by `pictures.redrawn`, bytes in and bytes out.

Only pixels pass: no EXIF, place, thumbnail, profile, comment. Whatever a foreign picture sets off ends here.
"""

import io
import resource
import sys

MEMORY = 1024 * 1024 * 1024  # bytes of address space
SECONDS = 15
PIXELS = 50_000_000  # a telephone of today takes 48 million
FRAMES = 500
_SAVED = {
    "jpeg": {"quality": 90, "optimize": True}, "png": {}, "webp": {"quality": 90}, "gif": {},
}  # fmt: skip


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS * 4  # a larger JPEG is read at half its size or less
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=(kind.upper(),)) as found:
        if kind == "jpeg" and found.width * found.height > PIXELS:
            found.draft("RGB", (found.width // 2, found.height // 2))
        if found.width * found.height > PIXELS:
            raise ValueError
        if kind == "gif":
            return _moving(found)
        upright = ImageOps.exif_transpose(found)
        clean = upright.convert("RGB") if kind == "jpeg" and upright.mode not in ("RGB", "L") else upright
        clean.info = {name: clean.info[name] for name in ("transparency",) if name in clean.info}
        clean.save(out, kind.upper(), exif=b"", **_SAVED[kind])
    return out.getvalue()


def _moving(found: "object") -> bytes:
    """Every frame with its duration; comments and application blocks stay behind."""
    from PIL import Image, ImageSequence

    frames, durations = [], []
    for frame in ImageSequence.Iterator(found):  # type: ignore[arg-type]
        frames.append(frame.convert("RGBA"))
        durations.append(frame.info.get("duration", 100))
        if len(frames) > FRAMES or len(frames) * frame.width * frame.height > PIXELS:
            raise ValueError
    out, again = io.BytesIO(), {"loop": found.info["loop"]} if "loop" in found.info else {}  # type: ignore[attr-defined]
    first: Image.Image = frames[0]
    first.info = {}
    first.save(
        out,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        disposal=2,
        comment=b"",
        **again,
    )
    return out.getvalue()


if __name__ == "__main__":
    limit()
    try:
        sys.stdout.buffer.write(draw(sys.stdin.buffer.read(), sys.argv[1]))
    except Exception:  # noqa: BLE001  whatever a foreign picture sets off ends here, without a trace of it
        sys.exit(1)

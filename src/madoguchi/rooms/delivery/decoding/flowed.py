"""format=flowed (RFC 3676): soft line ends taken out, with delsp=yes also their space, as Japanese needs it."""

SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    out: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        own, content = _unquoted(line)
        if paragraph and (own != depth or content == SIGNATURE):
            out.append(_shown(depth, paragraph))
            paragraph = []
        depth = own
        if content.endswith(" ") and content != SIGNATURE:
            paragraph.append(content[:-1] if delete_space else content)
            continue
        out.append(_shown(depth, [*paragraph, content]))
        paragraph = []
    if paragraph:
        out.append(_shown(depth, paragraph))
    return "\n".join(out)


def _unquoted(line: str) -> tuple[int, str]:
    bare = line.lstrip(">")
    return len(line) - len(bare), bare[1:] if bare.startswith(" ") else bare


def _shown(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text

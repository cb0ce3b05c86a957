"""The new text of a mail: older mails that it carries are cut, in the ways of Japanese and English programs.

Cut for display only; the whole text stays one click away. What was written between quotations, or below them,
is kept. A mail that has nothing else keeps what it has.
"""

import re
from typing import NamedTuple

from madoguchi.rooms.delivery.decoding import marks
from madoguchi.rooms.delivery.decoding.html import QUOTE_BEGINS

_QUOTED = re.compile(r"[ \t]{0,3}(?:>(?![_<]|[.。](?:<|$))|＞)")
_NAMED = re.compile(r"[ \t]{0,3}[A-Za-z]{1,4}>")
_BLANKS = re.compile(r"\n[ \t　]*\n(?:[ \t　]*\n)+")
_SIGNED = re.compile(
    r"(?:(?:iphone|ipad|android|galaxy|xperia|スマートフォン|携帯|ドコモ|au|softbank|outlook|yahoo).{0,40}(?:から送信|より送信|を入手|を使用して).{0,60}"
    r"|sent from (?:my|outlook|mail|yahoo).{0,60}|get outlook for .{0,60}|-- ?|[-_=*─━]{2,80})",
    re.IGNORECASE,
)
_ENDS = tuple(":：。>")  # the last sign of a line that announces a quotation
_BLOCK_LINES = 14
_NEAR = 5  # lines between the announcement and the first quoted line


class Evidence(NamedTuple):
    """What the headers say: an answer to something, or something passed on."""

    replies: bool = False
    forwards: bool = False


class _Cut(NamedTuple):
    """Lines from `begin` to `end` are an older mail."""

    begin: int
    end: int
    sure: bool = True  # announced, not only marked with >
    forwards: bool = False


def new_text(whole: str, evidence: Evidence) -> str:
    lines = whole.split("\n")
    cuts = _cuts(lines, evidence)
    if not cuts:
        return tidy(whole)
    kept, at = [], 0
    for cut in cuts:
        kept.append(_without_rule(lines[at : cut.begin]))
        at = cut.end
    kept.append("\n".join(lines[at:]))
    text = tidy(_BLANKS.sub("\n\n", "\n".join(part for part in kept if part.strip())))
    forwards = evidence.forwards or any(cut.forwards for cut in cuts)
    return tidy(whole) if not _says_something(text, forwards) else text


def tidy(text: str) -> str:
    """Without blank lines at both ends and spaces behind the last word; indentation stays."""
    seen = text.replace(f"{QUOTE_BEGINS}\n", "").replace(QUOTE_BEGINS, "").rstrip()
    indented = len(seen) - len(seen.lstrip())
    return seen[seen.rfind("\n", 0, indented) + 1 :]


def _says_something(text: str, forwards: bool) -> bool:
    """Somebody who passes a mail on without a word of their own passes on its text, signature or not."""
    if not forwards:
        return bool(text)
    own = text.split("\n-- \n")[0]
    return any(line.strip() and not _SIGNED.fullmatch(line.strip()) for line in own.split("\n"))


def _without_rule(lines: list[str]) -> str:
    """Outlook puts a rule of underscores above the block, others one that stands apart from what is above it."""
    if lines and marks.ANY_RULE.fullmatch(lines[-1].strip()) and not (len(lines) > 1 and lines[-2].strip()):
        lines.pop()
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and marks.RULE_ALONE.fullmatch(lines[-1].strip()):
        lines.pop()
    return "\n".join(lines) + "\n"


def _cuts(lines: list[str], evidence: Evidence) -> list[_Cut]:
    cuts: list[_Cut] = []
    at = 0
    while at < len(lines):
        cut = _cut_at(lines, at, evidence)
        if cut is None or cut.end <= at:
            at += 1
            continue
        cuts.append(cut)
        at = cut.end
    sure = evidence.replies or evidence.forwards or any(cut.sure for cut in cuts)
    return [cut for cut in cuts if cut.sure or sure or _ends_the_mail(lines, cut)]


def _ends_the_mail(lines: list[str], cut: _Cut) -> bool:
    """Without any sign of an older mail only two quoted lines or more at the very end are one."""
    if _next_line(lines, cut.end) < len(lines) or cut.end - cut.begin < 2:
        return False
    return any(line.strip() for line in lines[: cut.begin])


def _cut_at(lines: list[str], at: int, evidence: Evidence) -> _Cut | None:
    line = lines[at]
    if _is_quoted(line):
        end = _run_end(lines, at)
        return None if _calls_somebody(lines[at:end]) else _Cut(at, end, sure=False)
    if line == QUOTE_BEGINS:
        return _Cut(at, _older_end(lines, at + 1), forwards=_forwards_near(lines, at))
    if words := marks.separator(line):
        return _Cut(at, _older_end(lines, at + 1), forwards=bool(marks.FORWARDS.search(words)))
    if not line.strip() or len(line) > marks.LINE:
        return None
    if marks.bare_separator(line) and _announced(lines, at + 1):
        return _Cut(at, _older_end(lines, at + 1), forwards=bool(marks.FORWARDS.search(line)))
    if (end := _block_end(lines, at, evidence)) > at:
        return _Cut(at, _older_end(lines, end))
    return _attributed(lines, at, evidence)


def _attributed(lines: list[str], at: int, evidence: Evidence) -> _Cut | None:
    """A dated line, perhaps wrapped, and what it announces."""
    if not marks.may_begin_attribution(lines[at]):
        follows = _next_line(lines, at + 1)
        quoted = follows < len(lines) and _is_quoted(lines[follows])
        known = quoted and marks.attribution(lines[at], quoted_next=True)
        return _Cut(at, _run_end(lines, follows)) if known else None
    for count in (1, 2, 3):
        chunk = lines[at : at + count]
        if len(chunk) < count or not chunk[-1].strip() or _is_quoted(chunk[-1]):
            return None
        if chunk[-1].rstrip(" \t　*")[-1:] not in _ENDS:
            continue
        joined = " ".join(map(str.strip, chunk))
        follows = _next_line(lines, at + count)
        quoted = follows < len(lines) and _is_quoted(lines[follows])
        if quoted and marks.attribution(joined, quoted_next=True):
            return _Cut(at, _run_end(lines, follows))
        if not quoted and marks.attribution(joined, quoted_next=False, replies=evidence.replies):
            return _Cut(at, len(lines))
    return None


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def _calls_somebody(run: list[str]) -> bool:
    """＞山田さん: one full-width sign alone is how people turn to somebody."""
    return run[0].lstrip().startswith("＞") and sum(1 for line in run if line.strip()) == 1


def _run_end(lines: list[str], at: int) -> int:
    """Behind the quoted lines from `at`, blank lines between them included."""
    end = at
    while at < len(lines):
        if _is_quoted(lines[at]) or _NAMED.match(lines[at]):
            end = at + 1
        elif lines[at].strip() and lines[at] != QUOTE_BEGINS:
            break
        at += 1
    return end


def _next_line(lines: list[str], at: int) -> int:
    while at < len(lines) and (not lines[at].strip() or lines[at] == QUOTE_BEGINS):
        at += 1
    return at


def _older_end(lines: list[str], at: int) -> int:
    """After an announcement: a quotation that is marked ends with its marks, one that is not with the mail."""
    seen = 0
    while at < len(lines) and seen < _NEAR:
        at = _next_line(lines, at)
        if at < len(lines) and _is_quoted(lines[at]):
            return _run_end(lines, at)
        if at < len(lines) and (marks.header_key(lines[at]) or marks.separator(lines[at])):
            at += 1  # header lines between do not count
            continue
        at, seen = at + 1, seen + 1
        if seen and not _attribution_like(lines, at - 1):
            return len(lines)
    return len(lines)


def _attribution_like(lines: list[str], at: int) -> bool:
    return at < len(lines) and any(
        marks.attribution(" ".join(map(str.strip, lines[at : at + count])), quoted_next=True)
        for count in (1, 2, 3)
    )


def _announced(lines: list[str], at: int) -> bool:
    at = _next_line(lines, at)
    return at < len(lines) and (_is_quoted(lines[at]) or bool(marks.header_key(lines[at])))


def _forwards_near(lines: list[str], at: int) -> bool:
    return any(marks.FORWARDS.search(marks.separator(line)) for line in lines[at : at + 4])


def _block_end(lines: list[str], at: int, evidence: Evidence) -> int:
    """Behind a block of header lines that begins here; `at` itself if there is none."""
    if not marks.header_key(lines[at]):
        return at
    seen: set[str] = set()
    end = at
    for place in range(at, min(len(lines), at + _BLOCK_LINES)):
        key = marks.header_key(lines[place])
        if not key and not _belongs_to_block(lines, place):
            break
        if key in seen and key not in ("", "more"):
            break
        seen.add(key)
        end = place + 1
    known = seen & {"from", "sent", "to", "subject"}
    ruled = any(marks.RULE_ALONE.fullmatch(line.strip()) for line in lines[max(0, at - 3) : at])
    wanted = 3 if evidence.replies or evidence.forwards or ruled else 4
    of_mail = "subject" in known or ruled or any("@" in line for line in lines[at:end])
    return end if len(known) >= wanted and "from" in known and of_mail else at


def _belongs_to_block(lines: list[str], at: int) -> bool:
    """A line that goes on with the one above, or a blank one between two fields."""
    if lines[at].strip():
        return _continues(lines[at])
    return at + 1 < len(lines) and bool(marks.header_key(lines[at + 1]))


def _continues(line: str) -> bool:
    """A long list of recipients goes on in the next line."""
    return line.startswith((" ", "\t")) or ("@" in line and line.rstrip().endswith((">", ";", ",", ")")))

"""index.html: the same for people, one page that needs nothing beside it but the files it leads to."""

from collections.abc import Iterator
from html import escape

from madoguchi.foundation.lib.text import without_unstorable
from madoguchi.rooms.rights.packaging.telling import Enclosed, Fact, Record, Section, Telling, moment

_STYLE = """
body{font-family:"Hiragino Sans","Yu Gothic","Noto Sans JP","Noto Sans CJK JP",sans-serif;line-height:1.8;
max-width:46rem;margin:2rem auto;padding:0 1.2rem;color:#1c2430;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.6rem;border-bottom:1px solid #c9d1da;padding-bottom:.3rem}
.lead,.at,dt{color:#55606d;font-size:.9rem}article{margin:1.2rem 0;padding:.2rem 0 .2rem 1rem;border-left:3px solid #d8dee5}
h3{font-size:1rem;margin:0}dl{margin:.3rem 0}dd{margin:0 0 .5rem;white-space:pre-wrap}
@media print{body{margin:0;max-width:none}article{break-inside:avoid}}
"""


def pieces(telling: Telling, *, style: str = "") -> Iterator[str]:
    """Parts of one page. `style`: where its style lies, when it is a screen of ours; otherwise the page brings it."""
    look = f'<link rel="stylesheet" href="{escape(style)}">' if style else f"<style>{_STYLE}</style>"
    yield (
        '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(telling.title)}</title>{look}</head><body>\n<h1>{escape(telling.title)}</h1>\n"
    )
    yield _facts(telling.head)
    for section in telling.sections:
        yield from _section(section)
    yield from _ends(telling)
    yield "</body></html>\n"


def _section(section: Section) -> Iterator[str]:
    yield f"<section><h2>{escape(section.title)}</h2>\n"
    if section.lead:
        yield f'<p class="lead">{escape(section.lead)}</p>\n'
    some = False
    for record in section.records():
        some = True
        yield _record(record)
    yield "</section>\n" if some else "<p>ありません。</p></section>\n"


def _record(record: Record) -> str:
    when = "　".join(filter(None, (moment(record.at), record.by)))
    return f'<article><h3>{escape(record.what)}</h3><p class="at">{escape(when)}</p>{_facts(record.facts)}</article>\n'


def _facts(facts: tuple[Fact, ...]) -> str:
    lines = (f"<dt>{escape(each.label)}</dt><dd>{_shown(each.value)}</dd>" for each in facts)
    return f"<dl>{''.join(lines)}</dl>\n" if facts else ""


def _shown(value: str) -> str:
    return escape(without_unstorable(value))


def _ends(telling: Telling) -> Iterator[str]:
    if telling.enclosed:
        yield "<section><h2>添付ファイル</h2><ul>\n"
        for each in telling.enclosed:
            yield f"<li>{_file(each)}</li>\n"
        yield "</ul></section>\n"
    if telling.withheld:
        yield "<section><h2>伏せたところと、その根拠</h2><ul>\n"
        for held in telling.withheld:
            yield f"<li>{escape(held.what)}：{escape(held.ground)}（{escape(held.article)}）</li>\n"
        yield "</ul></section>\n"


def _file(file: Enclosed) -> str:
    name, size = escape(file.name), f"{file.size:,} バイト"
    shown = f'<a href="{escape(file.path)}">{name}</a>' if file.path else f"{name}（お渡ししていません）"
    return f"{shown}　{size}　{escape(file.belongs)}"

"""Tags and filters of our templates; settings make them built in, so templates need no {% load %}."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.numbers import COVER
from madoguchi.foundation.ui import assets
from madoguchi.foundation.ui.markup import only_text_markup

register = template.Library()
_COVERED = f'<span class="covered"><span aria-hidden="true">{COVER}</span><span class="hidden-text">（伏せた番号）</span></span>'


@register.simple_tag(name="asset")
def asset_tag(name: str) -> SafeString:
    """`{% asset "public.css" %}` → the whole <link>, `{% asset "public.js" %}` → the whole <script>, with SRI."""
    built = assets.asset(name)
    if name.endswith(".css"):
        return format_html('<link rel="stylesheet" href="{}" integrity="{}">', built.url, built.integrity)
    if name.endswith(".js"):
        return format_html(
            '<script type="module" src="{}" integrity="{}"></script>', built.url, built.integrity
        )
    return format_html('<link rel="icon" type="{}" href="{}">', built.content_type, built.url)


@register.filter
def japanese_date(moment: datetime) -> str:
    """2026年11月24日(火) 10:20, in Asia/Tokyo."""
    return calendar.japanese_date(moment)


@register.filter
def japanese_day(day: date) -> str:
    """2026年11月24日(火), in Asia/Tokyo."""
    return calendar.japanese_day(day)


@register.filter
def day_of_month(day: date) -> str:
    """11月24日(火), in Asia/Tokyo; the year only if it is another one."""
    said, year = calendar.japanese_day(day), f"{clock.today().year}年"
    return said.removeprefix(year)


@register.filter
def plain_day(day: date) -> str:
    """2026年11月24日, as documents are dated, in Asia/Tokyo."""
    return calendar.plain_day(day)


@register.filter
def short_date(moment: datetime) -> str:
    """今日 15:40, 明日 9:05, 11月20日(金) 16:40: as near as the moment is."""
    return calendar.short_date(moment, clock.now())


@register.filter
def thousands(number: int) -> str:
    """1,204"""
    return f"{number:,}"


@register.filter
def file_size(size: int) -> str:
    """820 KB, 2.4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 1024 / 1024:.1f} MB"


@register.filter
def time_left(due: datetime) -> str:
    """あと 5時間20分, or 1時間30分 超過."""
    return calendar.time_left(clock.now(), due)[0]


@register.filter
def is_late(due: datetime) -> bool:
    return calendar.time_left(clock.now(), due)[1]


@register.filter
def iso(moment: Any) -> str:
    """For the datetime attribute of <time>, in Asia/Tokyo."""
    return clock.local(moment).isoformat(timespec="minutes") if moment else ""


@register.filter
def marked(text: str) -> str:
    """A text in which covered numbers stand out, and are said as such to who listens."""
    if COVER not in text:
        return text
    said = mark_safe(_COVERED)  # noqa: S308
    return format_html_join(said, "{}", ((part,) for part in text.split(COVER)))


@register.filter
def text_markup(html: str) -> SafeString:
    """Stored HTML of a policy or a notice; only the tags of a text come through."""
    return mark_safe(only_text_markup(html))  # noqa: S308

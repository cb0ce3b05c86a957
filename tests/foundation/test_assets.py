"""What the screens are made of: bundles, colours, templates."""

import base64
import gzip
import hashlib
import math
import re
from pathlib import Path

import pytest
from django.http import Http404
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from madoguchi.foundation.ui import assets, errors, shipped, views

HERE = assets.HERE
SOURCE = HERE.parents[1]
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
OURS = ("public.css", "desk.css", "public.js", "desk.js")
REQUEST = RequestFactory()


# -- bundles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_a_bundle_is_the_same_at_every_build_and_named_by_its_content(name: str) -> None:
    first = assets.asset(name)
    assets.asset.cache_clear()
    second = assets.asset(name)
    assert first == second
    assert hashlib.sha384(first.body).hexdigest()[:16] in first.url
    assert gzip.decompress(first.gzip) == first.body


@pytest.mark.parametrize("name", OURS)
def test_its_integrity_is_that_of_the_bytes_sent(name: str) -> None:
    built = assets.asset(name)
    response = views.serve_asset(REQUEST.get(built.url), built.filename)
    expected = base64.b64encode(hashlib.sha384(response.content).digest()).decode()
    assert built.integrity == f"sha384-{expected}"


def test_the_public_page_stays_light() -> None:
    assert len(assets.asset("public.css").gzip) <= 7_000
    assert len(assets.asset("public.js").gzip) <= 1_000


def test_slimming_leaves_strings_alone() -> None:
    assert (
        assets.slim_css('a { content: "/* kept */"; } /* gone\n */\n\n  b {}')
        == 'a { content: "/* kept */"; }\nb {}'
    )
    assert assets.slim_js('  // gone\n\n  f("// kept");') == 'f("// kept");'


def test_another_packages_file_keeps_its_bytes_and_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "SOURCES", dict(assets.SOURCES))
    foreign = tmp_path / "their.js"
    foreign.write_bytes(b"// theirs\n\nf();\n")
    assets.register("their-script.js", foreign)
    assets.register("their-script.js", foreign)
    assert assets.asset("their-script.js").body == foreign.read_bytes()
    with pytest.raises(ValueError, match="already"):
        assets.register("their-script.js", tmp_path / "other.js")
    with pytest.raises(ValueError, match="not a name"):
        assets.register("../their.js", foreign)
    assets.by_filename.cache_clear()


# -- serving ---------------------------------------------------------------------------------------


def test_an_asset_is_kept_for_ever_and_sent_packed_to_who_takes_it() -> None:
    built = assets.asset("desk.css")
    packed = views.serve_asset(REQUEST.get("/", headers={"accept-encoding": "br, gzip"}), built.filename)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == built.body
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    assert packed.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("header", ["", "br", "gzip;q=0", "gzip; q=0.0, br"])
def test_who_does_not_take_gzip_gets_plain_bytes(header: str) -> None:
    built = assets.asset("public.css")
    response = views.serve_asset(REQUEST.get("/", headers={"accept-encoding": header}), built.filename)
    assert "Content-Encoding" not in response.headers
    assert response.content == built.body


@pytest.mark.parametrize("filename", ["public.css", "public.0000000000000000.css", "../tokens.css", ""])
def test_another_name_is_not_found(filename: str) -> None:
    with pytest.raises(Http404):
        views.serve_asset(REQUEST.get("/"), filename)


def test_assets_are_only_read() -> None:
    assert views.serve_asset(REQUEST.post("/"), assets.asset("public.css").filename).status_code == 405


# -- shipped as it was -----------------------------------------------------------------------------


def test_the_list_of_what_is_shipped_is_current() -> None:
    assert shipped.altered() == [], "run: python -m madoguchi.foundation.ui.shipped"


def test_a_changed_a_missing_and_a_new_file_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path)
    monkeypatch.setattr(shipped, "LIST", tmp_path / "shipped.json")
    folder = tmp_path / "js"
    folder.mkdir()
    for name in ("changed.js", "missing.js", "same.js"):
        (folder / name).write_text("f();")
    shipped.write()
    assert shipped.altered() == []
    (folder / "changed.js").write_text("g();")
    (folder / "missing.js").unlink()
    (folder / "new.js").write_text("h();")
    assert shipped.altered() == ["js/changed.js", "js/missing.js", "js/new.js"]


# -- style -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["public.css", "desk.css"])
def test_every_custom_property_in_use_is_defined_in_the_same_bundle(name: str) -> None:
    css = assets.asset(name).body.decode()
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+)\s*:", css))


@pytest.mark.parametrize("name", ["public.css", "desk.css"])
def test_the_style_fetches_nothing(name: str) -> None:
    css = assets.asset(name).body.decode()
    assert "url(" not in css
    assert "@import" not in css
    assert css.count("{") == css.count("}")


def _tokens(scheme: str) -> dict[str, str]:
    css = "".join((HERE / "css" / name).read_text() for name in ("tokens.css", "desk.css"))
    blocks = re.findall(r"(@media \(prefers-color-scheme: dark\) \{\s*)?:root \{(.*?)\n\s*\}", css, re.DOTALL)
    found: dict[str, str] = {}
    for dark, block in blocks:
        if not dark or scheme == "dark":
            found |= dict(re.findall(r"--([\w-]+):\s*(oklch\([^)]*\))", block))
    return found


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of an `oklch(L C h)` inside sRGB; the matrices are Ottosson's."""
    lightness, chroma, hue = (float(part) for part in colour[6:-1].split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(max(part, 0.0), 1.0) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


READ_ON = {
    "ink": ("paper", "sheet", "well", "ai-soft", "shu-soft", "memo"),
    "ink-2": ("paper", "sheet", "well", "ai-soft"),
    "ink-3": ("paper", "sheet", "well", "ai-soft"),
    "ai": ("paper", "sheet", "well", "ai-soft", "shu-soft"),
    "shu": ("paper", "sheet", "well", "ai-soft", "shu-soft"),
    "memo-ink": ("memo",),
    "on-ai": ("ai-fill", "ai-fill-over"),
    "on-strip": ("strip",),
}
BOUNDS_ON = {"line-strong": ("paper", "sheet"), "focus": ("paper", "sheet", "well", "ai-soft")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(READ_ON, 4.5), (BOUNDS_ON, 3.0)])
def test_colours_can_be_told_apart(scheme: str, pairs: dict[str, tuple[str, ...]], least: float) -> None:
    tokens = _tokens(scheme)
    weak = {
        f"{front} on {back}": round(ratio, 2)
        for front, backs in pairs.items()
        for back in backs
        if (ratio := _contrast(tokens[front], tokens[back])) < least
    }
    assert weak == {}


def test_both_schemes_are_measured() -> None:
    assert _tokens("light").keys() == _tokens("dark").keys()
    assert _tokens("light")["memo"] != _tokens("dark")["memo"]
    assert _contrast("oklch(0.6 0 0)", "oklch(0.7 0 0)") < 3


def test_black_and_white_measure_as_known() -> None:
    assert _contrast("oklch(0 0 0)", "oklch(1 0 0)") == pytest.approx(21, abs=0.01)


# -- templates -------------------------------------------------------------------------------------

INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("planted", ['<p style="x">', "<style>", "<script>f()</script>", '<a onclick="f()">'])
def test_inline_style_and_script_would_be_seen(planted: str) -> None:
    assert INLINE.search(planted)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not INLINE.search(text)
    assert not re.search(r"\|\s*safe|autoescape\s+off", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_template_can_be_read(path: Path) -> None:
    engines["django"].from_string(path.read_text(encoding="utf-8"))


def test_our_templates_say_what_they_need() -> None:
    silent = [
        path.name for path in TEMPLATES if HERE in path.parents and not path.read_text().startswith("{# ")
    ]
    assert silent == []


def _field(**values: object) -> str:
    field = {"name": "email", "label": "メールアドレス", "kind": "email", "required": True} | values
    return render_to_string("elements/field.html", {"field": field})


def test_a_field_ties_hint_and_error_to_its_box() -> None:
    html = _field(hint="例：hanako@example.jp", error="ご記入ください。", value='"><b>')
    assert 'aria-describedby="email-error email-hint"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="email-error"' in html
    assert 'autocomplete="email"' in html
    assert "<b>" not in html
    assert "aria-describedby" not in _field()


def test_a_paragraph_keeps_a_first_empty_line() -> None:
    assert ">\n\n本文</textarea>" in _field(kind="paragraph", value="\n本文")


def test_a_password_is_never_written_back() -> None:
    assert "hunter2" not in _field(kind="password", value="hunter2")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ('<h3 id="c1">第1条</h3><p>A &amp; B<br>C</p>', '<h3 id="c1">第1条</h3><p>A &amp; B<br>C</p>'),
        ('<ol start="3"><li>あ</ol>', '<ol start="3"><li>あ</li></ol>'),
        ("<script>f('<p>')</script>い", "い"),
        ('<p onclick="f()" style="x">う</p>', "<p>う</p>"),
        ('<a href="javascript:f()">え</a>', "<a>え</a>"),
        ('<a href="//other.example/">え</a>', "<a>え</a>"),
        ('<a href="/policy/">え</a>', '<a href="/policy/">え</a>'),
        ("<form><input><p>お", "<p>お</p>"),
        ('<p class="button">く</p><ul class="items"></ul>', '<p>く</p><ul class="items"></ul>'),
        ("</div>か&lt;script&gt;", "か&lt;script&gt;"),
        ("<svg><style>x</style></svg>き", "き"),
    ],
)
def test_a_stored_text_brings_only_the_tags_of_a_text(stored: str, shown: str) -> None:
    assert engines["django"].from_string("{{ html|text_markup }}").render({"html": stored}) == shown


# -- error pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", errors.PAGES)
def test_an_error_page_needs_nothing_and_offers_a_next_step(status: int) -> None:
    response = errors.error_page(status)
    html = response.content.decode()
    assert response.status_code == status
    assert "次にできること" in html
    assert "！" not in html
    assert (HERE / f"templates/errors/{status}.html").exists()


@pytest.mark.parametrize("status", [403, 404, 409, 410, 422])
def test_a_refusal_says_its_own_next_step_and_no_other(status: int) -> None:
    html = errors.error_page(status, message="個人情報管理者にお願いしてください。").content.decode()

    assert "個人情報管理者にお願いしてください。" in html
    for wrong in ("次にできること", "再読み込み", "アドレスが途中で", "読み取れませんでした"):
        assert wrong not in html, wrong


def test_a_refused_inquiry_gets_its_words_back() -> None:
    response = errors.error_page(
        503, kept=[{"label": "ご相談内容", "value": "見積を<お願い>します"}], retry_after=120
    )
    assert "見積を&lt;お願い&gt;します" in response.content.decode()
    assert response.headers["Retry-After"] == "120"


def test_staff_go_back_to_their_desk() -> None:
    assert '<a href="/desk/">' in errors.not_found(REQUEST.get("/desk/none/"), Http404()).content.decode()
    assert '<a href="/desk/">' not in errors.not_found(REQUEST.get("/none/"), Http404()).content.decode()

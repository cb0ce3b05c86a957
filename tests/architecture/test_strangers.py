"""What a stranger can reach is one short folder, and no road from it leads to a screen of the desk."""

import re
from collections.abc import Iterable
from pathlib import Path

import grimp

from tests.architecture.source import PACKAGE, SRC

PUBLIC = "madoguchi.faces.public_site"
TEMPLATE = re.compile(r"""["']([\w/-]+\.(?:html|txt))["']""")


def staff_modules(names: Iterable[str]) -> list[str]:
    return [
        name
        for name in names
        if name.startswith("madoguchi.faces.staff_site")
        or (name.startswith("madoguchi.rooms.") and name.rpartition(".")[2] in {"views", "urls", "api"})
    ]


def roads(graph: grimp.ImportGraph, start: str = PUBLIC) -> list[str]:
    """Every chain of imports from the public site to a module of the desk."""
    return sorted(
        " → ".join(chain)
        for target in staff_modules(graph.modules)
        for chain in graph.find_shortest_chains(start, target, as_packages=True)
    )


def staff_templates(src: Path = SRC) -> list[str]:
    """Templates named in the public site that do not lie in the public site or in foundation/ui."""
    public, ui = src / PACKAGE / "faces/public_site", src / PACKAGE / "foundation/ui"
    own = {
        path.relative_to(folder).as_posix()
        for base in (public, ui)
        for folder in base.rglob("templates")
        for path in folder.rglob("*.*")
    }
    return sorted(
        f"{path.relative_to(src).as_posix()} names {name}"
        for path in public.rglob("*.*")
        if path.suffix in {".py", ".html", ".txt"}
        for name in TEMPLATE.findall(path.read_text(encoding="utf-8"))
        if name not in own
    )


def test_no_road_from_the_public_site_to_the_desk() -> None:
    assert roads(grimp.build_graph(PACKAGE, cache_dir=None)) == []


def test_the_public_site_shows_only_its_own_templates() -> None:
    assert staff_templates() == []


def test_a_planted_road_is_caught() -> None:
    graph = grimp.ImportGraph()
    graph.add_module(PUBLIC)
    graph.add_import(importer=f"{PUBLIC}.inquiry.views", imported="madoguchi.rooms.forms.queries")
    graph.add_import(importer="madoguchi.rooms.forms.queries", imported="madoguchi.rooms.forms.views")

    assert roads(graph) == [
        f"{PUBLIC}.inquiry.views → madoguchi.rooms.forms.queries → madoguchi.rooms.forms.views"
    ]


def test_a_planted_staff_template_is_caught(tmp_path: Path) -> None:
    view = tmp_path / PACKAGE / "faces/public_site/inquiry/views.py"
    own = tmp_path / PACKAGE / "faces/public_site/inquiry/templates/inquiry/form.html"
    for path, text in (
        (view, 'render(request, "inquiries/list.html")\n'),
        (own, '{% extends "inquiry/form.html" %}'),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert staff_templates(tmp_path) == [
        "madoguchi/faces/public_site/inquiry/views.py names inquiries/list.html"
    ]

"""Words that are not wanted in this house, with the reason each was turned away."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import SRC, modules, parsed, plant

# A module with such a name collects what nobody placed.
DRAWERS = {"common", "core", "utils", "util", "helpers", "helper", "services", "service", "managers", "misc"}

# Machinery that acts at a distance, or that writes to the tables around the actions.
UNWANTED = {
    "ModelForm": "a form that writes to a table goes round its action",
    "modelform_factory": "a form that writes to a table goes round its action",
    "ModelAdmin": "the admin goes round every rule",
    "GenericForeignKey": "a reference upward that no constraint holds; use lib.ids.Ref",
    "GenericRelation": "a reference upward that no constraint holds; use lib.ids.Ref",
    "Signal": "who tells whom is asked downward at the moment of use",
    "receiver": "who tells whom is asked downward at the moment of use",
    "pre_save": "who tells whom is asked downward at the moment of use",
    "post_save": "who tells whom is asked downward at the moment of use",
    "pre_delete": "who tells whom is asked downward at the moment of use",
    "post_delete": "who tells whom is asked downward at the moment of use",
    "m2m_changed": "who tells whom is asked downward at the moment of use",
}
UNWANTED_MODULES = ("django.contrib.admin", "django.db.models.signals", "django.dispatch")


def drawers(src: Path = SRC) -> list[str]:
    return [name for name, _ in modules(src) if DRAWERS & set(name.split("."))]


def unwanted(src: Path = SRC) -> list[str]:
    """Names in code, and modules named in an import or as text (INSTALLED_APPS)."""
    found = []
    for name, path in modules(src):
        for node in ast.walk(parsed(path)):
            found += [
                f"{name}:{getattr(node, 'lineno', 0)} {word}" for word in _words(node) if _is_unwanted(word)
            ]
    return sorted(set(found))


def _words(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(alias.name for alias in node.names)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if node.value.startswith("django.") else []
    return []


def _is_unwanted(word: str) -> bool:
    return word in UNWANTED or word.startswith(UNWANTED_MODULES)


def test_no_module_is_a_drawer() -> None:
    assert drawers() == []


def test_nothing_unwanted_is_used() -> None:
    assert unwanted() == []


def test_planted_drawers_are_caught(tmp_path: Path) -> None:
    src = plant(tmp_path, {"rooms/a/utils.py": "", "foundation/common/x.py": "", "rooms/a/core_idea.py": ""})

    assert drawers(src) == ["madoguchi.foundation.common.x", "madoguchi.rooms.a.utils"]


@pytest.mark.parametrize(
    "text",
    [
        "from django.forms import ModelForm\n",
        "from django import forms\nclass F(forms.ModelForm): ...\n",
        "from django.contrib.contenttypes.fields import GenericForeignKey\n",
        "from django.db.models.signals import post_save\n",
        "import django.dispatch\n",
        "from django.dispatch import receiver\n",
        'INSTALLED_APPS = ["django.contrib.admin"]\n',
        "from django.contrib import admin\nadmin.ModelAdmin\n",
    ],
)
def test_planted_machinery_is_caught(tmp_path: Path, text: str) -> None:
    assert unwanted(plant(tmp_path, {"rooms/a/views.py": text})) != []

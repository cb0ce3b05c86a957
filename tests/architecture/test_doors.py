"""The doors: a room is entered by actions, queries, rules and errors, and only its own hands touch its tables."""

from pathlib import Path

from tests.architecture.source import SRC, Import, imports, modules, plant, room_of

DOORS = {"actions", "queries", "rules", "errors"}

# The vault's fields stand in other rooms' tables. A guard is registered where it stands. Who reads a refusal is asked
# where its wording is written.
MORE_DOORS = {"vault": {"fields"}, "promises": {"registry", "catalogue"}, "screening": {"readers"}}

# The composition root mounts addresses, runs the jobs and counts the checks of every room.
ROOT_DOORS = DOORS | {"urls", "api", "views", "jobs", "checks"}

# What one module of the composition root takes besides, and why.
EXCEPTIONS = {
    # The mail address of the environment is parsed by the room that will use it.
    ("madoguchi.config.environment", "madoguchi.rooms.delivery.target"),
}

HANDS = {"actions", "queries", "checks", "jobs", "migrations", "models"}


def inside(target: str) -> str:
    """The first part of a name below its room: `actions`, `models`, or nothing for the room itself."""
    return (target.split(".") + [""] * 4)[3]


def wrong_doors(src: Path = SRC) -> list[str]:
    found = []
    for each in imports(src):
        room = room_of(each.target)
        if (
            not room
            or each.types_only
            or room == room_of(each.importer)
            or _excepted(each)
            or _foreign_key(each)
        ):
            continue
        allowed = ROOT_DOORS if each.importer.startswith("madoguchi.config") else DOORS
        if inside(each.target) not in allowed | MORE_DOORS.get(room, set()):
            found.append(str(each))
    return found


def _excepted(each: Import) -> bool:
    return any(each.importer == importer and each.module == module for importer, module in EXCEPTIONS)


def _foreign_key(each: Import) -> bool:
    """A table names the table that it points to; that it points down is the ladder's matter."""
    return inside(each.importer) == "models" and inside(each.target) == "models"


def wrong_hands(src: Path = SRC) -> list[str]:
    """Modules of a room, other than its hands, that import its tables."""
    return [
        str(each)
        for each in imports(src)
        if room_of(each.target) and inside(each.target) == "models"
        if not each.types_only and not _foreign_key(each)
        if inside(each.importer) not in HANDS or room_of(each.importer) != room_of(each.target)
    ]


def loose_guards(src: Path = SRC) -> list[str]:
    """Guards taken out of their module: a name bound elsewhere could not be disarmed."""
    return [
        str(each)
        for each in imports(src)
        if each.name.startswith(("check_", "may_"))
        and each.module.startswith("madoguchi.")
        and not each.types_only
        if each.module.rpartition(".")[2] == "rules"
    ]


def test_rooms_are_entered_by_their_doors() -> None:
    assert wrong_doors() == []


def test_only_the_hands_of_a_room_touch_its_tables() -> None:
    assert wrong_hands() == []


def test_guards_are_called_through_their_module() -> None:
    assert loose_guards() == []


def test_every_exception_is_still_needed() -> None:
    present = {(each.importer, each.module) for each in imports()}

    assert present >= EXCEPTIONS


def test_the_walls_of_a_room_are_found() -> None:
    """The reading of the tree sees every room of it, so an empty list above means something."""
    assert {room_of(name) for name, _ in modules()} > {"vault", "jobs"}


def test_planted_wrong_doors_are_caught(tmp_path: Path) -> None:
    src = plant(
        tmp_path,
        {
            "rooms/a/rules.py": "from madoguchi.rooms.vault.store import seal\n",
            "rooms/a/actions/go.py": "from madoguchi.rooms import b\nfrom madoguchi.rooms.b import models\n",
            "faces/public_site/views.py": "import madoguchi.rooms.b.jobs\n",
            "config/urls.py": "from madoguchi.rooms.b.models import B\n",
            "rooms/a/queries.py": (
                "from typing import TYPE_CHECKING\n"
                "from madoguchi.rooms.b.actions.open import open_b\n"
                "from madoguchi.rooms.vault.fields import SealedField\n"
                "if TYPE_CHECKING:\n    from madoguchi.rooms.b.models import B\n"
            ),
        },
    )

    assert wrong_doors(src) == [
        "madoguchi.config.urls:1 imports madoguchi.rooms.b.models.B",
        "madoguchi.faces.public_site.views:1 imports madoguchi.rooms.b.jobs",
        "madoguchi.rooms.a.actions.go:1 imports madoguchi.rooms.b",
        "madoguchi.rooms.a.actions.go:2 imports madoguchi.rooms.b.models",
        "madoguchi.rooms.a.rules:1 imports madoguchi.rooms.vault.store.seal",
    ]


def test_planted_wrong_hands_are_caught(tmp_path: Path) -> None:
    src = plant(
        tmp_path,
        {
            "rooms/a/views.py": "from madoguchi.rooms.a.models import A\n",
            "rooms/a/rules.py": "from madoguchi.rooms.a import models\n",
            "rooms/a/actions/make.py": "from madoguchi.rooms.a.models import A\n",
            "rooms/b/queries.py": "from madoguchi.rooms.a.models import A\n",
            "rooms/b/models.py": "from madoguchi.rooms.a.models import A\n",
        },
    )

    assert wrong_hands(src) == [
        "madoguchi.rooms.a.rules:1 imports madoguchi.rooms.a.models",
        "madoguchi.rooms.a.views:1 imports madoguchi.rooms.a.models.A",
        "madoguchi.rooms.b.queries:1 imports madoguchi.rooms.a.models.A",
    ]


def test_a_planted_loose_guard_is_caught(tmp_path: Path) -> None:
    src = plant(
        tmp_path,
        {
            "rooms/a/actions/close.py": "from madoguchi.rooms.a.rules import check_open, State\n",
            "rooms/a/actions/open.py": "from madoguchi.rooms.a import rules\n",
        },
    )

    assert loose_guards(src) == [
        "madoguchi.rooms.a.actions.close:1 imports madoguchi.rooms.a.rules.check_open"
    ]

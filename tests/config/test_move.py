"""From SQLite to PostgreSQL: every row arrives as it was, or nothing arrives."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.moving import Installed, a_server, an_empty_database, ask, installed, tables
from tests.live import running
from tests.servers import free_port

# The parts of a move in one process: what the target is made of once, tried again for each case.
TAMPER = """
import json
from django.db import transaction
from madoguchi.config.move import target
from madoguchi.config.move.compare import compare
from madoguchi.config.move.run import file
from madoguchi.config.move.source import opened
from madoguchi.config.move.tables import moved_tables
from tests.config.test_move import TAMPERED
found = {}
with opened(file()) as source, transaction.atomic():
    tables = moved_tables(source.names())
    target.make_tables(source)
    target.fill(source, tables)
    for case, (table, statement) in TAMPERED.items():
        point = transaction.savepoint()
        target._execute(f"SET LOCAL session_replication_role = replica; {statement}")  # past its own rules
        found[case] = {each.table: each.differing for each in (compare(source, one) for one in tables) if each.differing}
        transaction.savepoint_rollback(point)
print(json.dumps(found))
"""
FILL = """
import json, shutil, sqlite3
from django.db import transaction
from madoguchi.config.move import target
from madoguchi.config.move.errors import CannotMove
from madoguchi.config.move.run import file
from madoguchi.config.move.source import opened
from madoguchi.config.move.tables import moved_tables
from tests.config.test_move import UNFIT
said = {}
with opened(file()) as source:
    with transaction.atomic():
        target.make_tables(source)
for case, (table, statements) in UNFIT.items():
    broken = file().with_name(case)
    shutil.copyfile(file(), broken)
    with sqlite3.connect(broken) as changed:
        for statement in statements:
            changed.execute(statement)
    changed.close()
    with opened(broken) as source:
        try:
            with transaction.atomic():
                target.fill(source, moved_tables(source.names()))
        except CannotMove as refusal:
            said[case] = refusal.message
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with a_server() as url:
        yield url


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return installed(tmp_path_factory.mktemp("original") / "house")


@pytest.fixture
def here(original: Installed, tmp_path: Path) -> Installed:
    return original.copy(tmp_path / "house")


@pytest.fixture
def url(server: str) -> str:
    return an_empty_database(server)


def move(here: Installed, url: str, **more: str) -> tuple[int, str, str]:
    done = here.run("db", "move", url, "--yes", **more)
    return done.returncode, done.stdout, done.stderr


def test_every_row_arrives_and_the_file_stays_as_it_was(here: Installed, url: str) -> None:
    before = hashlib.sha256(here.database.read_bytes()).hexdigest()

    code, said, wrong = move(here, url)

    assert (code, wrong) == (0, "")
    assert hashlib.sha256(here.database.read_bytes()).hexdigest() == before
    lines = said.splitlines()
    assert "inquiries_inquiry: 12 行 一致" in lines
    assert all(line.endswith(" 行 一致") for line in lines if ": " in line)
    assert f"MADOGUCHI_DATABASE_URL={url}" in lines


def test_what_moved_is_read_the_same_and_goes_on(here: Installed, url: str) -> None:
    """Opened with its keys, counted by the same triggers, and with new rows after the old ones."""
    read = (
        "from madoguchi.rooms.inquiries.models import Inquiry, Tally\n"
        "from madoguchi.rooms.inquiries.queries.one import answers_of\n"
        "from madoguchi.rooms.organisation.models import Remembered, Staff\n"
        "from madoguchi.rooms.vault.models import Attachment\n"
        "from madoguchi.rooms.vault.queries import read_attachment\n"
        "from django.db.models import Sum\nimport hashlib, json\n"
        "print(sorted((i.receipt_number, answers_of(i).values['body'], str(i.received_at)) for i in Inquiry.objects.all()))\n"
        "print([ascii(s.name) for s in Staff.objects.order_by('email')], sorted(json.dumps(r.value, sort_keys=True) for r in Remembered.objects.all()))\n"
        "print(Tally.objects.aggregate(Sum('n')), hashlib.sha256(b''.join(read_attachment(Attachment.objects.get().id))).hexdigest())\n"
    )
    before = here.python(read)
    assert move(here, url)[0] == 0
    there = {"MADOGUCHI_DATABASE_URL": url}

    assert here.python(read, **there) == before
    more = (
        "from tests.house import House\nfrom madoguchi.rooms.forms.queries import first_form\n"
        "from django.contrib.contenttypes.models import ContentType\n"
        "from django.db.models import Max, Sum\nfrom madoguchi.rooms.inquiries.models import Tally\n"
        "from madoguchi.rooms.audit.models import Event\nfrom django.db import IntegrityError, ProgrammingError, InternalError\n"
        "was = Tally.objects.aggregate(n=Sum('n'))['n']; House(first_form(), {}, [], None).submit()\n"
        "last = ContentType.objects.aggregate(n=Max('id'))['n']; new = ContentType.objects.create(app_label='x', model='x').id\n"
        "print(Tally.objects.aggregate(n=Sum('n'))['n'] - was, new - last)\n"
        "try: Event.objects.all().delete(); print('deleted')\nexcept Exception as error: print('never changed' in str(error))\n"
    )
    assert here.python(more, **there).split() == ["1", "1", "True"]


def test_who_serves_the_old_file_is_told_where_it_went(here: Installed, url: str) -> None:
    secret = url.replace("postgres@", "postgres:hunter2-secret@")  # the server trusts loopback
    code, said, wrong = move(here, secret)
    assert code == 0

    refused = here.run("worker")

    assert refused.returncode == 3
    assert f"MADOGUCHI_DATABASE_URL={url}" in refused.stderr
    everything = b"".join(path.read_bytes() for path in here.folder.rglob("*") if path.is_file())
    for text in (said, wrong, refused.stdout, refused.stderr, everything.decode(errors="replace")):
        assert "hunter2" not in text
    again = here.run("db", "move", url, "--yes")
    assert again.returncode == 1
    assert "すでに移しました" in again.stderr
    codes = here.run("check", "--json", MADOGUCHI_DATABASE_URL=url).stdout
    assert '"moved"' in codes


def test_it_is_refused_while_the_house_serves(here: Installed, url: str) -> None:
    port = free_port()
    with running(here.folder, ["serve", "--bind", f"127.0.0.1:{port}"], here.environment, port):
        code, _, wrong = move(here, url)

    assert code == 1
    assert "止めてから" in wrong
    assert tables(url) == 0


@pytest.mark.parametrize(
    ("arrange", "sentence"),
    [
        ("CREATE TABLE something (id int)", "空ではありません"),
        ("CREATE TABLE audit_event (id int)", "空ではありません"),
    ],
)
def test_a_database_that_holds_something_is_left_alone(
    here: Installed, url: str, arrange: str, sentence: str
) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(arrange)

    code, _, wrong = move(here, url)

    assert code == 1
    assert sentence in wrong
    assert tables(url) == 1
    assert here.run("check", "--json").returncode in (0, 1)
    assert not (here.data / "moved-to-postgresql").exists()


@pytest.mark.parametrize(
    "address", ["postgresql://postgres:geheim@127.0.0.1:1/x", "mysql://geheim@x/y", "geheim"]
)
def test_an_address_that_leads_nowhere_is_said_so(here: Installed, address: str) -> None:
    code, said, wrong = move(here, address)

    assert code == 1
    assert "MADOGUCHI_DATABASE_URL" in wrong or "つながりません" in wrong
    assert "geheim" not in said + wrong
    assert "Traceback" not in wrong


STAFF, KNOWN = "organisation_staff", "organisation_remembered"
UNFIT = {
    "a NUL": (STAFF, ["UPDATE organisation_staff SET name = 'a' || char(0) || 'b' WHERE email LIKE 'odd1@%'"]),
    "too long": (STAFF, ["UPDATE organisation_staff SET role = printf('%200s', 'x') WHERE email LIKE 'odd1@%'"]),
    "no time": ("jobs_beat", ["INSERT INTO jobs_beat (name, at) VALUES ('x', 'yesterday-ish')"]),
    "no JSON": (KNOWN, ["PRAGMA ignore_check_constraints=ON", "UPDATE organisation_remembered SET value = '{' WHERE key = 'a'"]),
    "an orphan": ("vault_attachment", ["UPDATE vault_attachment SET file_id = '" + "0" * 32 + "'"]),
}  # fmt: skip


def test_what_does_not_fit_is_named_by_its_table(here: Installed, url: str) -> None:
    """The table and nothing of what lies in it."""
    said = json.loads(here.python(FILL, MADOGUCHI_DATABASE_URL=url))

    assert said == {
        case: f"表 {table} に、PostgreSQL に入らない値があります。移す先には何も書いていません。"
        for case, (table, _) in UNFIT.items()
    }


def test_then_nothing_is_written(here: Installed, url: str) -> None:
    here.change(*UNFIT["a NUL"][1])

    code, said, wrong = move(here, url)

    assert (code, said) == (1, "")
    assert STAFF in wrong
    assert "Traceback" not in wrong
    assert tables(url) == 0
    assert not (here.data / "moved-to-postgresql").exists()


TAMPERED = {
    "a changed value": ("people_person", "UPDATE people_person SET address_index = decode(repeat('00', 32), 'hex') WHERE id = (SELECT id FROM people_person LIMIT 1)"),
    "a microsecond": ("inquiries_inquiry", "UPDATE inquiries_inquiry SET received_at = received_at + interval '1 microsecond' WHERE id = (SELECT max(id::text)::uuid FROM inquiries_inquiry)"),
    "a byte of something sealed": ("vault_chunk", "UPDATE vault_chunk SET content = set_byte(content, length(content) - 1, get_byte(content, length(content) - 1) # 1) WHERE position = 1"),
    "inside JSON": (KNOWN, "UPDATE organisation_remembered SET value = '[0]' WHERE key = 'あ'"),
    "a space": (STAFF, "UPDATE organisation_staff SET name = name || ' ' WHERE email = 'odd3@example.jp'"),
    "the first row": ("vault_file", "DELETE FROM vault_file WHERE id = (SELECT min(id::text)::uuid FROM vault_file)"),
    "the last row": (KNOWN, "DELETE FROM organisation_remembered WHERE key = 'あ'"),
    "a row too many": ("jobs_beat", "INSERT INTO jobs_beat VALUES ('planted', now())"),
    "something for nothing": ("jobs_job", "UPDATE jobs_job SET given_up_at = now() WHERE id = (SELECT id FROM jobs_job LIMIT 1)"),
}  # fmt: skip


def test_the_comparison_finds_whatever_differs(original: Installed, url: str) -> None:
    found = json.loads(original.python(TAMPER, MADOGUCHI_DATABASE_URL=url))

    assert found == {case: {table: 1} for case, (table, _) in TAMPERED.items()}


def test_the_tables_own_rules_are_awake_again(here: Installed, url: str) -> None:
    assert move(here, url)[0] == 0

    states = ask(url, "SELECT DISTINCT tgenabled FROM pg_trigger")
    names = {row[0] for row in ask(url, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")}

    assert states == [("O",)]
    assert {"audit_event_no_update", "inquiry_tally_insert", "inquiry_as_sent"} <= names

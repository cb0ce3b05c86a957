"""Two clocks must agree: the wall jumps as it likes, the trusted time moves with the machine's own running."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.uptime import uptime
from madoguchi.rooms.jobs import rules
from madoguchi.rooms.jobs.actions.tick import Watch, accept_clock, tick
from madoguchi.rooms.jobs.models import TrustedClock
from madoguchi.rooms.jobs.queries import NEVER, clocks, seen_now, trusted_now
from madoguchi.rooms.jobs.rules import Seen
from tests.clockwork import stopped_clock
from tests.house import House

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Row:
    at: datetime
    wall_at: datetime
    boot: str = "one"
    uptime: float = 1000.0


def stored(row: Row, seen: Seen, *, quiet: bool = False) -> Row:
    at = rules.advanced(row, seen, quiet=quiet)
    return row if at is None else Row(at, seen.wall, seen.boot, seen.uptime)


def at_start() -> Row:
    return Row(START, START)


def seen(real: timedelta, jump: timedelta = timedelta(), boot: str = "one") -> Seen:
    """Both clocks `real` after the start, the wall wrong by `jump`."""
    up = 1000.0 if boot == "one" else 5.0
    return Seen(START + real + jump, boot, up + real.total_seconds())


def test_while_the_clocks_agree_it_is_the_wall_clock() -> None:
    row = stored(at_start(), seen(MINUTE))

    assert row.at == START + MINUTE
    assert rules.trusted(row, seen(2 * MINUTE)) == START + 2 * MINUTE
    assert rules.clocks_agree(row, seen(2 * MINUTE))


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=48), YEAR, 100 * YEAR])
def test_a_jump_forward_moves_nothing(jump: timedelta) -> None:
    row = stored(at_start(), seen(MINUTE, jump))
    assert row.at == START + MINUTE

    row = stored(row, seen(10 * MINUTE, jump))
    assert row.at == START + 10 * MINUTE
    assert rules.clocks_agree(row, seen(10 * MINUTE, jump)) == (jump <= rules.AGREE)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=48), YEAR])
def test_after_the_jump_was_corrected_no_time_is_lost(jump: timedelta) -> None:
    row = stored(stored(at_start(), seen(MINUTE, jump)), seen(3 * MINUTE))

    assert row.at == START + 3 * MINUTE
    assert rules.clocks_agree(row, seen(3 * MINUTE))


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=48), YEAR])
def test_a_wall_set_back_is_waited_for_and_never_passed(jump: timedelta) -> None:
    row, back = at_start(), seen(2 * MINUTE, -jump)

    assert stored(row, back) == row
    assert rules.trusted(row, back) == back.wall
    assert stored(row, seen(5 * MINUTE)).at == START + 5 * MINUTE


def test_an_inserted_leap_second_is_nothing() -> None:
    row = stored(at_start(), seen(MINUTE, -timedelta(seconds=1)))

    assert row.at == START + MINUTE - timedelta(seconds=1)
    assert rules.clocks_agree(row, seen(MINUTE))


@pytest.mark.parametrize(
    ("off", "believed"), [(timedelta(hours=1), True), (rules.GAP, True), (rules.GAP + MINUTE, False)]
)
def test_a_machine_that_was_off_is_believed_for_three_days(off: timedelta, believed: bool) -> None:
    row, later = at_start(), seen(off, boot="two")

    assert stored(row, later, quiet=False) == row, "its old owner may still live"
    assert stored(row, later, quiet=True).at == (later.wall if believed else START)
    assert rules.trusted(row, later) == START
    assert rules.clocks_agree(row, later) == believed


def test_a_start_with_a_dead_battery_waits_for_the_right_time() -> None:
    """It says 2000 first; when its clock is set, the short gap is taken as it is."""
    row = at_start()
    row = stored(row, seen(10 * MINUTE, -26 * YEAR, boot="two"), quiet=True)
    assert row == at_start()

    assert stored(row, seen(12 * MINUTE, boot="two"), quiet=True).at == START + 12 * MINUTE


def test_an_uptime_that_runs_backwards_is_another_start() -> None:
    early = Seen(START + MINUTE, "one", 2.0)

    assert stored(at_start(), early, quiet=False) == at_start()
    assert rules.trusted(at_start(), early) == START


steps = st.lists(
    st.tuples(
        st.integers(0, 3 * 86_400),  # seconds the machine runs
        st.integers(-2 * 365 * 86_400, 2 * 365 * 86_400),  # what the wall is wrong by, afterwards
    ),
    max_size=30,
)


@given(steps)
def test_however_the_wall_jumps_nothing_is_early(jumps: list[tuple[int, int]]) -> None:
    """The machine never stops; the trusted time is behind the real one or equal, never behind itself or past the wall."""
    row, real = at_start(), timedelta()
    for runs, wrong in jumps:
        real += timedelta(seconds=runs)
        now = seen(real, timedelta(seconds=wrong))
        before, row = row, stored(row, now)
        assert before.at <= row.at <= START + real
        assert rules.trusted(row, now) <= min(now.wall, START + real)


@given(st.lists(st.tuples(st.integers(0, 30 * 86_400), st.integers(0, 400 * 86_400)), max_size=12))
def test_each_restart_is_trusted_with_three_days_at_most(restarts: list[tuple[int, int]]) -> None:
    """A wrong clock at each start, forward, without anybody confirming."""
    row, real = at_start(), timedelta()
    for number, (off, wrong) in enumerate(restarts, 1):
        real += timedelta(seconds=off)
        row = stored(row, Seen(START + real + timedelta(seconds=wrong), f"start {number}", 5.0), quiet=True)
        assert row.at <= START + real + number * rules.GAP


# -- in the house -----------------------------------------------------------------------------------


def test_an_installation_starts_with_the_time_of_its_making(house: House) -> None:
    trusted = trusted_now()
    assert timedelta() <= clock.now() - trusted < timedelta(minutes=2)
    assert clocks().agree


def test_before_the_first_tick_no_time_has_passed(house: House) -> None:
    TrustedClock.objects.all().delete()
    assert (trusted_now(), clocks().agree) == (NEVER, False)

    tick()
    assert clocks().agree


@pytest.mark.parametrize("jump", [timedelta(hours=48), YEAR])
def test_a_jump_of_the_wall_is_told_and_nothing_passes(
    house: House, tmp_path: object, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    before, now = trusted_now(), stopped_clock(tmp_path, monkeypatch)  # type: ignore[arg-type]
    now.forward(jump)
    tick()
    tick()

    assert trusted_now() - before < timedelta(minutes=2)
    assert not clocks().agree


def test_who_says_that_the_clock_is_right_is_kept(
    house: House, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = stopped_clock(tmp_path, monkeypatch).forward(YEAR)  # type: ignore[arg-type]
    officer = Ref("staff", house.staff["officer"].id)

    accept_clock(officer)

    row = TrustedClock.objects.get()
    assert (trusted_now(), row.accepted_at, row.accepted_by) == (moment, moment, officer.id)
    assert clocks().agree


def test_a_machine_takes_the_row_over_only_when_its_owner_is_silent(house: House) -> None:
    """Two workers on one database: as long as the owner ticks, the other's wrong clock changes nothing."""
    owner, other, watch = seen_now(), Seen(clock.now() + timedelta(hours=48), "other", 100.0), Watch()
    tick(seen=owner, watch=Watch())
    for minutes in range(30):
        tick(seen=later(owner, minutes), watch=Watch())
        tick(seen=later(other, minutes), watch=watch)
    assert TrustedClock.objects.get().boot == uptime().boot

    for minutes in range(30, 42):
        tick(seen=later(other, minutes), watch=watch)
    row = TrustedClock.objects.get()
    assert (row.boot, row.at) == ("other", other.wall + timedelta(minutes=row.uptime / 60 - 100 / 60))
    assert row.uptime >= 100 + 29 * 60 + rules.QUIET.total_seconds()


def later(seen: Seen, minutes: int) -> Seen:
    return replace(seen, wall=seen.wall + minutes * MINUTE, uptime=seen.uptime + minutes * 60)


def test_a_restart_with_the_wall_a_year_ahead_waits_for_a_person(house: House) -> None:
    watch, wrong = Watch(), Seen(clock.now() + YEAR, str(uuid7()), 30.0)
    for minutes in range(60):
        tick(seen=later(wrong, minutes), watch=watch)

    assert clock.now() - trusted_now() < timedelta(minutes=2)
    assert TrustedClock.objects.get().boot == uptime().boot

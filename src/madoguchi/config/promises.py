"""The four legs of each promise, put together: line, guard, check, and what the last check found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.foundation.ui.shipped import altered
from madoguchi.rooms.audit import checks as audit
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import alarms, latest
from madoguchi.rooms.consent import checks as consent
from madoguchi.rooms.delivery import checks as delivery
from madoguchi.rooms.inquiries import checks as inquiries
from madoguchi.rooms.organisation.queries import only_entity
from madoguchi.rooms.policy import checks as policy
from madoguchi.rooms.policy.errors import NoPolicy
from madoguchi.rooms.policy.queries import in_force
from madoguchi.rooms.promises.catalogue import CATALOGUE, Promise
from madoguchi.rooms.promises.rules import Check, Count
from madoguchi.rooms.vault import checks as vault

_ABOUT = Ref("promise", NOBODY)


def pages_untampered() -> Count:
    """Files of the public pages on disk, against the digests they were shipped with (T-F0-4)."""
    changed = len(altered())
    return Count(1 if not changed else 0, changed)


CHECKS: Mapping[str, Check] = {
    "inquiries.same-draft-same-receipt": inquiries.same_draft_same_receipt,
    "inquiries.received-is-told": inquiries.received_is_told,
    "inquiries.one-polite-refusal": inquiries.one_polite_refusal,
    "inquiries.only-what-is-asked": inquiries.only_what_is_asked,
    "consent.bound-as-shown": consent.bound_as_shown,
    "consent.shown-with-each": inquiries.shown_with_each,
    "policy.kept-word-for-word": policy.kept_word_for_word,
    "gate.stops-hold": delivery.stops_hold,
    "delivery.no-mail-bombing": delivery.no_mail_bombing,
    "delivery.arrives-or-alarms": delivery.arrives_or_alarms,
    "organisation.own-entity-only": inquiries.own_entity_only,
    "audit.no-values": audit.no_values,
    "audit.nothing-removed": audit.nothing_removed,
    "vault.sealed-at-rest": vault.sealed_at_rest,
    "vault.erased-stays-erased": vault.erased_stays_erased,
    "public.pages-untampered": pages_untampered,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise with its clauses and the outcome of its last check; nobody looked yet when `checked_at` is None."""

    promise: Promise
    clauses: tuple[int, ...]
    kept: int
    broken: int
    checked_at: datetime | None


def probe() -> list[str]:
    """The quick look, every few minutes: are the public pages as they were shipped? Gives back what broke."""
    return _note_changes({"public.pages-untampered": pages_untampered()})


def check_promises() -> list[Standing]:
    """Count every promise now and write the outcome down as one event; repairs nothing."""
    counts = {promise.id: CHECKS[promise.id]() for promise in CATALOGUE}
    details: dict[str, str | int | bool] = {}
    for id, count in counts.items():
        details |= {f"{id}:kept": count.kept, f"{id}:broken": count.broken}
    record("promises.checked", about=_ABOUT, by=WORKER, details=details)
    _note_changes(counts)
    now, bound = clock.now(), clauses_in_force()
    return [
        Standing(promise, bound.get(promise.id, ()), counts[promise.id].kept, counts[promise.id].broken, now)
        for promise in CATALOGUE
    ]


def clauses_in_force() -> dict[str, tuple[int, ...]]:
    """Clause numbers by promise, as the policy in force binds them; empty before there is one."""
    entity = only_entity()
    try:
        clauses = in_force(entity.id).clauses if entity else []
    except NoPolicy:
        clauses = []
    bound: dict[str, tuple[int, ...]] = {}
    for clause in clauses:
        for id in clause["promises"]:
            bound[id] = (*bound.get(id, ()), clause["number"])
    return bound


def _note_changes(counts: Mapping[str, Count]) -> list[str]:
    """An alarm goes up when a promise breaks and comes down when it holds again; each is one event."""
    already = set(alarms())
    for id, count in counts.items():
        if bool(count.broken) != (id in already):
            kind = "promise.broken" if count.broken else "promise.mended"
            record(kind, about=_ABOUT, by=WORKER, details={"promise": id, "broken": count.broken})
    return [id for id, count in counts.items() if count.broken]


def standings() -> list[Standing]:
    """Each promise with what its last recorded check found."""
    last = latest("promises.checked")
    found = last.details if last else {}
    bound = clauses_in_force()
    return [
        Standing(
            promise,
            bound.get(promise.id, ()),
            found.get(f"{promise.id}:kept", 0),
            found.get(f"{promise.id}:broken", 0),
            last.at if last and f"{promise.id}:kept" in found else None,
        )
        for promise in CATALOGUE
    ]

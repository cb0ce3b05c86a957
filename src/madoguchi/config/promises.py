"""The four legs of each promise, put together: line, guard, check, and what the last check found."""

from collections.abc import Mapping

from madoguchi.config.probing import look_at_pages
from madoguchi.foundation.lib.ids import NOBODY, WORKER, Ref
from madoguchi.foundation.ui.shipped import altered
from madoguchi.rooms.audit import checks as audit
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.audit.queries import alarms
from madoguchi.rooms.consent import checks as consent
from madoguchi.rooms.delivery import checks as delivery
from madoguchi.rooms.inquiries import checks as inquiries
from madoguchi.rooms.inventory import checks as inventory
from madoguchi.rooms.policy import checks as policy
from madoguchi.rooms.policy.queries.standings import Standing, standings
from madoguchi.rooms.policy.rules.serving import Seen
from madoguchi.rooms.promises.rules import Check, Count
from madoguchi.rooms.rights import checks as rights
from madoguchi.rooms.screening import checks as screening
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
    "inquiries.automatic-mail-unanswered": inquiries.automatic_mail_unanswered,
    "delivery.arrived-is-understood": delivery.arrived_is_understood,
    "inquiries.only-what-is-asked": inquiries.only_what_is_asked,
    "inquiries.delicate-stays-covered": inquiries.delicate_stays_covered,
    "inquiries.drafter-never-sends": inquiries.drafter_never_sends,
    "inventory.only-what-is-collected": inquiries.only_what_is_collected,
    "consent.bound-as-shown": consent.bound_as_shown,
    "consent.shown-with-each": inquiries.shown_with_each,
    "consent.only-as-shown-and-agreed": consent.only_as_shown_and_agreed,
    "policy.kept-word-for-word": policy.kept_word_for_word,
    "policy.never-before-publication": policy.never_before_publication,
    "policy.two-people": policy.two_people,
    "policy.served-as-published": policy.served_as_published,
    "rights.complaints-in-hand": rights.complaints_in_hand,
    "rights.closed-with-outcome": rights.closed_with_outcome,
    "rights.identity-first": rights.identity_first,
    "rights.fee-shown-first": rights.fee_shown_first,
    "rights.all-of-theirs": rights.all_of_theirs,
    "rights.nothing-held-is-told": rights.nothing_held_is_told,
    "rights.refused-with-reason": rights.refused_with_reason,
    "rights.answered-in-time": rights.answered_in_time,
    "rights.result-is-told": rights.result_is_told,
    "screening.never-deletes": screening.never_deletes,
    "screening.requests-get-through": screening.requests_get_through,
    "inventory.erased-everywhere": inventory.erased_everywhere,
    "inventory.only-what-was-confirmed": inventory.only_what_was_confirmed,
    "inventory.never-before-its-time": inventory.never_before_its_time,
    "inventory.kept-no-longer-than-said": inventory.kept_no_longer_than_said,
    "gate.stops-hold": delivery.stops_hold,
    "delivery.no-mail-bombing": delivery.no_mail_bombing,
    "delivery.arrives-or-alarms": delivery.arrives_or_alarms,
    "organisation.own-entity-only": inquiries.own_entity_only,
    "audit.no-values": audit.no_values,
    "audit.nothing-removed": audit.nothing_removed,
    "vault.sealed-at-rest": vault.sealed_at_rest,
    "vault.erased-stays-erased": vault.erased_stays_erased,
    "vault.old-keys-destroyed": vault.old_keys_destroyed,
    "public.pages-untampered": pages_untampered,
}


def probe() -> bool:
    """The quick look, every few minutes: are the public pages as they were shipped, and is the policy that they show
    the one that was published? False when the pages gave no answer."""
    seen = look_at_pages()
    names = ("public.pages-untampered", "policy.served-as-published", "policy.kept-word-for-word")
    _note_changes({name: CHECKS[name]() for name in names})
    return seen is not Seen.UNREACHABLE


def check_promises() -> tuple[Standing, ...]:
    """Count every promise now and write the outcome down as one event; repairs nothing."""
    counts = {id: check() for id, check in CHECKS.items()}
    details: dict[str, str | int | bool] = {}
    for id, count in counts.items():
        details |= {f"{id}:kept": count.kept, f"{id}:broken": count.broken}
    record("promises.checked", about=_ABOUT, by=WORKER, details=details)
    _note_changes(counts)
    return standings()


def _note_changes(counts: Mapping[str, Count]) -> None:
    """An alarm goes up when a promise breaks and comes down when it holds again; each is one event."""
    already = set(alarms())
    for id, count in counts.items():
        if bool(count.broken) != (id in already):
            kind = "promise.broken" if count.broken else "promise.mended"
            record(kind, about=_ABOUT, by=WORKER, details={"promise": id, "broken": count.broken})

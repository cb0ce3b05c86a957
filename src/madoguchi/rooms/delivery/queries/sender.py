"""Whether the world believes that our mail is ours, asked at this moment; and what became of the test mails."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from madoguchi.rooms.delivery.models import ArrivedMail, Mail, Mailbox
from madoguchi.rooms.delivery.queries.arrived import arrived, raw_of
from madoguchi.rooms.delivery.resolving import Resolver, servers_named
from madoguchi.rooms.delivery.rules import decode
from madoguchi.rooms.delivery.sender import dkim, dmarc, reverse, spf
from madoguchi.rooms.delivery.sender.findings import Finding
from madoguchi.rooms.delivery.sender.results import WORDS, Results, read_results
from madoguchi.rooms.delivery.target import Target
from madoguchi.rooms.organisation.queries import entity_facts, remembered
from madoguchi.rooms.vault.errors import FileErased

__all__ = ("WORDS", "Finding", "Results", "Trial")
PATIENCE = 8.0  # seconds for all questions together
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
_LATELY = 30  # mails that came back, looked through


def relay_host(target: Target | None) -> str:
    """Where mail leaves; empty for a folder and for a relay on this machine, which passes it on to who knows where."""
    host = target.host if target and target.folder is None else ""
    try:
        return "" if ip_address(host).is_loopback else host
    except ValueError:
        return "" if host == "localhost" else host


def look(
    entity_id: UUID, target: Target | None, *, dns_setting: str, selectors: Sequence[str] = ()
) -> list[Finding]:
    facts = entity_facts(entity_id)
    address = facts["sender_address"]
    domain, host = address.rpartition("@")[2].lower(), relay_host(target)
    dns = Resolver(servers_named(dns_setting), PATIENCE)
    back = came_back(entity_id)
    return [
        *spf.look(domain, host, dns),
        *dkim.look(domain, host, list(selectors) or list(back.selectors if back else ()), dns),
        *dmarc.look(domain, facts["email"] or address, dns),
        *dmarc.look_at_names(domain, domain, back.signed if back else None),
        *reverse.look(host, dns),
    ]


def is_selector(typed: str) -> bool:
    return bool(_SELECTOR.fullmatch(typed))


def state_key(entity_id: UUID) -> str:
    return f"sender-state {entity_id}"


def last_seen(entity_id: UUID) -> tuple[int, datetime] | None:
    """How much was wrong when somebody last looked, and when that was."""
    state = remembered(state_key(entity_id))
    return (int(state["wrong"]), datetime.fromisoformat(state["at"])) if state else None


# -- the test mails -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trial:
    """One test mail. `results` is what the receiving side wrote into it, once it came back to a mailbox of ours."""

    to: str
    state: str
    code: str
    queued_at: datetime
    sent_at: datetime | None
    back_at: datetime | None
    results: Results | None


def trial_key(entity_id: UUID) -> str:
    return f"sender-test {entity_id}"


def trials(entity_id: UUID) -> list[Trial]:
    """The last ones, the one to the colleague first."""
    kept: list[Mapping[str, Any]] = remembered(trial_key(entity_id)) or []
    mails = {mail.id: mail for mail in Mail.objects.filter(id__in=[UUID(each["id"]) for each in kept])}
    return [_trial(entity_id, each, mails[UUID(each["id"])]) for each in kept if UUID(each["id"]) in mails]


def _trial(entity_id: UUID, kept: Mapping[str, Any], mail: Mail) -> Trial:
    found = _returned(entity_id, mail) if kept["to"] == "mailbox" else None
    at, results = found or (None, None)
    return Trial(kept["to"], mail.state, mail.code, mail.queued_at, mail.sent_at, at, results)


def came_back(entity_id: UUID) -> Results | None:
    return next((each.results for each in trials(entity_id) if each.results), None)


def own_mailbox(entity_id: UUID) -> str:
    """The address of a mailbox that we read ourselves; empty without one."""
    active = Mailbox.objects.filter(entity_id=entity_id, active=True).order_by("made_at", "id")
    return active.values_list("address", flat=True).first() or ""


def _returned(entity_id: UUID, mail: Mail) -> tuple[datetime, Results] | None:
    lately = ArrivedMail.objects.filter(
        entity_id=entity_id, arrived_at__gte=mail.queued_at, raw__isnull=False
    )
    for id in lately.order_by("-arrived_at").values_list("id", flat=True)[:_LATELY]:
        row = arrived(id)
        try:
            raw = raw_of(row)
        except FileErased:
            continue
        if decode(raw).message_id == mail.message_id:
            return row.arrived_at, read_results(raw)
    return None

"""Asks the engine, and puts its answer together with the state of the company. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.rooms.screening import explaining, model, moving, rules, standing
from madoguchi.rooms.screening.errors import BadWeights
from madoguchi.rooms.screening.facts import Facts
from madoguchi.rooms.screening.learned import TEXTS
from madoguchi.rooms.screening.learning import Local
from madoguchi.rooms.screening.memory import Hit
from madoguchi.rooms.screening.standing import Standing

Span = tuple[str, int, int]
SHORTEST = 8  # letters of a sentence that can tell anything
TIE = 0.05
RIGHTS = frozenset({"rights", "law", "complaint"})


@dataclass(frozen=True, slots=True)
class Asked:
    """`same`: how many others say the same and were marked by nobody. `added`: what the fuse put on the threshold."""

    facts: Facts
    local: Local | None = None
    hit: Hit | None = None
    allowed: bool = False
    same: int = 0
    added: float = 0.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """`lane` is where the machine would put it if the state allowed. `guarded`: something speaks for the sender, and
    nothing moves it. `why` is kept: reasons, what speaks against them, versions."""

    lane: str = "inbox"
    stage: str = "none"
    band: str = ""
    badge: bool = False
    score: float | None = None
    guarded: bool = False
    why: dict[str, Any] = field(default_factory=dict)


def consider(asked: Asked) -> Opinion:
    """As if the state were 有効: what it allows is looked at afterwards, so that a preview knows what would move."""
    fields, weights = asked.facts.fields, _weights()
    placed = Placed(fields)
    said = rules.decide(
        rules.Message(placed.text, fields.get("company", ""), fields.get("email", "")),
        rules.Facts(
            known=asked.facts.known,
            allowed=asked.allowed,
            weak=asked.facts.signals,
            earlier=_earlier(asked.hit),
        ),
        weights=bent(weights, asked.local) if weights and asked.local else weights,
        lines=_lines(weights, asked),
    )
    opinion = Opinion(
        lane=str(said.lane),
        stage=str(said.stage),
        band=str(said.band),
        badge=said.badge,
        score=said.logit,
        guarded=bool(said.guards),
        why=_why(said, placed),
    )
    return _with_sentences(_in_a_burst(opinion, asked.same), placed, weights)


def _lines(weights: model.Weights | None, asked: Asked) -> rules.Lines:
    """Above the highest local customer, and above what the fuse asks for."""
    if weights is None:
        return rules.Lines()
    tray = asked.local.t_tray if asked.local else weights.kana.tray
    return rules.Lines(tray=tray + asked.added)


def _with_sentences(opinion: Opinion, placed: "Placed", weights: model.Weights | None) -> Opinion:
    """Where anything speaks for a pitch, the sentences that do most."""
    if weights is None or not (opinion.badge or opinion.lane == "sales"):
        return opinion
    told = explaining.telling(placed.text, weights)
    return replace(
        opinion,
        why=opinion.why | {"sentences": [list(span) for found in told for span in placed.spans(found)]},
    )


def _weights() -> model.Weights | None:
    """Without them the other stages work on, and the model is silent."""
    try:
        return model.shipped()
    except BadWeights:
        return None


@lru_cache(maxsize=8)
def _bent(weights_digest: str, local_bytes: bytes) -> model.Weights:
    """Whole numbers again, so that adding stays the same in any order."""
    weights, local = model.shipped(), json.loads(local_bytes)
    part = weights.kana
    unit = part.scale * part.slope
    grams = dict(part.grams)
    for gram, value in local["delta"].items():
        grams[gram] = grams.get(gram, 0) + round(float.fromhex(value) / unit)
    return replace(weights, kana=replace(part, grams=grams))


def bent(weights: model.Weights, local: Local) -> model.Weights:
    return _bent(weights.digest, canonical_json(local.to_json())) if local.delta else weights


def _earlier(hit: Hit | None) -> rules.Earlier | None:
    if hit is None:
        return None
    return rules.Earlier(
        hit.number, clock.local(hit.since).date(), "link" if hit.kind == "host" else hit.kind
    )


def _in_a_burst(opinion: Opinion, same: int) -> Opinion:
    """The same text of several senders before anybody marked one: a badge, and a group."""
    if not same or opinion.stage != "none" or opinion.guarded:
        return opinion
    reasons = [{"code": "burst", "count": same + 1}, *opinion.why.get("reasons", ())]
    return replace(opinion, stage="burst", badge=True, band="some", why=opinion.why | {"reasons": reasons})


def _why(said: rules.Decision, placed: "Placed") -> dict[str, Any]:
    first = said.reasons[0] if said.reasons else None
    return {
        "reasons": [_reason(each, placed) for each in said.reasons],
        "against": [_reason(each, placed) for each in said.against],
        "guards": list(said.guards),
        "rights": bool(RIGHTS & set(said.guards)),
        "stage": str(said.stage),
        "lane": str(said.lane),
        "earlier": first.number if first else "",
        "earlier_on": first.on.isoformat() if first and first.on else "",
        "versions": {
            "rules": said.versions.rules, "weights": said.versions.weights, "digest": said.versions.digest,
            "tray": said.versions.tray, "badge": said.versions.badge,
        },
    }  # fmt: skip


def _reason(each: rules.Reason, placed: "Placed") -> dict[str, Any]:
    return {
        "code": each.code, "spans": [list(span) for span in placed.spans((each.start, each.end))],
        "at": [each.start, each.end], "number": each.number, "on": each.on.isoformat() if each.on else "",
    }  # fmt: skip


class Placed:
    """The texts of a message as one, and where each piece of it came from."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.parts: list[Span] = []
        texts, at = list[str](), 0
        for name in TEXTS:
            if text := fields.get(name, ""):
                self.parts.append((name, at, at + len(text)))
                texts.append(text)
                at += len(text) + 1
        self.text = "\n".join(texts)

    def spans(self, found: tuple[int, int]) -> list[Span]:
        """A stretch of the whole as stretches of the fields."""
        start, end = found
        return [
            (name, max(start, first) - first, min(end, last) - first)
            for name, first, last in self.parts
            if start < end and start < last and end > first
        ]


def moves(opinion: Opinion, now: Standing, *, fixed: bool) -> bool:
    if opinion.lane == "inbox" or not standing.may_move(now, opinion.stage):
        return False
    return moving.may_be_moved(guarded=opinion.guarded, fixed=fixed)


def packed(opinion: Opinion) -> bytes:
    return canonical_json(opinion.why)


def unpacked(raw: bytes) -> dict[str, Any]:
    return dict(json.loads(raw)) if raw else {}

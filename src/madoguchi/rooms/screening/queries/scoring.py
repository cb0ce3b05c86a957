"""One message judged by what is shipped alone: nothing learned here, no list, no relation, and nothing stored."""

from collections.abc import Mapping
from typing import Any

from madoguchi.rooms.screening import explaining, model, rules


def score(fields: Mapping[str, str]) -> dict[str, Any]:
    """Raises BadWeights. `probability` is None for what the model does not judge: no kana, no own words."""
    text = "\n".join(filter(None, (fields.get(name) or "" for name in ("subject", "body", "remarks"))))
    message = rules.Message(text, fields.get("company") or "", fields.get("email") or "")
    decision = rules.decide(message, weights=model.shipped(), state=rules.State.ON)
    return {
        "lane": decision.lane.value,
        "band": decision.band.value,
        "badge": decision.badge,
        "probability": decision.probability,
        "reasons": explaining.told(decision, text),
    }

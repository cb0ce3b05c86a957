"""An API token: printed once, stored as a digest."""

import secrets

from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.models import Staff, Token
from madoguchi.rooms.organisation.rules import SCOPES


@action
def make_token(*, staff: Staff, scopes: list[str], by: Ref) -> str:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Refusal(f"使える範囲は {'、'.join(SCOPES)} です。")
    secret = secrets.token_urlsafe(32)
    token = Token.objects.create(staff=staff, digest=sha256(secret.encode()), scopes=" ".join(sorted(scopes)))
    record("staff.token-made", about=Ref("staff", staff.id), by=by, refs=[Ref("token", token.id)])
    return secret

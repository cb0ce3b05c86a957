"""What allauth asks us: how secrets are sealed, when it is too often, and what is said in our own words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from madoguchi.faces.staff_site.gate import note_second_step, start_session
from madoguchi.faces.staff_site.sealing import seal, unseal
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.organisation.queries import entity_facts, staff_by_email

_MISMATCH = "メールアドレスかパスワードが違います。お確かめのうえ、もう一度入力してください。"
_TOO_OFTEN = (
    "続けて入力が合わなかったため、しばらく受け付けられません。10分ほどたってから、もう一度お試しください。"
)
_WINDOW = 600  # seconds; the same as in ACCOUNT_RATE_LIMITS

SAID = {
    "mfa/messages/totp_activated.txt": "確認コードのアプリを登録しました。",
    "mfa/messages/totp_deactivated.txt": "確認コードのアプリを外しました。",
    "mfa/messages/webauthn_added.txt": "パスキーを登録しました。",
    "mfa/messages/webauthn_removed.txt": "パスキーを外しました。",
    "account/messages/password_changed.txt": "パスワードを変えました。",
}
EVENTS = {
    "mfa/messages/totp_activated.txt": ("staff.second-step-added", "totp"),
    "mfa/messages/totp_deactivated.txt": ("staff.second-step-removed", "totp"),
    "mfa/messages/webauthn_added.txt": ("staff.second-step-added", "passkey"),
    "mfa/messages/webauthn_removed.txt": ("staff.second-step-removed", "passkey"),
    "account/messages/password_changed.txt": ("staff.password-changed", "password"),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _MISMATCH,
        "incorrect_password": "パスワードが違います。",
        "too_many_login_attempts": _TOO_OFTEN,
        "rate_limited": _TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _note_throttle(str(credentials.get("email", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record("staff.sign-in-failed", about=_whose(str(credentials.get("email", ""))), by=VISITOR)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """The same limits as at the sign-in, and the same password."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _MISMATCH)
        return HttpResponseRedirect(settings.LOGIN_URL)

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        start_session(request.session)
        record("staff.signed-in", about=Ref("staff", user.pk), by=Ref("staff", user.pk))

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record("staff.signed-out", about=Ref("staff", request.user.pk), by=Ref("staff", request.user.pk))
        super().logout(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Only what is worth a word, in our words; a change of the means to sign in is written down here too."""
        name = message_template or ""
        if name in EVENTS and request.user.is_authenticated:
            kind, way = EVENTS[name]
            if kind == "staff.second-step-added":
                note_second_step(request.session)
            staff = Ref("staff", request.user.pk)
            record(kind, about=staff, by=staff, details={"way": way})
        if text := message or SAID.get(name):
            messages.add_message(request, level, text, extra_tags=extra_tags)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "確認できませんでした。もう一度お試しください。",
        "cannot_delete_authenticator": "二段階目の確認は、少なくとも一つ必要です。先に別の方法を登録してください。",
    }

    def encrypt(self, text: str) -> str:
        return seal("second-step", text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal("second-step", encrypted_text)

    def get_totp_issuer(self) -> str:
        from allauth.core import context

        user = context.request.user
        return f"窓口（{entity_facts(user.entity_id)['name']}）" if user.is_authenticated else "窓口"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last second step stays: without one nobody may open a customer's matter."""
        others = type(authenticator).objects.filter(user=authenticator.user, type__in=("totp", "webauthn"))
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return "パスキー"


def _whose(email: str) -> Ref:
    staff = staff_by_email(email)
    return Ref("staff", staff.id) if staff else VISITOR


def _note_throttle(email: str) -> None:
    """One event a window, however often the door is tried."""
    if cache.add(f"throttled:{email.lower()}", True, timeout=_WINDOW):
        record("staff.sign-in-throttled", about=_whose(email), by=VISITOR)

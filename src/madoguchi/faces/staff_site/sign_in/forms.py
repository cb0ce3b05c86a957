"""The second step's form, which also writes down a wrong code; the words of each field."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.audit.actions.record import record

# name → how elements/field.html shows it
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "login": {"label": "メールアドレス", "kind": "email", "autocomplete": "username webauthn"},
    "password": {"label": "パスワード", "kind": "password", "autocomplete": "current-password"},
    "oldpassword": {"label": "いまのパスワード", "kind": "password", "autocomplete": "current-password"},
    "password1": {
        "label": "新しいパスワード",
        "kind": "password",
        "autocomplete": "new-password",
        "hint": "12文字以上。いくつかの言葉をつなげると、覚えやすく破られにくくなります。",
    },
    "password2": {
        "label": "新しいパスワード（もう一度）",
        "kind": "password",
        "autocomplete": "new-password",
    },
    "code": {"label": "確認コード", "kind": "text", "autocomplete": "one-time-code", "size": "narrow"},
    "name": {"label": "このパスキーの名前", "kind": "text", "hint": "例：会社のノートPC"},
}
_MISSING = "入力してください。"


def shown_fields(form: forms.Form) -> list[dict[str, Any]]:
    """The form's visible fields for elements/field.html, each with its first error in our words."""
    return [_shown(form, name) for name in form.fields if name in FIELDS]


def _shown(form: forms.Form, name: str) -> dict[str, Any]:
    errors = form.errors.as_data().get(name, []) if form.is_bound else []
    error = "".join(errors[0].messages) if errors else ""
    if errors and errors[0].code == "required":
        error = f"{FIELDS[name]['label']}を{_MISSING}"
    if errors and name == "login" and errors[0].code == "invalid":
        error = "メールアドレスの形をお確かめください。"
    value = form.data.get(name) if form.is_bound else form.initial.get(name, "")
    return {"name": name, "required": True, "value": value, "error": error, **FIELDS[name]}


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    def _emit_authentication_failed(self, authenticator: Any) -> None:
        record("staff.second-step-failed", about=Ref("staff", self.user.pk), by=VISITOR)


class ChoosePasswordForm(forms.Form):
    """For the setup link."""

    password1 = forms.CharField(widget=forms.PasswordInput, strip=False, max_length=1000)
    password2 = forms.CharField(widget=forms.PasswordInput, strip=False, max_length=1000)

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self.staff)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError("二つのパスワードが同じではありません。"))
        return cleaned

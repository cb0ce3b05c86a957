"""allauth's flows under our own addresses, in our own look."""

import json
from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.views import LoginView, PasswordChangeView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.totp.internal.auth import get_totp_secret
from allauth.mfa.webauthn import views as webauthn
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe

from madoguchi.faces.staff_site.demo.views import people
from madoguchi.faces.staff_site.frame import door, frame
from madoguchi.faces.staff_site.gate import has_second_step
from madoguchi.faces.staff_site.sign_in.forms import SecondStepForm, shown_fields
from madoguchi.rooms.organisation.queries import viewer_of

_DECIDING = ("/desk/retention/", "/desk/inventory/")  # where what is decided cannot be undone


class _Door:
    """One thing in the middle: the page frame, our fields, and what the passkey script needs."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        form = context.get("form")
        if isinstance(form, forms.Form):
            context |= {
                "fields": shown_fields(form),
                "wrong": form.non_field_errors() if form.is_bound else [],
            }
        if "js_data" in context:
            context["passkey_options"] = json.dumps(next(iter(context["js_data"].values())))
        return context | door()


class SignIn(_Door, LoginView):  # type: ignore[misc]
    template_name = "sign_in/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"demo": people(), "next": self.request.GET.get("next", "")}


class SecondStep(_Door, mfa.AuthenticateView):  # type: ignore[misc]
    template_name = "sign_in/second_step.html"
    form_class = SecondStepForm


class PasskeySignIn(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    pass


def sign_out(request: HttpRequest) -> HttpResponse:
    """A GET only asks again at the home page: following a link signs nobody out."""
    if request.method == "POST":
        logout(request, show_message=False)
    elif request.user.is_authenticated:
        return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    return HttpResponseRedirect(settings.LOGIN_URL)


class _Again(_Door):
    """Asked once more, with the reason: to change the sign-in, or before what cannot be undone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        back = self.request.GET.get("next", "")
        return context | {"erasing": back.startswith("/desk/people/"), "deciding": back.startswith(_DECIDING)}


class Confirm(_Again, ReauthenticateView):  # type: ignore[misc]
    template_name = "sign_in/confirm.html"


class ConfirmByCode(_Again, mfa.ReauthenticateView):  # type: ignore[misc]
    template_name = "sign_in/confirm.html"


class ConfirmByPasskey(_Again, webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/confirm.html"


class Account(mfa.IndexView):  # type: ignore[misc]
    template_name = "sign_in/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        assert user.is_authenticated
        held = context["authenticators"]
        return (
            context
            | frame(self.request, viewer_of(user), bare=not has_second_step(self.request))
            | {
                "app": held.get("totp"),
                "passkeys": held.get("webauthn", []),
                "codes": held.get("recovery_codes"),
                "left": len(held["recovery_codes"].get_unused_codes()) if "recovery_codes" in held else 0,
                "missing": not has_second_step(self.request),
                "has_password": user.has_usable_password(),
            }
        )


class ChangePassword(_Door, PasswordChangeView):  # type: ignore[misc]
    template_name = "sign_in/password.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_usable_password():  # type: ignore[union-attr]  # behind login_required
            messages.info(request, "まだパスワードがありません。管理者に設定用のリンクをお求めください。")
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class AddApp(_Door, totp.ActivateTOTPView):  # type: ignore[misc]
    template_name = "sign_in/app_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = str(context["form"].secret)
        return context | {"secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


@login_required
@require_safe
def app_code(request: HttpRequest) -> HttpResponse:
    """The QR code of the secret now waiting in the session, as a picture of its own (no inline style or data URL)."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, get_totp_secret()))
    return HttpResponse(svg, content_type="image/svg+xml")


class RemoveApp(_Door, totp.DeactivateTOTPView):  # type: ignore[misc]
    template_name = "sign_in/app_remove.html"


class AddPasskey(_Door, webauthn.AddWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/passkey_add.html"


class RemovePasskey(_Door, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "sign_in/passkey_remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        response: HttpResponse = super().form_valid(form)
        return response


class RecoveryCodes(_Door, codes.ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "sign_in/codes.html"


class NewRecoveryCodes(_Door, codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "sign_in/codes_new.html"

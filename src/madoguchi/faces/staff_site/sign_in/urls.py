"""Addresses of the sign-in, under the names that allauth looks for."""

from django.contrib.auth.decorators import login_required
from django.urls import path

from madoguchi.faces.staff_site.sign_in import views
from madoguchi.faces.staff_site.sign_in.setup import set_up

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-in/passkey/", views.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("second-step/", views.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("setup/<token>/", set_up, name="set_up"),
    path("account/", login_required(views.Account.as_view()), name="mfa_index"),
    path("account/password/", login_required(views.ChangePassword.as_view()), name="account_change_password"),
    path("account/app/", login_required(views.AddApp.as_view()), name="mfa_activate_totp"),
    path("account/app/code.svg", views.app_code, name="app_code"),
    path("account/app/remove/", login_required(views.RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("account/passkeys/add/", login_required(views.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<int:pk>/remove/",
        login_required(views.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("account/codes/", login_required(views.RecoveryCodes.as_view()), name="mfa_view_recovery_codes"),
    path(
        "account/codes/new/",
        login_required(views.NewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path("account/confirm/", login_required(views.Confirm.as_view()), name="account_reauthenticate"),
    path("account/confirm/code/", login_required(views.ConfirmByCode.as_view()), name="mfa_reauthenticate"),
    path(
        "account/confirm/passkey/",
        login_required(views.ConfirmByPasskey.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
]

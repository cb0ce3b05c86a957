"""Tables of Django and its packages, declared here because their models cannot do it themselves."""

from madoguchi.foundation.lib.declarations import (
    Column,
    OnErase,
    Table,
    declare_framework,
    personal,
    technical,
)


def _staff(label: str) -> Column:
    return personal("staff", label, purposes=("staff",), on_erase=OnErase.DELETE)


def declare_all() -> None:
    declare_framework("contenttypes.ContentType", Table(technical("id", "app_label", "model")))
    declare_framework("auth.Permission", Table(technical("id", "name", "content_type_id", "codename")))
    declare_framework("auth.Group", Table(technical("id", "name")))
    declare_framework("auth.Group_permissions", Table(technical("id", "group_id", "permission_id")))
    declare_framework(
        "sessions.Session",
        Table(
            technical("session_key", "expire_date") | {"session_data": _staff("職員のサインインの控え")},
            subject="session_data",
            retention="session",
        ),
    )
    declare_framework(
        "account.EmailAddress",
        Table(
            technical("id", "user_id", "verified", "primary") | {"email": _staff("職員のメールアドレス")},
            subject="user_id",
            retention="staff",
        ),
    )
    declare_framework(
        "account.EmailConfirmation", Table(technical("id", "email_address_id", "created", "sent", "key"))
    )
    declare_framework(
        "mfa.Authenticator",
        Table(
            technical("id", "user_id", "type", "created_at", "last_used_at")
            | {"data": _staff("職員の二段階目の確認")},
            subject="user_id",
            retention="staff",
        ),
    )

from django.urls import path

from madoguchi.faces.public_site import health
from madoguchi.faces.public_site.conversation import views as conversation
from madoguchi.faces.public_site.inquiry import done, views
from madoguchi.faces.public_site.my import asking, keys, looks, matters, sign_in, stops
from madoguchi.faces.public_site.policy import changes
from madoguchi.faces.public_site.policy import views as policy
from madoguchi.faces.public_site.promises import views as promises
from madoguchi.faces.public_site.receipts import mailing
from madoguchi.faces.public_site.receipts import views as receipts
from madoguchi.faces.public_site.requests import done as request_done
from madoguchi.faces.public_site.requests import handover, paper, status
from madoguchi.faces.public_site.requests import views as requests

urlpatterns = [
    path("", views.front, name="front"),
    path("forms/<slug:slug>/", views.form, name="form"),
    path("done/<token>/", done.done, name="done"),
    path("done/<token>/mailing/", mailing.choose_at_done, name="done-mailing"),
    path("receipts/<token>.json", receipts.receipt_json, name="receipt-json"),
    path("receipts/<token>/", receipts.receipt, name="receipt"),
    path("receipts/<token>/mailing/", mailing.choose_at_receipt, name="receipt-mailing"),
    path("receipts/<token>/conversation/", conversation.conversation, name="conversation"),
    path("receipts/<token>/conversation/code/", conversation.code, name="conversation-code"),
    path("receipts/<token>/conversation/enter/", conversation.enter, name="conversation-enter"),
    path("receipts/<token>/conversation/leave/", conversation.leave, name="conversation-leave"),
    path(
        "receipts/<token>/conversation/files/<uuid:file_id>/", conversation.attached, name="conversation-file"
    ),
    path("my/", sign_in.my, name="my"),
    path("my/code/", sign_in.code, name="my-code"),
    path("my/enter/<token>/", sign_in.enter, name="my-enter"),
    path("my/leave/", sign_in.leave, name="my-leave"),
    path("my/confirm/", matters.confirmed, name="my-confirm"),
    path("my/matters/<number>/", matters.matter, name="my-matter"),
    path("my/matters/<number>/files/<uuid:file_id>/", matters.attached, name="my-file"),
    path("my/stops/", stops.stops, name="my-stops"),
    path("my/looks/", looks.looks, name="my-looks"),
    path("my/requests/new/<slug:kind>/", asking.ask, name="my-request"),
    path("my/passkeys/", keys.mine, name="my-passkeys"),
    path("my/passkeys/enter/", keys.show, name="my-passkey-enter"),
    path("requests/", requests.index, name="requests"),
    path("requests/new/<slug:kind>/", requests.ask, name="request-new"),
    path("requests/done/<token>/", request_done.done, name="request-done"),
    path("requests/paper/<slug:form>/", paper.paper, name="request-paper"),
    path("requests/<token>/", status.status, name="request-status"),
    path("requests/<token>/package/", handover.package, name="request-package"),
    path("unsubscribe/<token>/", mailing.unsubscribe, name="unsubscribe"),
    path("policy/", policy.policy, name="policy"),
    path("policy/data/", policy.data, name="policy-data"),
    path("policy/versions/", policy.versions, name="policy-versions"),
    path("policy/versions/<int:number>/", policy.version, name="policy-version"),
    path("policy/changes/<int:number>/", changes.change, name="policy-change"),
    path("policy/changes/<int:number>/<token>/", changes.answer, name="policy-answer"),
    path("policy/compare/<int:before>/<int:after>/", policy.compare, name="policy-compare"),
    path("promises/", promises.promises, name="promises"),
    path("notices/<digest>/", policy.notice, name="notice"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(".well-known/security.txt", health.security_txt, name="security-txt"),
]

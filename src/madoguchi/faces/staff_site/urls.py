"""Every address of the desk, below /desk/."""

from django.conf import settings
from django.urls import include, path

from madoguchi.faces.staff_site import home, inbox, inquiry, verbs

urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", inbox.front, name="inbox"),
    path("inbox/<view>/", inbox.inbox, name="inbox_view"),
    path("inquiries/<number>/", inquiry.inquiry, name="inquiry"),
    path("inquiries/<number>/assign/", verbs.take, name="take"),
    path("inquiries/<number>/status/", verbs.settle, name="settle"),
    path("inquiries/<number>/lane/<lane>/", verbs.move, name="move"),
    path("inquiries/<number>/decline/", verbs.decline, name="decline"),
    path("inquiries/<number>/notes/", verbs.write_note, name="write_note"),
    path("inquiries/<number>/reply/", verbs.write_reply, name="write_reply"),
    path("mails/<uuid:mail_id>/send/", verbs.resend, name="resend"),
    path("", include("madoguchi.faces.staff_site.sign_in.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("", include("madoguchi.faces.staff_site.demo.urls")))

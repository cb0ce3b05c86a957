"""Mounted by staff_site/urls.py in a trial only: elsewhere these addresses do not exist."""

from django.urls import path

from madoguchi.faces.staff_site.demo.mailbox import mailbox
from madoguchi.faces.staff_site.demo.views import sign_in_as, trial

urlpatterns = [
    path("sign-in/as/<uuid:staff_id>/", sign_in_as, name="sign_in_as"),
    path("mailbox/", mailbox, name="mailbox"),
    path("trial/", trial, name="trial"),
]

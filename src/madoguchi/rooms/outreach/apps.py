from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "madoguchi.rooms.outreach"
    label = "outreach"

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "madoguchi.rooms.consent"
    label = "consent"

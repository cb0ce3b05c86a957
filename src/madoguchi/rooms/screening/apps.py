from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "madoguchi.rooms.screening"
    label = "screening"

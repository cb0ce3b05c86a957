from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "madoguchi.rooms.gate"
    label = "gate"

from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "madoguchi.rooms.forms"
    label = "forms"

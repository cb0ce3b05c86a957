from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "madoguchi.rooms.rights"
    label = "rights"

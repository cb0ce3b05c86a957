from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "madoguchi.rooms.policy"
    label = "policy"

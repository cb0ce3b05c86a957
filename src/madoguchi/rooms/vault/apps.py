from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "madoguchi.rooms.vault"
    label = "vault"

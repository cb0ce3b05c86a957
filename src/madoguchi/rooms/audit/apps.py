from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "madoguchi.rooms.audit"
    label = "audit"

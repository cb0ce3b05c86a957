from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "madoguchi.rooms.jobs"
    label = "jobs"

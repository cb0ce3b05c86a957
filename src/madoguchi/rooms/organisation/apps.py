from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "madoguchi.rooms.organisation"
    label = "organisation"

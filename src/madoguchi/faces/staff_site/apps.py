from django.apps import AppConfig


class StaffSiteConfig(AppConfig):
    name = "madoguchi.faces.staff_site"
    label = "staff_site"

from django.apps import AppConfig


class PublicSiteConfig(AppConfig):
    name = "madoguchi.faces.public_site"
    label = "public_site"

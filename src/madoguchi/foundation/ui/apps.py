from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "madoguchi.foundation.ui"
    label = "ui"
    verbose_name = "画面の部品"

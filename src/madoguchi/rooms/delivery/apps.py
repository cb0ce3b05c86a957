from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "madoguchi.rooms.delivery"
    label = "delivery"

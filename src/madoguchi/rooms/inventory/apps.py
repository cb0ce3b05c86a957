from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "madoguchi.rooms.inventory"
    label = "inventory"

    def ready(self) -> None:
        from madoguchi.rooms.inventory.framework import declare_all

        declare_all()

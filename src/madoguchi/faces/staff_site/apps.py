from pathlib import Path

from django.apps import AppConfig

from madoguchi.foundation.ui import assets


class StaffSiteConfig(AppConfig):
    name = "madoguchi.faces.staff_site"
    label = "staff_site"

    def ready(self) -> None:
        assets.register("merging.js", Path(__file__).parent / "js" / "merging.js")

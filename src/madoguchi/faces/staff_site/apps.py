from pathlib import Path

from django.apps import AppConfig

from madoguchi.foundation.ui import assets


class StaffSiteConfig(AppConfig):
    name = "madoguchi.faces.staff_site"
    label = "staff_site"

    def ready(self) -> None:
        for name in ("passkeys.js", "merging.js"):
            assets.register(name, Path(__file__).parent / "js" / name)

"""Every address of the house."""

from django.urls import include, path

from madoguchi.config.api import api
from madoguchi.config.metrics import metrics

urlpatterns = [
    path("", include("madoguchi.foundation.ui.urls")),
    path("", include("madoguchi.faces.public_site.urls")),
    path("desk/", include("madoguchi.faces.staff_site.urls")),
    path("api/v1/", api.urls),
    path("metrics", metrics, name="metrics"),
]

handler400 = "madoguchi.foundation.ui.errors.bad_request"
handler403 = "madoguchi.foundation.ui.errors.forbidden"
handler404 = "madoguchi.foundation.ui.errors.not_found"
handler500 = "madoguchi.foundation.ui.errors.server_error"

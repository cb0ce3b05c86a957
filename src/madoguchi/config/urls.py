"""Every address of the house."""

from django.urls import include, path

urlpatterns = [
    path("", include("madoguchi.foundation.ui.urls")),
]

handler400 = "madoguchi.foundation.ui.errors.bad_request"
handler403 = "madoguchi.foundation.ui.errors.forbidden"
handler404 = "madoguchi.foundation.ui.errors.not_found"
handler500 = "madoguchi.foundation.ui.errors.server_error"

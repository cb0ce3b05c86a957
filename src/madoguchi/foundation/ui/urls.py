from django.urls import path

from madoguchi.foundation.ui.views import serve_asset, serve_icon

urlpatterns = [
    path("static/<filename>", serve_asset, name="asset"),
    path("favicon.ico", serve_icon, name="icon"),
]

"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import views
from explorer.home import home

handler404 = "reading.problems.not_found"
handler500 = "reading.problems.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("favicon.ico", views.favicon),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]

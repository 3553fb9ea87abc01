"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from config import views
from publication.views import home

handler404 = "publication.errors.not_found"
handler500 = "publication.errors.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api")),
    path("favicon.ico", views.favicon),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
]

"""Addresses of the whole product."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.sign_in import admin_door

urlpatterns = [
    path("", include("planner.urls")),
    path("", include("accounts.urls")),
    path("", include("queues.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/login/", admin_door),
    path("admin/", admin.site.urls),
]
handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.forbidden"
handler404 = "accounts.views.errors.not_found"
handler500 = "accounts.views.errors.broken"

"""Addresses for scripts: those of bundle.social, which end without a slash."""

from django.urls import path

from planner.views import import_api

IMPORTS = "api/v1/post-csv-import"

urlpatterns = [
    path(IMPORTS, import_api.imports, name="api_imports"),
    path(f"{IMPORTS}/<str:import_id>", import_api.import_detail, name="api_import"),
    path(f"{IMPORTS}/<str:import_id>/status", import_api.import_status, name="api_import_status"),
    path(f"{IMPORTS}/<str:import_id>/rows", import_api.import_rows, name="api_import_rows"),
]

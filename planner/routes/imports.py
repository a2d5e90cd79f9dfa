"""Addresses of imports, and of the keys with which scripts import."""

from django.urls import path

from planner.views import api_keys, import_columns, import_results, import_rows, import_steps, imports

urlpatterns = [
    path("imports/", imports.import_list_page, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/samples/<str:kind>.csv", imports.import_sample, name="import_sample"),
    path("imports/<uuid:key>/", imports.import_show, name="import_show"),
    path("imports/<uuid:key>/columns/", import_columns.import_columns, name="import_columns"),
    path("imports/<uuid:key>/check/", import_steps.import_check, name="import_check"),
    path("imports/<uuid:key>/dates/", import_steps.import_dates, name="import_dates"),
    path("imports/<uuid:key>/confirm/", import_steps.import_confirm, name="import_confirm"),
    path("imports/<uuid:key>/rows/<int:number>/", import_rows.import_row, name="import_row"),
    path("imports/<uuid:key>/left-out.csv", import_rows.import_wrong_rows, name="import_wrong_rows"),
    path("imports/<uuid:key>/results/", import_results.import_results, name="import_results"),
    path("imports/<uuid:key>/stop/", import_results.import_stop, name="import_stop"),
    path("imports/<uuid:key>/undo/", import_results.import_undo_page, name="import_undo"),
    path("imports/<uuid:key>/finalize/", import_results.import_finalize_page, name="import_finalize"),
    path("imports/<uuid:key>/rows/<int:number>/delete/", import_results.import_row_delete, name="import_row_delete"),
    path("api-keys/", api_keys.api_key_list, name="api_key_list"),
    path("api-keys/<int:key_id>/revoke/", api_keys.api_key_end, name="api_key_end"),
]

"""Addresses of Today, posts, sync and the search over all of them."""

from django.urls import path

from planner.views import changes, find, from, media, planner, views

app_name = "planner"
urlpatterns = [
    path("", today.today, name="today"),
    path("find/", find.find, name="find"),
    path("posts/", posts.post_list, name="post_list"),
    path("posts/<int:post_id>/", posts.post, name="post"),
    path("sync/", sync.sync, name="sync"),
    path("sync/check/", sync.sync_check, name="sync_check"),
    path("sync/progress/", sync.sync_progress, name="sync_progress"),
    path("sync/runs/", sync.run_list, name="run_list"),
    path("sync/changes/", changes.change_list, name="change_list"),
    path("sync/changes/<int:change_id>/", changes.change_act, name="change_act"),
    *media.urlpatterns,
    path("api/v1/post-csv-import", import_api.imports, name="api_imports"),
    path("api/v1/post-csv-import/<str:import_id>", import_api.import_detail, name="api_import"),
    path("api/v1/post-csv-import/<str:import_id>/status", import_api.import_status, name="api_import_status"),
    path("api/v1/post-csv-import/<str:import_id>/rows", import_api.import_rows, name="api_import_rows"),
]

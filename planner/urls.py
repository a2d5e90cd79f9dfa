"""Addresses of Today, posts, imports, sync and the search over all of them."""

from django.urls import path

from planner.routes import bulk, composer, import_api, imports, media
from planner.views import changes, find, post_page, posts, sync, today

app_name = "planner"
urlpatterns = [
    path("", today.today, name="today"),
    path("find/", find.find, name="find"),
    path("posts/", posts.post_list, name="post_list"),
    path("posts/<int:post_id>/", post_page.post, name="post"),
    path("sync/", sync.sync, name="sync"),
    path("sync/check/", sync.sync_check, name="sync_check"),
    path("sync/progress/", sync.sync_progress, name="sync_progress"),
    path("sync/runs/", sync.run_list, name="run_list"),
    path("sync/changes/", changes.change_list, name="change_list"),
    path("sync/changes/<int:change_id>/", changes.change_act, name="change_act"),
    *composer.urlpatterns,
    *bulk.urlpatterns,
    *media.urlpatterns,
    *imports.urlpatterns,
    *import_api.urlpatterns,
]

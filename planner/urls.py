"""Addresses of Today, posts, sync and the search over all of them."""

from django.urls import path

from planner.views import change_sets, changes, find, post_export, post_page, posts, saved_views, sync, today

app_name = "planner"
urlpatterns = [
    path("", today.today, name="today"),
    path("find/", find.find, name="find"),
    path("posts/", posts.post_list, name="post_list"),
    path("posts/export/", post_export.post_export, name="post_export"),
    path("posts/views/", saved_views.saved_view_list, name="saved_view_list"),
    path("posts/views/<int:view_id>/", saved_views.saved_view, name="saved_view"),
    path("posts/sets/", change_sets.change_set_list, name="change_set_list"),
    path("posts/sets/new/", change_sets.change_set_new, name="change_set_new"),
    path("posts/sets/<int:set_id>/", change_sets.change_set, name="change_set"),
    path("posts/<int:post_id>/", post_page.post, name="post"),
    path("sync/", sync.sync, name="sync"),
    path("sync/check/", sync.sync_check, name="sync_check"),
    path("sync/progress/", sync.sync_progress, name="sync_progress"),
    path("sync/runs/", sync.run_list, name="run_list"),
    path("sync/changes/", changes.change_list, name="change_list"),
    path("sync/changes/<int:change_id>/", changes.change_act, name="change_act"),
]

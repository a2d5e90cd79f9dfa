"""Addresses of bulk actions, saved views and the export."""

from django.urls import path

from planner.views import change_sets, post_export, saved_views

urlpatterns = [
    path("posts/export/", post_export.post_export, name="post_export"),
    path("posts/views/", saved_views.saved_view_list, name="saved_view_list"),
    path("posts/views/<int:view_id>/", saved_views.saved_view, name="saved_view"),
    path("posts/sets/", change_sets.change_set_list, name="change_set_list"),
    path("posts/sets/new/", change_sets.change_set_new, name="change_set_new"),
    path("posts/sets/<int:set_id>/", change_sets.change_set, name="change_set"),
]

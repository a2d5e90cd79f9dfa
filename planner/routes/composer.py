"""Addresses of the composer, and of the choice between two versions of a post."""

from django.urls import path

from planner.views import composer, conflicts

urlpatterns = [
    path("posts/compose/", composer.compose, name="compose"),
    path("posts/compose/<int:location_id>/check/", composer.compose_check, name="compose_check"),
    path("posts/compose/<int:location_id>/media/", composer.compose_media, name="compose_media"),
    path("posts/compose/<int:location_id>/measured/", composer.compose_measured, name="compose_measured"),
    path("posts/compose/<int:location_id>/discard/", composer.compose_discard, name="compose_discard"),
    path("posts/<int:post_id>/edit/", composer.post_edit, name="post_edit"),
    path("sync/changes/<int:change_id>/conflict/", conflicts.conflict, name="conflict"),
]

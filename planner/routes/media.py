"""Addresses of files for posts."""

from django.urls import path

from planner.views import media, thumbnails

urlpatterns = [
    path("media/thumbnail/", thumbnails.thumbnail, name="thumbnail"),
    path("media/<int:location_id>/uploads/", media.upload_create, name="upload_create"),
    path("media/<int:location_id>/uploads/states/", media.upload_states, name="upload_states"),
]

"""Addresses of files for posts."""

from django.urls import path

from planner.views import link_preview, media, thumbnails

urlpatterns = [
    path("media/thumbnail/", thumbnails.thumbnail, name="thumbnail"),
    path("media/<int:location_id>/uploads/", media.upload_create, name="upload_create"),
    path("media/<int:location_id>/uploads/states/", media.upload_states, name="upload_states"),
    path("media/<int:location_id>/link-preview/", link_preview.link_preview, name="link_preview"),
]

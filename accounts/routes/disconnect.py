"""Addresses of disconnecting an account."""

from django.urls import path

from accounts.views import disconnect

urlpatterns = [
    path("accounts/<int:account_id>/disconnect/", disconnect.disconnect, name="disconnect"),
    path("accounts/<int:account_id>/disconnect/undo/", disconnect.disconnect_undo, name="disconnect_undo"),
]

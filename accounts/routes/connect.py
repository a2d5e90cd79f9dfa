"""Addresses of connecting an account."""

from django.urls import path

from accounts.views import connect, connect_steps

urlpatterns = [
    path("connect/", connect.connect, name="connect"),
    path("connect/begin/", connect.connect_begin, name="connect_begin"),
    path("connect/<int:attempt_id>/", connect_steps.connect_attempt, name="connect_attempt"),
    path("connect/<int:attempt_id>/start/", connect_steps.connect_start, name="connect_start"),
    path("connect/<int:attempt_id>/trouble/", connect_steps.connect_trouble, name="connect_trouble"),
    path("connect/<int:attempt_id>/report/", connect_steps.connect_report, name="connect_report"),
    path("connect/<int:attempt_id>/attach/", connect_steps.connect_attach, name="connect_attach"),
    path("connect/<int:attempt_id>/next/", connect_steps.connect_next, name="connect_next"),
    path("connect/<int:attempt_id>/look/", connect_steps.connect_look, name="connect_look"),
]

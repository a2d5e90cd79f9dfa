"""Addresses of the agency's connection to HighLevel, and the one that HighLevel calls."""

from django.urls import path

from accounts.views import agency, agency_install, agency_token, agency_webhooks

urlpatterns = [
    path("agency/", agency.agency, name="agency"),
    path("agency/locations/", agency.agency_locations, name="agency_locations"),
    path("agency/look/", agency.agency_look, name="agency_look"),
    path("agency/install/", agency_install.agency_install, name="agency_install"),
    path("agency/callback/", agency_install.agency_callback, name="agency_callback"),
    path("agency/finish/", agency_install.agency_finish, name="agency_finish"),
    path("agency/token/", agency_token.agency_token, name="agency_token"),
    path("webhooks/highlevel/", agency_webhooks.highlevel_webhook, name="highlevel_webhook"),
]

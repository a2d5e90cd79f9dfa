"""Addresses of people and connected accounts."""

from django.urls import path

from accounts.routes import agency, connect, disconnect, people
from accounts.views import accounts, locations, profile, sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("profile/", profile.profile, name="profile"),
    path("locations/", locations.location_list, name="location_list"),
    path("accounts/", accounts.account_list, name="account_list"),
    *people.urlpatterns,
    *agency.urlpatterns,
    *connect.urlpatterns,
    *disconnect.urlpatterns,
]

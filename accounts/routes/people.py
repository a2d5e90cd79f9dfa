"""Addresses of people: their access, invitations, forgotten passwords, the second factor."""

from django.urls import path

from accounts.views import invitations, password_reset, people, people_access, second_factor

urlpatterns = [
    path("people/", people.people_list, name="people_list"),
    path("people/history/", people.people_history, name="people_history"),
    path("people/invite/", invitations.invitation_new, name="invitation_new"),
    path("people/invitations/", invitations.invitation_list, name="invitation_list"),
    path("people/invitations/<int:invitation_id>/again/", invitations.invitation_again, name="invitation_again"),
    path("people/invitations/<int:invitation_id>/revoke/", invitations.invitation_end, name="invitation_end"),
    path("people/<int:person_id>/", people_access.person, name="person"),
    path("people/<int:person_id>/access/", people_access.person_access, name="person_access"),
    path("people/<int:person_id>/acts-as/<int:location_id>/", people_access.person_acts_as, name="person_acts_as"),
    path("people/<int:person_id>/owner/", people.person_owner, name="person_owner"),
    path("people/<int:person_id>/deactivate/", people.person_leave, name="person_leave"),
    path("people/<int:person_id>/activate/", people.person_return, name="person_return"),
    path("people/<int:person_id>/second-factor/", people.person_factor_reset, name="person_factor_reset"),
    path("invitation/<str:token>/", invitations.invitation_join, name="invitation_join"),
    path("password/", password_reset.password_reset, name="password_reset"),
    path("password/sent/", password_reset.password_reset_sent, name="password_reset_done"),
    path("password/<str:uidb64>/<str:token>/", password_reset.password_reset_confirm, name="password_reset_confirm"),
    path("password/done/", password_reset.password_reset_complete, name="password_reset_complete"),
    path("sign-in/code/", second_factor.sign_in_code, name="sign_in_code"),
    path("second-factor/", second_factor.second_factor, name="second_factor"),
    path("second-factor/start/", second_factor.second_factor_start, name="second_factor_start"),
    path("second-factor/confirm/", second_factor.second_factor_confirm, name="second_factor_confirm"),
    path("second-factor/codes/", second_factor.second_factor_codes, name="second_factor_codes"),
    path("second-factor/off/", second_factor.second_factor_off, name="second_factor_off"),
]

"""Addresses of people: signing in, the own account, administration."""

from portal.accounts import people, views
from portal.routes import EVERYBODY, public, route

app_name = "accounts"
ADMIN = ("admin",)

urlpatterns = [
    public(app_name, "sign-in/", views.SignIn.as_view(), "sign_in"),
    public(app_name, "password/forgotten/", views.AskReset.as_view(), "reset"),
    public(app_name, "password/forgotten/sent/", views.reset_sent, "reset_sent"),
    public(app_name, "password/new/<uidb64>/<token>/", views.NewPassword.as_view(), "new_password"),
    route(app_name, "sign-out/", views.sign_out, "sign_out", EVERYBODY),
    route(app_name, "account/", views.account, "account", EVERYBODY),
    route(app_name, "account/password/", views.ChangePassword.as_view(), "change_password", EVERYBODY),
    route(app_name, "account/sessions/end/", views.end_sessions, "end_sessions", EVERYBODY),
    route(app_name, "account/reminders/", views.reminders, "reminders", EVERYBODY),
    route(app_name, "people/", people.people, "people", ADMIN),
    route(app_name, "people/new/", people.person, "new_person", ADMIN),
    route(app_name, "people/<int:user_id>/", people.person, "person", ADMIN),
    route(app_name, "people/<int:user_id>/sign-out/", people.sign_person_out, "sign_person_out", ADMIN),
]

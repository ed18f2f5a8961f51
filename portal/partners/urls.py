"""Addresses of a partner's data officer."""

from portal.partners import views
from portal.routes import route

app_name = "partners"
PARTNER = ("partner",)

urlpatterns = [
    route(app_name, "", views.home, "home", PARTNER),
]

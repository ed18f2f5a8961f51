"""Addresses of a program lead."""

from portal.leads import views
from portal.routes import route

app_name = "leads"
LEAD = ("lead",)

urlpatterns = [
    route(app_name, "", views.home, "home", LEAD),
]

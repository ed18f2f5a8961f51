"""Addresses of leadership."""

from portal.leadership import views
from portal.routes import route

app_name = "leadership"
LEADERSHIP = ("leadership",)

urlpatterns = [
    route(app_name, "", views.home, "home", LEADERSHIP),
]

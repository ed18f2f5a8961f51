"""Addresses of leadership."""

from portal.leadership import views
from portal.routes import route

app_name = "leadership"
LEADERSHIP = ("leadership",)

urlpatterns = [
    route(app_name, "", views.home, "home", LEADERSHIP),
    route(app_name, "page/<path:name>", views.page, "page", LEADERSHIP),
    route(app_name, "file/<path:name>", views.download, "file", LEADERSHIP),
]

"""Addresses of a partner's data officer."""

from portal.partners import returns, upload, views
from portal.routes import route

app_name = "partners"
PARTNER = ("partner",)
QUARTER = "<slug:partner>/<slug:program>/<slug:period>/"
RETURN = "return/<slug:submission_id>/"

urlpatterns = [
    route(app_name, "", views.home, "home", PARTNER),
    route(app_name, RETURN, returns.submission, "submission", PARTNER),
    route(app_name, RETURN + "answer/", returns.answer, "answer", PARTNER),
    route(app_name, RETURN + "confirm/", returns.confirm, "confirm", PARTNER),
    route(app_name, RETURN + "withdraw/", returns.withdraw, "withdraw", PARTNER),
    route(app_name, RETURN + "receipt/", returns.receipt, "receipt", PARTNER),
    route(app_name, RETURN + "receipt.<slug:form>", returns.receipt_file, "receipt_file", PARTNER),
    route(app_name, RETURN + "marked/", returns.marked, "marked", PARTNER),
    route(app_name, RETURN + "files/<slug:sha256>/", returns.original, "original", PARTNER),
    route(app_name, QUARTER, views.quarter, "quarter", PARTNER),
    route(app_name, QUARTER + "template/", views.template, "template", PARTNER),
    route(app_name, QUARTER + "nothing/", views.nil, "nil", PARTNER),
    route(app_name, QUARTER + "hand-in/", upload.hand_in, "hand_in", PARTNER),
    route(app_name, QUARTER + "changes/<uuid:staged_id>/", upload.changes, "changes", PARTNER),
]

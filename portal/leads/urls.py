"""Addresses of a program lead."""

from portal.leads import changes, events, figures, obligations, queue, review, targets, words
from portal.routes import route

app_name = "leads"
LEAD = ("lead",)

urlpatterns = [
    route(app_name, "", queue.queue, "home", LEAD),
    route(app_name, "changes/", changes.changes, "changes", LEAD),
    route(app_name, "changes/seen/", changes.seen, "seen", LEAD),
    route(app_name, "log/", events.events, "log", ("lead", "admin")),
    route(app_name, "return/<str:submission_id>/", review.review, "review", LEAD),
    route(app_name, "return/<str:submission_id>/decide/", review.decide, "decide", LEAD),
    route(app_name, "return/<str:submission_id>/file/<str:sha256>/", review.original, "original", LEAD),
    route(app_name, "<slug:program>/figures/", figures.figures, "figures", LEAD),
    route(app_name, "<slug:program>/figures/file.<slug:ending>", figures.download, "figures_file", LEAD),
    route(app_name, "<slug:program>/figures/<slug:indicator>/<str:period>/", figures.origin, "origin", LEAD),
    route(app_name, "<slug:program>/owed/", obligations.matrix, "matrix", LEAD),
    route(app_name, "<slug:program>/owed/<str:partner>/<str:period>/", obligations.waive, "waive", LEAD),
    route(app_name, "<slug:program>/words/<str:period>/", words.commentary, "commentary", LEAD),
    route(app_name, "<slug:program>/words/taken-back/<str:comment_id>/", words.retract, "retract", LEAD),
    route(app_name, "<slug:program>/targets/", targets.targets, "targets", LEAD),
    route(app_name, "<slug:program>/targets/<str:change_id>/", targets.decide, "decide_target", LEAD),
]

from django.urls import path
from django.utils.translation import gettext_lazy as _

from commitments import feeds, views
from opengov_portal.lib.pages import for_readers

app_name = "commitments"

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/<slug:slug>/", views.plan, name="plan"),
    path("plans/<slug:slug>/<int:number>/", views.commitment, name="commitment"),
    path("plans/<slug:slug>/<int:number>/picture.png", views.picture, name="picture"),
    path(_("plans/<slug:slug>/<int:number>/history/"), views.history, name="history"),
    path(_("plans/<slug:slug>/feed/"), for_readers(feeds.PlanFeed()), name="plan_feed"),
    path(
        _("plans/<slug:slug>/<int:number>/feed/"),
        for_readers(feeds.CommitmentFeed()),
        name="commitment_feed",
    ),
    path(_("commitments/"), views.index, name="index"),
    path(_("commitments/feed/"), for_readers(feeds.ChangesFeed()), name="feed"),
    path("institutions/", views.institutions, name="institutions"),
    path("institutions/<slug:slug>/", views.institution, name="institution"),
]

# The same for both languages, so they stand outside /en/ and /fr/.
data_patterns = [
    path("data/commitments.json", views.commitments_json, name="commitments_json"),
    path("data/commitments.csv", views.commitments_csv, name="commitments_csv"),
]

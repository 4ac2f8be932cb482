from django.urls import path
from django.utils.translation import gettext_lazy as _

from opengov_portal.lib.pages import for_readers
from proposals import feeds, views

app_name = "proposals"

urlpatterns = [
    path("", views.index, name="index"),
    path(_("calls/"), views.calls, name="calls"),
    path(_("calls/<slug:slug>/"), views.call, name="call"),
    path(_("ledger/"), views.ledger, name="ledger"),
    path(_("new/"), views.propose, name="propose"),
    path(_("new/similar/"), views.similar, name="similar"),
    path(_("drafts/<str:secret>/"), views.draft, name="draft"),
    path(_("yours/<str:secret>/"), views.yours, name="yours"),
    path(_("yours/<str:secret>/brief/"), views.your_brief, name="your_brief"),
    path(_("<int:pk>/brief/"), views.brief, name="brief"),
    path(_("<int:pk>/vouch/"), views.vouch, name="vouch"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path(_("<int:pk>/flag/"), views.flag, name="flag"),
    path(_("flagged/"), views.flagged, name="flagged"),
    path(_("appeal/<str:token>/"), views.appeal, name="appeal"),
    path(_("moderation/"), views.moderation, name="log"),
    path(_("feed/"), for_readers(feeds.HappeningsFeed()), name="feed"),
    path(_("follow/"), views.follow, name="follow"),
    path(_("following/<str:token>/"), views.followed, name="followed"),
    path(_("supports/<str:token>/"), views.supported, name="supported"),
    path(_("calls/<slug:slug>/feed/"), for_readers(feeds.CallFeed()), name="call_feed"),
    path(_("issues/<slug:slug>/feed/"), for_readers(feeds.IssueFeed()), name="issue_feed"),
    path(_("<int:pk>/feed/"), for_readers(feeds.ProposalFeed()), name="proposal_feed"),
    path(_("<int:pk>/support/"), views.support, name="support"),
    path(_("<int:pk>/support/withdraw/"), views.withdraw_support, name="withdraw_support"),
    path(_("<int:pk>/support/withdrawn/"), views.withdrawn, name="withdrawn"),
    path(_("<int:pk>/support/done/"), views.support_counted, name="support_counted"),
]

# The same for both languages, so they stand outside /en/ and /fr/.
data_patterns = [
    path("data/proposals.json", views.proposals_json, name="proposals_json"),
    path("data/proposals.csv", views.proposals_csv, name="proposals_csv"),
    path("data/ledger.json", views.ledger_json, name="ledger_json"),
    path("data/ledger.csv", views.ledger_csv, name="ledger_csv"),
]

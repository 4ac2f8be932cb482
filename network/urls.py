from django.urls import path
from django.utils.translation import gettext_lazy as _

from network import feeds, views
from opengov_portal.lib.pages import for_readers

app_name = "network"

urlpatterns = [
    path("", views.index, name="index"),
    path(_("join/"), views.join, name="join"),
    path(_("join/sent/"), views.join_sent, name="join_sent"),
    path(_("join/done/"), views.joined, name="joined"),
    path(_("join/confirm/<str:secret>/"), views.confirm, name="confirm"),
    path(_("yes/sent/"), views.confirm_sent, name="confirm_sent"),
    path(_("yes/done/"), views.confirm_done, name="confirm_done"),
    path(_("yes/<str:secret>/"), views.confirm_asked, name="confirm_asked"),
    path(_("leave/<str:token>/"), views.leave, name="leave"),
    path(_("member/"), views.member, name="member"),
    path(_("member/download/"), views.download, name="download"),
    path(_("member/leave/"), views.leave_network, name="leave_network"),
    path(_("member/erase/"), views.erase_me, name="erase"),
    path(_("left/"), views.left, name="left"),
    path(_("announcements/"), views.announcements, name="announcements"),
    path(
        _("announcements/feed/"), for_readers(feeds.AnnouncementFeed()), name="announcements_feed"
    ),
    path(_("announcements/<slug:slug>/"), views.announcement, name="announcement"),
    path(_("organizations/"), views.organizations, name="organizations"),
    path(_("communities/"), views.communities, name="communities"),
    path(_("communities/<slug:slug>/"), views.community, name="community"),
    path(_("communities/<slug:slug>/join/"), views.join_community, name="join_community"),
    path(_("communities/<slug:slug>/leave/"), views.leave_community, name="leave_community"),
    path(_("communities/<slug:slug>/invite/"), views.invite, name="invite"),
    path(_("communities/<slug:slug>/poster/"), views.poster, name="poster"),
    path(_("reach/"), views.reach, name="reach"),
    path(_("organizations/new/"), views.new_organization, name="new_organization"),
    path(_("organizations/<slug:slug>/"), views.organization, name="organization"),
    path(
        _("organizations/<slug:slug>/edit/"), views.revise_organization, name="revise_organization"
    ),
    path(_("organizations/<slug:slug>/belong/"), views.belong, name="belong"),
    path(
        _("organizations/<slug:slug>/leave/"), views.leave_organization, name="leave_organization"
    ),
    path(_("organizations/<slug:slug>/show-me/"), views.show_me, name="show_me"),
    path(
        _("organizations/<slug:slug>/people/<int:pk>/confirm/"),
        views.confirm_affiliation,
        name="confirm_affiliation",
    ),
    path(
        _("organizations/<slug:slug>/people/<int:pk>/refuse/"),
        views.refuse_affiliation,
        name="refuse_affiliation",
    ),
    path(_("letter-of-intent/"), views.letter_of_intent, name="letters_of_intent"),
    path(_("letter-of-intent/<int:pk>/"), views.letter_of_intent, name="letter_of_intent"),
    path(_("letter-of-intent/<int:pk>/sign/"), views.sign, name="sign"),
]

# Under account/, before allauth's own: these take the place of two of its pages.
account_patterns = [
    path("email/", views.address, name="account_email"),
    path("email/yes/<str:secret>/", views.agree_to_move, name="account_move"),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
    # Accounts elsewhere (SOCIAL_PROVIDERS) are connected to nothing here.
    path("3rdparty/", views.nothing_to_connect),
    path("3rdparty/signup/", views.nothing_to_connect),
    path("sessions/others/end/", views.end_other_sessions, name="account_end_others"),
]

# The same for both languages, so it stands outside /en/ and /fr/.
data_patterns = [path("data/reach.json", views.reach_json, name="reach_json")]

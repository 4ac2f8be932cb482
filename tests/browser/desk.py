"""The pages of the staff and of accounts: who may come there, with which session, and where."""

from allauth.account.internal.flows import login
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from commitments.models import ActionPlan, Commitment
from network.actions import publish_organization
from network.models import (
    Announcement,
    Deed,
    InboundMessage,
    Member,
    Organization,
    SavedWords,
    Subject,
)
from tests import factories

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOUR = 60 * 60
# Their lists, and the page of the newest of each.
NOUNS = [ActionPlan, Announcement, Commitment, Deed, InboundMessage, Member, Organization]
NOUNS += [SavedWords]


def session_of(user, *, shown=True):
    """A session that began a moment ago, with the second factor if one is `shown`.

    It counts as fresh for an hour, so that no page asks once more who this is.
    """
    client = Client()
    client.force_login(user)
    request = HttpRequest()
    request.session, request.user = client.session, user
    method = "mfa" if shown else "code"
    login.record_authentication(request, user, method=method, reauthenticated=True)
    kept = request.session[login.AUTHENTICATION_METHODS_SESSION_KEY]
    request.session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        record | {"at": record["at"] + HOUR} for record in kept
    ]
    request.session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def make_reader(language):
    """One of the staff, who reads the desk in this language and has a second factor."""
    person = factories.make_staff(language=language, name="Sam")
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    return person


def decided_about():
    """An organization that a colleague has just published."""
    known = Organization.objects.filter(slug="just-decided").first()
    if known:
        return known
    waiting = factories.make_organization(slug="just-decided", state="waiting", decided_at=None)
    publish_organization(waiting, by=factories.make_staff(name="Alex"))
    return waiting


def pages(calls, ideas):
    """The pages of the desk: name, path, and what is pressed there."""

    def at(name, *args):
        return reverse(f"admin:{name}", args=args)

    yield "first page", at("index"), None
    yield "search", f"{at('search')}?q=bees", None
    for model in NOUNS:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        yield f"list of {name}", at(f"{name}_changelist"), None
        newest = admin.site.get_model_admin(model).model._default_manager.latest("pk")
        yield f"one {name}", at(f"{name}_change", newest.pk), None
    yield "new commitment", at("commitments_commitment_add"), None
    newest = Commitment.objects.latest("pk")
    yield "as it was", at("commitments_commitment_as_it_was", newest.pk), None
    yield "history", at("network_organization_history", Organization.objects.latest("pk").pk), None
    subject = at("network_subject_delete", Subject.objects.latest("pk").pk)
    yield "delete", subject, None
    blank = {"fill": {"#id__why": " "}, "click": "#delete [type=submit]"}
    yield "delete without a reason", subject, blank
    decided = decided_about().pk
    yield "what can be undone", at("network_organization_change", decided), None
    yield "undo", at("network_organization_undo", decided), None
    yield from moderators_pages(at, ideas)
    yield from callers_pages(at, calls)
    yield from answerers_pages(at, ideas)


def moderators_pages(at, ideas):
    queue = at("proposals_proposal_changelist")
    yield "queue", queue, None
    yield "queue of all", f"{queue}?desk=all", None
    for name in ("waiting", "appealed", "full", "struck", "flagged"):
        yield f"an idea: {name}", at("proposals_proposal_change", ideas[name].pk), None
    yield "publish", at("proposals_proposal_publish", ideas["waiting"].pk), None
    refuse = {"fill": {"#id_words": "It is about the moon."}, "click": "[name=preview]"}
    refuse["choose"] = ["#id_reason", "off_topic"]
    yield "refuse, with the letter", at("proposals_proposal_refuse", ideas["waiting"].pk), refuse
    yield "strike", at("proposals_proposal_strike", ideas["waiting"].pk), None
    yield "take a file off", at("proposals_proposal_take_brief_off", ideas["full"].pk), None
    yield "put a cleaned file in", at("proposals_proposal_brief", ideas["struck"].pk), None
    merge = at("proposals_proposal_merge", ideas["struck"].pk)
    yield "merge", f"{merge}?q=bees&into={ideas['full'].pk}", None
    chosen = {"check": "#action-toggle", "choose": ["[name=action]", "refuse_selected"]}
    yield "refuse many", queue, chosen | {"click": "[name=index]"}


def callers_pages(at, calls):
    yield "calls", at("proposals_consultation_changelist"), None
    for name in ("draft", "open"):
        yield f"a call: {name}", at("proposals_consultation_change", calls[name].pk), None
    for name, verb in (("open", "extend"), ("closed", "conclude"), ("draft", "publish")):
        path = at("proposals_consultation_act", calls[name].pk, verb)
        yield f"a call: {verb}", path, None


def answerers_pages(at, ideas):
    yield "answers due", at("proposals_toanswer_changelist"), None
    yield "one to answer", at("proposals_toanswer_change", ideas["overdue"].pk), None
    both = f"?ids={ideas['full'].pk}-{ideas['overdue'].pk}"
    yield "refer", f"{at('proposals_toanswer_refer')}{both}", None
    path = f"{at('proposals_toanswer_answer')}{both}"
    yield "answer", path, {"click": "[name=preview]"}
    one = f"{at('proposals_toanswer_answer')}?ids={ideas['full'].pk}"
    yield "answer, before it is given", one, {"click": "[name=preview]"}


ACCOUNT = ["account_email", "account_set_password", "account_logout", "mfa_index"]
ACCOUNT += ["mfa_activate_totp", "usersessions_list"]
# Of those who have a password and a second factor.
SHOWN = [
    "account_change_password",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
]
SHOWN += ["mfa_reauthenticate", "mfa_list_webauthn", "mfa_add_webauthn"]


def account_pages(person):
    """The pages of an account, in the language that is active: who comes there, and how."""
    for name in ACCOUNT:
        yield "member", name, reverse(name), None
    for name in SHOWN:
        yield "staff", name, reverse(name), None
    ask = {"fill": {"#code [name=email]": "nobody@example.org"}, "click": "#code button"}
    yield "visitor", "a code by mail", reverse("account_login"), ask
    wrong = {"fill": {"#id_login": person.email, "#id_password": "wrong"}}
    wrong["click"] = "#password button"
    yield "visitor", "a wrong password", reverse("account_login"), wrong
    right = {"fill": {"#id_login": person.email, "#id_password": factories.PASSWORD}}
    right["click"] = "#password button"
    yield "visitor", "the second factor", reverse("account_login"), right

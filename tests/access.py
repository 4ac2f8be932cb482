"""Every address × everyone who may come: what each is answered, as tests/access.txt says.

`asked(things)` is drawn from the URL configuration, so an address that is new, or answers
otherwise than the file says, fails tests/portal/test_access.py until the file has it.
Only the answer's status counts here, so no template is drawn but those of letters: what
pages say is tested where they are.
"""

from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from django.core.cache import caches
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from commitments.models import Responder
from network.models import Affiliation
from network.roles import Role
from tests.addresses import EXAMPLES, names
from tests.everything import admin_addresses
from tests.factories import (
    make_announcement,
    make_member,
    make_organization,
    make_proposal,
    make_with_role,
)

TABLE = Path(__file__).parent / "access.txt"
WHO = ["nobody", "member", "representative", *(role.value for role in Role)]
METHODS = ("get", "post")
draw = Template.render


def drawn_if_words(self, *args, **kwargs):
    """In the place of drawing a template: letters and words of consent, and no page.

    Parts of pages are drawn, as they are kept for the next page, which may be another test's.
    """
    path = Path(self.template.name)
    is_part = any(step.startswith("_") for step in path.parts)
    is_page = path.suffix == ".html" and "emails" not in path.parts and not is_part
    return "" if is_page else draw(self, *args, **kwargs)


def cast(things):
    """Whoever may come, each with a browser of their own."""
    organization = make_organization()
    speaker = make_member()
    Affiliation.objects.create(
        member=speaker,
        organization=organization,
        state="representative",
        decided_at=speaker.joined_at,
    )
    things["public organization"] = organization
    people = {"nobody": None, "member": make_member().user, "representative": speaker.user}
    people |= {role.value: make_with_role(role) for role in Role}
    office = things["commitments.institution"]
    Responder.objects.create(user=people[Role.RESPONDER.value], institution=office)
    browsers = {}
    for who, person in people.items():
        browser = Client(raise_request_exception=False, headers={"x-forwarded-proto": "https"})
        browser.defaults["wsgi.url_scheme"] = "https"
        if person:
            browser.force_login(person)
        browsers[who] = browser
    return browsers


def examples(things):
    """Arguments of public addresses that lead to what was made, for `reverse`."""
    promise, idea = things["commitments.commitment"], things["proposals.toanswer"]
    organization, now = things["public organization"], idea.published_at
    claim = Affiliation.objects.create(member=make_member(), organization=organization)
    vouching = make_proposal(state="vouching", organization=organization)
    news = make_announcement(state="sent", published_at=now, written_at=now, finished_at=now)

    def slug(thing):
        return {"slug": thing.slug}

    led_to = [
        (slug(promise.plan), "commitments", "plan plan_feed"),
        (slug(promise.plan) | {"number": promise.number}, "commitments",
         "commitment commitment_feed picture history"),
        (slug(things["commitments.institution"]), "commitments", "institution"),
        (slug(things["network.community"]), "network",
         "community join_community leave_community invite poster"),
        (slug(news), "network", "announcement"),
        (slug(organization), "network",
         "organization revise_organization belong leave_organization show_me"),
        (slug(organization) | {"pk": claim.pk}, "network",
         "confirm_affiliation refuse_affiliation"),
        ({"pk": things["network.letterofintent"].pk}, "network", "letter_of_intent sign"),
        (slug(things["proposals.consultation"]), "proposals", "call call_feed"),
        (slug(things["network.subject"]), "proposals", "issue_feed"),
        ({"pk": idea.pk}, "proposals",
         "proposal proposal_feed brief flag support withdraw_support withdrawn support_counted"),
        ({"pk": vouching.pk}, "proposals", "vouch"),
    ]  # fmt: skip
    made = {f"{room}:{name}": one for one, room, named in led_to for name in named.split()}
    return EXAMPLES | made


def addresses(things):
    """The name and the address of everything there is, the public first."""
    arguments = examples(things)
    for name in dict.fromkeys(names()):
        yield name, reverse(name, kwargs=arguments.get(name))
    for name, address in admin_addresses(things):
        yield f"admin:{name}", address
    for name in ("logout", "autocomplete"):
        yield f"admin:{name}", reverse(f"admin:{name}")


@contextmanager
def nothing_kept(browser):
    """Whatever is sent inside is undone, in the database and in the browser."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.cookies = cookies


def asked(things):
    """By name of address, the statuses that each is answered: those of GET, and of POST."""
    browsers = cast(things)
    everywhere = list(addresses(things))
    found = {}
    with patch.object(Template, "render", drawn_if_words):
        for name, address in everywhere:
            found[name] = " | ".join(
                " ".join(status(browsers[who], method, address) for who in WHO)
                for method in METHODS
            )
    return found


def status(browser, method, address):
    caches["default"].clear()  # how often one may ask is counted there
    if method == "get":  # changes nothing: test_get_changes_nothing.py
        return str(browser.get(address).status_code)
    with nothing_kept(browser):
        return str(browser.post(address).status_code)


# --- The file --------------------------------------------------------------------------


def kept():
    """What the file says, as `asked` does."""
    found, statuses = {}, ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[line.strip()] = statuses
        elif line and not line.startswith("#"):
            statuses = line
    return found


def drawn(found):
    """The file that says so: addresses that are answered alike stand together."""
    groups = {}
    for name, statuses in found.items():
        groups.setdefault(statuses, []).append(name)
    head = [
        "# What each address answers to each who may come; tests/access.py says how it is asked.",
        "# Each group begins with the statuses of GET, then of an empty POST, in this order:",
        f"# {', '.join(WHO)}.",
    ]
    blocks = ["\n".join([statuses, *(f"    {name}" for name in sorted(named))])
              for statuses, named in sorted(groups.items())]  # fmt: skip
    return "\n".join(head) + "\n\n" + "\n\n".join(blocks) + "\n"

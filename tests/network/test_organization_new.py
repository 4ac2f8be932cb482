"""A member puts an organization in; a representative says what is to change; a moderator reads."""

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django.asserts import assertContains

from network import actions
from network.models import Edition, Letter, Organization, Revision
from opengov_portal.lib.errors import Refused
from tests.factories import make_member, make_organization, make_staff, make_subject, make_user
from tests.forms import form_of
from tests.network.organizations import make_affiliation, make_representative

pytestmark = pytest.mark.django_db

URL = "/en/network/organizations/new/"
SAID = {"name_en": "Otters of Freedonia", "about_en": "We count.", "website": "otters.example.org"}


@pytest.fixture
def member(client):
    member = make_member()
    client.force_login(member.user)
    return member


@pytest.fixture
def representative(client):
    representative = make_representative()
    client.force_login(representative.member.user)
    return representative


def edit_url(organization):
    return f"{organization.get_absolute_url()}edit/"


# --- Putting one in ----------------------------------------------------------------


def test_a_member_puts_an_organization_in(client, member):
    issue = make_subject()
    before = Edition.current()

    response = client.post(URL, {**SAID, "sector": "community", "issues": [issue.pk]}, follow=True)

    new = Organization.objects.get()
    assert (new.state, new.slug) == ("waiting", "otters-of-freedonia")
    assert new.website == "https://otters.example.org"
    assert new.proposed_by == member.user
    assert list(new.issues.all()) == [issue]
    assert new.affiliations.get().state == "asked"
    assert not new.is_represented_by(member.user)
    assertContains(response, "waits for a moderator")
    assert Edition.current() == before
    client.logout()
    assert client.get(new.get_absolute_url()).status_code == 404


def test_an_issue_that_cannot_be_is_no_choice(client, member):
    response = client.post(URL, {**SAID, "issues": ["9" * 25]})

    assert "issues" in response.context["form"].errors
    assert not Organization.objects.exists()


def test_who_has_an_account_and_did_not_join_is_told_so(client):
    client.force_login(make_user())

    assertContains(client.get(URL), "you have not joined yet")
    assert client.post(URL, SAID).status_code == 403
    assert not Organization.objects.exists()


def test_nobody_is_led_to_sign_in(client):
    for response in (client.get(URL), client.post(URL, SAID)):
        assert response.status_code == 302
        assert "login" in response["Location"]
    assert not Organization.objects.exists()


def test_looking_at_the_form_puts_nothing_in(client, member):
    assert "no-store" in client.get(URL, SAID)["Cache-Control"]
    assert not Organization.objects.exists()


def test_a_second_time_is_another_one_at_another_address(client, member):
    client.post(URL, SAID)
    client.post(URL, SAID)

    slugs = set(Organization.objects.values_list("slug", flat=True))
    assert slugs == {"otters-of-freedonia", "otters-of-freedonia-2"}


def test_a_member_puts_in_so_many_and_then_waits(client, member):
    for _each in range(Organization.MOST_WAITING):
        assert client.post(URL, SAID).status_code == 302

    assert client.post(URL, SAID).status_code == 409


@pytest.mark.parametrize(
    "name",
    [
        "=1+1", "+1", "-1", "@all", "see https://elsewhere.example", "www.elsewhere.example",
        "a\u202eb", "a\0b", "x" * 201,
    ],
)  # fmt: skip
def test_a_name_that_may_not_be_shown_is_refused_and_kept(client, member, name):
    response = client.post(URL, {**SAID, "name_en": name})

    assert response.status_code == 200
    assertContains(response, 'href="#id_name_en"')
    assertContains(response, "We count.")
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_en": " "}, "name_en"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "ftp://example.org"}, "website"),
        ({"mail_domain": "ada@example.org"}, "mail_domain"),
        ({"sector": "citizen"}, "sector"),
        ({"province": "ZZ"}, "province"),
        ({"issues": ["0"]}, "issues"),
        ({"about_en": "x" * 2001}, "about_en"),
        ({"about_fr": "a\u202eb"}, "about_fr"),
        ({"about_fr": "a\0b"}, "about_fr"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, member, wrong, field):
    response = client.post(URL, SAID | wrong)

    assert list(response.context["form"].errors) == [field]
    assert not Organization.objects.exists()


def test_a_name_that_is_listed_is_refused_whatever_its_accents(client, member):
    make_organization(name_en="", name_fr="Les Loutres d’Été")
    make_organization(name_en="Still Waiting", state="waiting", decided_at=None)

    response = client.post(URL, {"name_en": "les loutres d'ete"})
    assertContains(response, "listed already")
    # What waits is told to nobody.
    assert client.post(URL, {"name_en": "Still Waiting"}).status_code == 302


@pytest.mark.parametrize("name", ["New", "Nouvelle", "新しい", "---", "é" * 150])
def test_every_name_has_an_address(client, member, name):
    if name != "---":
        client.post(URL, {"name_fr": name})
        new = Organization.objects.get()
        assert client.get(new.get_absolute_url()).status_code == 200
    direct = Organization.objects.create(slug="new", name_en="New")
    assert direct.slug == "new-1"


# --- Changing one -----------------------------------------------------------------


def test_a_representative_sends_a_change_and_the_page_stays_as_it_is(client, representative):
    organization = representative.organization
    data = form_of(client.get(edit_url(organization)), "organization")

    response = client.post(edit_url(organization), {**data, "about_en": ["Anew."]}, follow=True)

    revision = Revision.objects.get()
    assert revision.changes == {"about_en": "Anew."}
    assertContains(response, "stays as it is")
    assertContains(response, "waits for a moderator")
    organization.refresh_from_db()
    assert organization.about_en == ""


def test_only_its_representatives_change_it(client):
    organization = make_organization()
    mere = make_affiliation(organization, state="member").member.user
    asker = make_affiliation(organization, state="asked").member.user
    for user in (mere, asker, make_representative().member.user, make_user(), make_staff()):
        client.force_login(user)
        assert client.get(edit_url(organization)).status_code == 403
        assert client.post(edit_url(organization), SAID).status_code == 403
    client.logout()
    assert client.post(edit_url(organization), SAID).status_code == 302
    assert not Revision.objects.exists()


def test_who_represents_what_is_not_public_changes_nothing(client, representative):
    organization = representative.organization
    organization.refuse(by=make_staff(), reason="duplicate", words="Listed twice.")

    assert client.post(edit_url(organization), SAID).status_code == 404


def test_a_later_change_takes_the_place_of_one_that_waits(client, representative):
    organization, staff = representative.organization, make_staff()
    for words in ("One.", "Two."):
        client.post(edit_url(organization), {"name_en": organization.name_en, "about_en": words})

    first, second = Revision.objects.order_by("pk")

    assert (first.state, second.state) == ("replaced", "waiting")
    with pytest.raises(Refused):
        actions.apply_revision(first, by=staff)


def test_a_change_that_changes_nothing_waits_for_nobody(client, representative):
    organization = representative.organization
    data = form_of(client.get(edit_url(organization)), "organization")

    response = client.post(edit_url(organization), data, follow=True)

    assertContains(response, "Nothing differs")
    assert not Revision.objects.exists()


def test_a_moderator_agrees_and_everyone_reads_it(client, representative):
    organization, issue = representative.organization, make_subject()
    said = {"name_en": "Renamed", "name_fr": "Renommé", "issues": [issue.pk]}
    client.post(edit_url(organization), said)
    before = Edition.current()

    actions.apply_revision(Revision.objects.get(), by=make_staff())

    organization.refresh_from_db()
    assert (organization.name_en, organization.name_fr) == ("Renamed", "Renommé")
    assert "renomme" in organization.folded
    assert list(organization.issues.all()) == [issue]
    assert Edition.current() > before
    letter = Letter.objects.get(template="network/emails/revision_applied")
    assert letter.to == representative.member.user.email
    assert "Renamed" in letter.text


def test_a_refused_change_says_why_in_the_representatives_language(client):
    representative = make_representative(language="fr")
    organization = representative.organization
    revision = Revision.propose(
        organization, by=representative.member.user, issues=[], name_fr="Autre"
    )

    actions.refuse_revision(revision, by=make_staff(), reason="wording", words="Trop long.")

    organization.refresh_from_db()
    assert organization.name_fr == ""
    letter = Letter.objects.get(template="network/emails/revision_refused")
    assert letter.language == "fr"
    assert "Trop long." in letter.text
    assert "Trop long." in letter.html
    with pytest.raises(Refused):
        actions.refuse_revision(
            Revision.objects.get(), by=make_staff(), reason="wording", words="Encore."
        )


def test_a_change_never_leaves_it_without_a_name(representative):
    organization = representative.organization
    revision = Revision.propose(
        organization, by=representative.member.user, issues=[], name_en="", name_fr="Autre"
    )
    revision.changes = {"name_en": ""}
    revision.save()

    with pytest.raises(Refused):
        actions.apply_revision(revision, by=make_staff())
    revision.refresh_from_db()
    assert revision.state == "waiting"


def test_staff_without_the_permission_agree_to_nothing(client, representative):
    revision = Revision.propose(
        representative.organization, by=representative.member.user, issues=[], name_en="Other"
    )
    for user in (make_staff(is_superuser=False), representative.member.user):
        with pytest.raises(PermissionDenied):
            actions.apply_revision(revision, by=user)
        with pytest.raises(PermissionDenied):
            actions.refuse_revision(revision, by=user, reason="wording", words="No.")

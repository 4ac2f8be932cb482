"""At the desk: what waits first; publishing and refusing write to whoever put it in."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.actions import publish_organization
from network.models import (
    Affiliation,
    Deed,
    Edition,
    Letter,
    Organization,
    Revision,
    Signature,
    User,
)
from tests.counting import cost_of
from tests.factories import make_member, make_organization, make_staff, make_user
from tests.forms import add_row, admin_name, form_of
from tests.network.organizations import (
    make_affiliation,
    make_letter_of_intent,
    make_representative,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

REFUSAL = {"reason": "not_reached", "words": "We could <not> reach you."}


def make_waiting(**said):
    member = make_member(**said)
    return Organization.propose(by=member, name_en="Otters <of> Freedonia", mail_domain="a.example")


def page(thing, name, *args):
    return reverse(admin_name(thing, name), args=args)


def act(client, model, action, *things):
    url = page(model, "changelist")
    data = {"action": action, "_selected_action": [thing.pk for thing in things]}
    return client.post(url, data, follow=True)


def test_what_waits_comes_first_with_a_hint_that_decides_nothing(client, staff):
    waiting = make_waiting(email="ada@a.example")
    make_organization(name_en="Listed Later")

    text = client.get(page(Organization, "changelist")).text

    assert text.index("Otters &lt;of&gt;") < text.index("Listed Later")
    assert "The proposer writes from it" in text
    assert waiting.state == "waiting"


def test_publishing_lists_it_and_tells_the_proposer_in_their_language(client, staff):
    waiting = make_waiting(language="fr")
    url = page(waiting, "agree", waiting.pk)
    assertContains(client.get(page(waiting, "change", waiting.pk)), url)
    assertContains(client.get(url), "Publish")
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    before = Edition.current()

    assert client.post(url).status_code == 302

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == ("public", staff)
    assert Edition.current() > before
    letter = Letter.objects.get(template="network/emails/organization_public")
    assert (letter.to, letter.language) == (waiting.proposed_by.email, "fr")
    assert f"https://portal.example/fr/reseau/organisations/{waiting.slug}/" in letter.text
    assert waiting.affiliations.get().state == "asked"
    assert client.post(url).status_code == 409
    assert Letter.objects.filter(template="network/emails/organization_public").count() == 1


@pytest.mark.parametrize(("state", "promised"), [("asked", True), ("representative", False)])
def test_a_letter_on_the_role_is_promised_to_whose_role_waits_alone(staff, state, promised):
    waiting = make_waiting()
    when = None if state == "asked" else timezone.now()
    waiting.affiliations.update(state=state, decided_at=when)

    publish_organization(waiting, by=staff)

    told = Letter.objects.get(template="network/emails/organization_public")
    for words in (told.text, told.html):
        assert ("You get a letter when they have." in words) is promised


def test_a_refusal_has_a_reason_and_a_sentence_which_the_proposer_is_sent(client, staff):
    waiting = make_waiting()
    url = page(waiting, "refuse", waiting.pk)

    for lacking in ("reason", "words"):
        response = client.post(url, REFUSAL | {lacking: ""})
        assert list(response.context["form"].errors) == [lacking]
    client.post(url, REFUSAL)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("refused", "not_reached")
    letter = Letter.objects.get(template="network/emails/organization_refused")
    assert "We could <not> reach you." in letter.text
    assert "We could &lt;not&gt; reach you." in letter.html
    assert "It could not be confirmed that it exists" in letter.text
    assert Organization.objects.filter(pk=waiting.pk).exists()


def test_a_mistake_is_undone_and_what_was_listed_says_so(client, staff):
    listed = make_organization()
    client.post(page(listed, "refuse", listed.pk), REFUSAL)
    listed.refresh_from_db()
    assert listed.delisted_at
    client.logout()
    assert client.get(listed.get_absolute_url()).status_code == 410

    client.force_login(staff)
    client.post(page(listed, "agree", listed.pk))

    listed.refresh_from_db()
    assert (listed.state, listed.reason, listed.delisted_at) == ("public", "", None)
    client.logout()
    assert client.get(listed.get_absolute_url()).status_code == 200


def test_many_are_published_at_once_and_one_refused_at_a_time(client, staff):
    one, two = make_waiting(), make_waiting()

    assertContains(act(client, Organization, "refuse_one", one, two), "Choose one")
    response = act(client, Organization, "refuse_one", one)
    assert response.redirect_chain[-1][0] == page(one, "refuse", one.pk)
    act(client, Organization, "publish", one, two)
    assertContains(act(client, Organization, "publish", one), "has just decided")

    assert Organization.objects.public().count() == 2


def test_state_is_not_typed_and_a_public_address_stays(client, staff):
    listed = make_organization(slug="otters")
    url = page(listed, "change", listed.pk)
    data = form_of(client.get(url), "organization_form")
    assert "state" not in data
    assert "slug" not in data
    before = Edition.current()

    client.post(url, {**data, "name_en": ["Renamed"], "state": ["refused"], "slug": ["moved"]})

    listed.refresh_from_db()
    assert (listed.name_en, listed.state, listed.slug) == ("Renamed", "public", "otters")
    assert "renamed" in listed.folded
    assert Edition.current() > before
    assert client.post(page(listed, "delete", listed.pk), {"post": "yes"}).status_code == 403


def test_staff_put_one_in_that_waits_too(client, staff):
    url = page(Organization, "add")
    data = form_of(client.get(url), "organization_form")

    client.post(url, {**data, "name_en": ["Founders"], "slug": ["founders"]})

    assert Organization.objects.get().state == "waiting"


def test_without_the_permission_nothing_is_decided(client):
    waiting, revised = make_waiting(), make_representative()
    revision = Revision.propose(
        revised.organization, by=revised.member.user, issues=[], name_en="Other"
    )
    viewer = make_staff(is_superuser=False)
    names = ["view_organization", "view_revision", "view_affiliation"]
    viewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    asked = make_affiliation(state="asked")
    client.force_login(viewer)

    for thing in (waiting, revision):
        assert client.get(page(thing, "agree", thing.pk)).status_code == 403
        assert client.post(page(thing, "agree", thing.pk)).status_code == 403
        assert client.post(page(thing, "refuse", thing.pk), REFUSAL).status_code == 403
        assertNotContains(client.get(page(thing, "change", thing.pk)), "/agree/")
    assert client.post(page(asked, "refuse", asked.pk), {"words": "No."}).status_code == 403
    assertNotContains(client.get(page(asked, "change", asked.pk)), "/refuse/")
    act(client, Organization, "publish", waiting)
    act(client, Revision, "agree_all", revision)
    act(client, Affiliation, "confirm_members", asked)
    for thing, state in [(waiting, "waiting"), (revision, "waiting"), (asked, "asked")]:
        thing.refresh_from_db()
        assert thing.state == state
    client.force_login(make_user())
    assert client.post(page(waiting, "agree", waiting.pk)).status_code == 302


def test_a_change_is_read_beside_what_it_changes(client, staff):
    representative = make_representative()
    organization = representative.organization
    revision = Revision.propose(
        organization, by=representative.member.user, issues=[], name_en="<b>Anew"
    )

    response = client.get(page(revision, "change", revision.pk))

    assertContains(response, f"<del>{organization.name_en}</del>")
    assertContains(response, "<ins>&lt;b&gt;Anew</ins>")
    act(client, Revision, "agree_all", revision)
    organization.refresh_from_db()
    assert organization.name_en == "<b>Anew"


def test_staff_confirm_and_refuse_who_belongs(client, staff):
    one, two, three = (make_affiliation(state="asked") for _each in range(3))

    act(client, Affiliation, "confirm_representatives", one)
    act(client, Affiliation, "confirm_members", two)
    response = act(client, Affiliation, "refuse_one", three)
    assert response.redirect_chain[-1][0] == page(three, "refuse", three.pk)
    assertContains(client.post(page(three, "refuse", three.pk), {"words": " "}), "required")
    assert Affiliation.objects.get(pk=three.pk).state == "asked"
    client.post(page(three, "refuse", three.pk), {"words": "Nobody there knows them."})

    states = [Affiliation.objects.get(pk=each.pk).state for each in (one, two, three)]
    assert states == ["representative", "member", "refused"]
    assert Letter.objects.filter(template="network/emails/role_confirmed").count() == 2
    letter = Letter.objects.get(template="network/emails/role_refused")
    assert "Nobody there knows them." in letter.text
    deed = Deed.objects.about(three).get(act="refused")
    assert deed.why.text == "Nobody there knows them."
    assert client.post(page(one, "change", one.pk), {"state": "refused"}).status_code == 403


def test_who_chooses_their_own_role_among_many_decides_the_others(client):
    member = make_member()
    User.objects.filter(pk=member.user_id).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=member.user_id))
    own, other = make_affiliation(None, member, state="asked"), make_affiliation(state="asked")

    answer = act(client, Affiliation, "confirm_representatives", own, other)

    assertContains(answer, "A colleague decides about this.")
    states = [Affiliation.objects.get(pk=each.pk).state for each in (own, other)]
    assert states == ["asked", "representative"]


def test_a_signature_on_paper_is_entered_with_its_day_and_withdrawn(client, staff):
    letter, organization = make_letter_of_intent(), make_organization()
    url = page(letter, "change", letter.pk)
    data = form_of(client.get(url), "letterofintent_form")
    add_row(data, "signatures", organization=str(organization.pk), signed_on="2020-02-03")
    before = Edition.current()

    client.post(url, data)

    signature = Signature.objects.get()
    assert (str(signature.signed_on), signature.signed_by) == ("2020-02-03", staff)
    assert Edition.current() > before
    data = form_of(client.get(url), "letterofintent_form")
    client.post(url, {**data, "signatures-0-DELETE": ["on"]})
    assert not Signature.objects.exists()


def test_what_was_signed_is_not_reworded(client, staff):
    letter = make_letter_of_intent()
    letter.signatures.create(organization=make_organization(), signed_on="2020-02-03")
    url = page(letter, "change", letter.pk)
    data = form_of(client.get(url), "letterofintent_form")

    client.post(url, {**data, "words_en": ["Other words."]})

    letter.refresh_from_db()
    assert "take part" in letter.words_en
    assert client.post(page(letter, "delete", letter.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Organization, Revision, Affiliation])
def test_each_list_costs_the_same_with_any_number(client, staff, model):
    url = page(model, "changelist")

    def add():
        make_waiting()
        revised = make_representative()
        Revision.propose(revised.organization, by=revised.member.user, issues=[], name_en="Other")

    def cost():
        return cost_of(client.get, url)

    add()
    client.get(url)
    few = cost()
    for _each in range(5):
        add()

    assert cost() == few

"""A member's name that is not shown: why, by letter, on their page and on record."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network import actions
from network.models import Deed, Letter, Member
from network.roles import Role
from tests.factories import make_member, make_staff, make_user, make_with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
LIST = reverse("admin:network_member_changelist")
WHY = "It is the name of a firm. <b>Give yours.</b>"


@pytest.fixture
def ada():
    return make_member(name="Bees Ltd", language="fr", listing="waiting")


@pytest.fixture
def moderator(client):
    person = make_with_role(Role.MODERATOR)
    client.force_login(person)
    return person


def page_of(member, name="refuse"):
    return reverse(f"admin:network_member_{name}", args=[member.pk])


def test_a_moderator_says_why_and_the_member_is_told_in_their_language(client, ada, moderator):
    assertContains(client.get(page_of(ada, "change")), page_of(ada))

    page = client.post(page_of(ada), {"words": WHY}, follow=True)

    assertContains(page, "They are told by letter in an hour.")
    ada.refresh_from_db()
    assert (ada.listing, ada.listing_reason) == ("refused", WHY)
    letter = Letter.objects.get(template="network/emails/name_refused")
    assert (letter.to, letter.language) == (ada.user.email, "fr")
    assert letter.subject == "Votre nom n’est pas affiché"
    assert WHY in letter.text
    assert "&lt;b&gt;Give yours." in letter.html
    deed = Deed.objects.about(ada).get(act="refused")
    assert (deed.by, deed.why.text, deed.name) == (moderator, WHY, "")
    client.force_login(ada.user)
    assertContains(client.get("/en/network/member/"), "It is the name of a firm. &lt;b&gt;")


@pytest.mark.parametrize("words", ["", "   "])
def test_without_a_reason_nothing_is_decided(client, ada, moderator, words):
    assertContains(client.post(page_of(ada), {"words": words}), "This field is required")

    with pytest.raises(ValueError, match="a sentence that says why"):
        actions.refuse_name(ada, by=moderator, words=words)
    ada.refresh_from_db()
    assert ada.listing == "waiting"
    assert not Letter.objects.filter(template="network/emails/name_refused").exists()


def test_one_at_a_time(client, ada, moderator):
    both = [ada.pk, make_member(listing="waiting").pk]
    data = {"action": "refuse_one", "_selected_action": both}

    assertContains(client.post(LIST, data, follow=True), "Choose one")
    page = client.post(LIST, data | {"_selected_action": [ada.pk]}, follow=True)

    assert page.redirect_chain[-1][0] == page_of(ada)


def test_another_name_is_read_anew_without_the_old_reason(ada):
    actions.refuse_name(ada, by=make_staff(), words=WHY)

    ada.rename("Ada")

    ada.refresh_from_db()
    assert (ada.listing, ada.listing_reason) == ("waiting", "")


def test_who_shows_no_name_is_refused_none(client, moderator):
    member = make_member()

    assertNotContains(client.get(page_of(member, "change")), page_of(member))
    assert client.post(page_of(member), {"words": WHY}).status_code == 409


def test_nobody_else_refuses(client, ada):
    for person in (make_user(), make_with_role(Role.CORRESPONDENT), make_with_role(Role.AUDITOR)):
        client.force_login(person)
        assert client.post(page_of(ada), {"words": WHY}).status_code in {302, 403}
        with pytest.raises(PermissionDenied):
            actions.refuse_name(ada, by=person, words=WHY)
    client.logout()
    assert client.post(page_of(ada), {"words": WHY}).status_code == 302
    assert Member.objects.get(pk=ada.pk).listing == "waiting"
    client.force_login(make_with_role(Role.MODERATOR))
    client.get(page_of(ada))
    assert Member.objects.get(pk=ada.pk).listing == "waiting"

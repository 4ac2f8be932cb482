"""Belonging to an organization: said by a member, confirmed by someone there or by staff."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network import actions
from network.models import Affiliation, Decision, Edition, Letter, User
from opengov_portal.lib.errors import Refused
from tests.factories import make_member, make_organization, make_staff, make_user
from tests.forms import form_of
from tests.network.organizations import make_affiliation, make_representative

pytestmark = pytest.mark.django_db
WHY = {"words": "Nobody here knows the name."}


@pytest.fixture
def organization():
    return make_organization()


@pytest.fixture
def member(client):
    member = make_member()
    client.force_login(member.user)
    return member


def to(organization, verb, affiliation=None):
    who = f"people/{affiliation.pk}/" if affiliation else ""
    return f"/en/network/organizations/{organization.slug}/{who}{verb}/"


def letters(name):
    return Letter.objects.filter(template=f"network/emails/{name}")


# --- Saying so ---------------------------------------------------------------------


@pytest.mark.parametrize(("role", "state"), [("member", "claimed"), ("representative", "asked")])
def test_a_member_says_so_and_those_there_are_asked(client, member, organization, role, state):
    insider = make_representative(organization, language="fr")

    response = client.post(to(organization, "belong"), {"as": role})

    assert response["Location"] == organization.get_absolute_url()
    tie = Affiliation.objects.get(member=member)
    assert (tie.state, tie.listed) == (state, False)
    letter = letters("affiliation_waits").get()
    assert (letter.to, letter.language) == (insider.member.user.email, "fr")
    # Who is a member is told on the page alone.
    assert member.user.email not in letter.text + letter.subject
    assert member.user.name not in letter.text + letter.subject


def test_who_is_no_member_cannot(client, organization):
    for user in (make_user(), make_staff()):
        client.force_login(user)
        assert client.post(to(organization, "belong"), {"as": "member"}).status_code == 403
    assert not Affiliation.objects.exists()


def test_nobody_is_led_to_sign_in_and_a_get_changes_nothing(client, organization):
    for verb in ("belong", "leave", "show-me"):
        assert client.post(to(organization, verb)).status_code == 302
    client.force_login(make_member().user)
    for verb in ("belong", "leave", "show-me"):
        assert client.get(to(organization, verb)).status_code == 405
    assert not Affiliation.objects.exists()


def test_a_second_time_changes_nothing_more(client, member, organization):
    make_representative(organization)
    for _each in range(2):
        assert client.post(to(organization, "belong"), {"as": "member"}).status_code == 302

    assert Affiliation.objects.filter(member=member).count() == 1
    assert letters("affiliation_waits").count() == 1


def test_it_may_be_asked_otherwise_meanwhile(client, member, organization):
    for role, state in [("member", "claimed"), ("representative", "asked"), ("member", "claimed")]:
        client.post(to(organization, "belong"), {"as": role})
        assert Affiliation.objects.get().state == state


def test_another_word_is_no_role(client, member, organization):
    for role in ("", "refused", "\0"):
        assert client.post(to(organization, "belong"), {"as": role}).status_code == 400


def test_what_is_not_listed_is_not_there_to_belong_to(client, member):
    hidden = make_organization(state="waiting", decided_at=None)

    assert client.post(to(hidden, "belong"), {"as": "member"}).status_code == 404


def test_what_was_refused_is_not_asked_again_nor_left(client, member, organization):
    make_affiliation(organization, member, state="refused")

    assert client.post(to(organization, "belong"), {"as": "member"}).status_code == 409
    assert client.post(to(organization, "leave")).status_code == 409
    assert Affiliation.objects.get().state == "refused"


def test_who_asks_for_more_is_not_shown_meanwhile(client, member, organization):
    make_affiliation(organization, member, state="member", listed=True)
    before = Edition.current()

    client.post(to(organization, "belong"), {"as": "representative"})

    tie = Affiliation.objects.get()
    assert (tie.state, tie.decided_at) == ("asked", None)
    assert Edition.current() > before


# --- Leaving, being shown -----------------------------------------------------------


def test_a_member_leaves_and_their_name_goes(client, member, organization):
    make_affiliation(organization, member, state="representative", listed=True)
    before = Edition.current()

    client.post(to(organization, "leave"))

    assert not Affiliation.objects.exists()
    assert Edition.current() > before
    assert client.post(to(organization, "leave")).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_what_has_no_page_is_left_on_ones_own(client, member, state):
    decided = {"reason": "duplicate", "reason_words": "Twice."} if state == "refused" else {}
    when = None if state == "waiting" else timezone.now()
    hidden = make_organization(state=state, decided_at=when, **decided)
    make_affiliation(hidden, member)
    make_affiliation(make_organization(), member)
    tied = client.get("/en/network/member/")
    assertContains(tied, "Leave this organization", count=1)

    response = client.post(to(hidden, "leave"), form_of(tied, f"leave-{hidden.slug}"), follow=True)

    assertContains(response, "You no longer belong to this organization here.")
    assert not Affiliation.objects.filter(organization=hidden).exists()


def test_what_was_refused_on_a_page_that_is_gone_cannot_be_left(client, member):
    hidden = make_organization(state="waiting", decided_at=None)
    make_affiliation(hidden, member, state="refused")

    assertNotContains(client.get("/en/network/member/"), "Leave this organization")


def test_who_has_left_gets_no_letter_that_they_belong(client, member, organization):
    tie = make_affiliation(organization, member, state="asked")
    other = make_affiliation(organization, state="asked")
    for each in (tie, other):
        actions.confirm_affiliation(each, by=make_staff(), represents=True)

    client.post(to(organization, "leave"))

    assert [letter.to for letter in letters("role_confirmed")] == [other.member.user.email]
    assert [decision.key for decision in Decision.objects.all()] == [other.pk]


def test_a_member_chooses_to_be_shown_and_changes_their_mind(client, member, organization):
    tie = make_affiliation(organization, member, state="member")
    for data, listed in [({"listed": "on"}, True), ({"listed": "on"}, True), ({}, False)]:
        before = Edition.current()
        assert client.post(to(organization, "show-me"), data).status_code == 302
        tie.refresh_from_db()
        assert tie.listed is listed
        assert Edition.current() > before


def test_nobody_leaves_or_is_shown_for_another(client, member, organization):
    tie = make_affiliation(organization, state="member")

    assert client.post(to(organization, "leave")).status_code == 404
    assert client.post(to(organization, "show-me"), {"listed": "on"}).status_code == 404
    with pytest.raises(PermissionDenied):
        tie.leave(by=member)
    with pytest.raises(PermissionDenied):
        tie.show(True, by=member)


# --- Confirming ---------------------------------------------------------------------


@pytest.mark.parametrize(("role", "state"), [("member", "member"), ("representative",) * 2])
@pytest.mark.parametrize("who", ["representative", "staff"])
def test_someone_there_or_staff_confirms(client, organization, who, role, state):
    asked = make_affiliation(organization, make_member(language="fr"), state="asked")
    insider = make_staff() if who == "staff" else make_representative(organization).member.user
    client.force_login(insider)
    before = Edition.current()

    response = client.post(to(organization, "confirm", asked), {"as": role})

    assert response["Location"] == organization.get_absolute_url()
    # What staff decide is told once it can be undone no more.
    said = "They get a letter in an hour." if who == "staff" else "We have written to them."
    assertContains(client.get(response["Location"]), f"Confirmed. {said}")
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (state, insider)
    assert Edition.current() > before
    letter = letters("role_confirmed").get()
    assert (letter.to, letter.language) == (asked.member.user.email, "fr")


def test_someone_there_refuses_and_the_member_is_told(client, organization):
    asked = make_affiliation(organization, state="claimed")
    client.force_login(make_representative(organization).member.user)

    assert client.post(to(organization, "refuse", asked), WHY).status_code == 302

    asked.refresh_from_db()
    assert (asked.state, asked.reason_words) == ("refused", WHY["words"])
    letter = letters("role_refused").get()
    assert letter.to == asked.member.user.email
    assert WHY["words"] in letter.text
    assert WHY["words"] in letter.html
    assert client.post(to(organization, "refuse", asked), WHY).status_code == 409
    # A mistake is undone.
    client.post(to(organization, "confirm", asked), {"as": "member"})
    asked.refresh_from_db()
    assert (asked.state, asked.reason_words) == ("member", "")


@pytest.mark.parametrize("words", ["", "  ", "\0", "x" * 1001])
def test_nobody_is_refused_without_a_reason(client, organization, words):
    asked = make_affiliation(organization, state="asked")
    client.force_login(make_representative(organization).member.user)

    page = client.post(to(organization, "refuse", asked), {"words": words}, follow=True)

    assertContains(page, "Say why, in a sentence")
    asked.refresh_from_db()
    assert asked.state == "asked"
    with pytest.raises(ValueError, match="a sentence that says why"):
        asked.refuse(by=make_staff(), words=words[:2].replace("\0", "").replace("x", ""))


def test_who_was_refused_reads_why_on_their_own_page(client, member, organization):
    make_affiliation(organization, member, state="refused", reason_words="Nobody here knows you.")

    assertContains(client.get("/en/network/member/"), "Nobody here knows you.")


def test_nobody_else_confirms_or_learns_that_there_is_something_to(client, organization):
    asked = make_affiliation(organization, state="asked")
    strangers = [
        asked.member.user,
        make_affiliation(organization, state="member").member.user,
        make_affiliation(organization, state="claimed").member.user,
        make_representative().member.user,
        make_staff(is_superuser=False),
        make_user(),
    ]
    for user in strangers:
        client.force_login(user)
        for verb in ("confirm", "refuse"):
            data = {"as": "representative"}
            assert client.post(to(organization, verb, asked), data).status_code == 404
        with pytest.raises(PermissionDenied):
            asked.confirm(by=user, represents=True)
        with pytest.raises(PermissionDenied):
            asked.refuse(by=user, **WHY)
    assert Client().post(to(organization, "confirm", asked)).status_code in {301, 302}
    client.force_login(make_representative(organization).member.user)
    assert client.get(to(organization, "confirm", asked)).status_code == 405
    assert client.get(to(organization, "refuse", asked)).status_code == 405
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_a_representative_confirms_at_their_own_organization_alone(client, organization):
    asked = make_affiliation(organization, state="asked")
    elsewhere = make_representative()
    client.force_login(elsewhere.member.user)

    url = to(elsewhere.organization, "confirm", asked)
    assert client.post(url, {"as": "member"}).status_code == 404


def test_who_represents_what_is_not_public_confirms_nobody(client):
    hidden = make_organization(state="waiting", decided_at=None)
    insider = make_representative(hidden).member.user
    asked = make_affiliation(hidden, state="asked")
    client.force_login(insider)

    assert client.post(to(hidden, "confirm", asked), {"as": "member"}).status_code == 404
    with pytest.raises(PermissionDenied):
        asked.confirm(by=insider, represents=False)


def test_only_staff_take_the_role_from_a_representative(client, organization):
    one, other = make_representative(organization), make_representative(organization)

    with pytest.raises(PermissionDenied):
        one.refuse(by=other.member.user, **WHY)
    one.confirm(by=make_staff(), represents=False)

    assert one.state == "member"
    assert not organization.is_represented_by(one.member.user)


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (actions.confirm_affiliation, {"represents": True}),
        (actions.refuse_affiliation, WHY),
    ],
)
def test_who_it_is_about_decides_nothing_though_they_are_staff(organization, verb, said):
    member = make_member()
    User.objects.filter(pk=member.user_id).update(is_staff=True, is_superuser=True)
    tie = make_affiliation(organization, member, state="asked")
    member.user.refresh_from_db()

    with pytest.raises(PermissionDenied):
        verb(tie, by=member.user, **said)

    tie.refresh_from_db()
    assert tie.state == "asked"


@pytest.mark.parametrize(
    ("language", "belongs", "over"),
    [
        ("en", "You no longer represent", "Your tie to"),
        ("fr", "Vous ne représentez plus", "Votre lien avec"),
    ],
)
def test_who_loses_a_role_is_told_that_and_not_that_it_was_never_confirmed(
    organization, language, belongs, over
):
    tie = make_representative(organization, language=language)
    actions.confirm_affiliation(tie, by=make_staff(), represents=False)
    told = letters("role_confirmed").get()
    assert told.subject.startswith(belongs)
    for words in (told.text, told.html):
        assert belongs in " ".join(words.split())
        assert "It is confirmed" not in words

    actions.refuse_affiliation(tie, by=make_staff(), **WHY)

    told = letters("role_refused").get()
    assert told.subject.startswith(over)
    assert told.subject.endswith({"en": "is over", "fr": "a pris fin"}[language])
    for words in (told.text, told.html):
        assert {"en": "no longer confirms", "fr": "ne confirme plus"}[language] in words


def test_nobody_is_told_that_nothing_was_shown(organization):
    tie = make_affiliation(organization, state="member", listed=True)
    tie.ask(represent=True)

    actions.refuse_affiliation(tie, by=make_staff(), **WHY)

    told = letters("role_refused").get()
    assert "shown to anyone" not in told.text + told.html
    assert "Your name does not stand on its page." in told.text


def test_of_two_who_decide_at_once_one_does(organization):
    asked, staff = make_affiliation(organization, state="asked"), make_staff()
    same = Affiliation.objects.get(pk=asked.pk)
    actions.confirm_affiliation(asked, by=staff, represents=True)

    with pytest.raises(Refused):
        actions.refuse_affiliation(same, by=staff, **WHY)

    assert letters("role_refused").count() == 0


def test_a_matching_domain_decides_nothing(client, organization):
    organization.mail_domain = "otters.example.org"
    organization.website = "https://www.river.example.org/x"
    organization.save()
    for address, matches in [
        ("a@otters.example.org", True),
        ("a@mail.otters.example.org", True),
        ("a@river.example.org", True),
        ("a@notters.example.org", False),
        ("a@example.org", False),
    ]:
        tie = make_affiliation(organization, make_member(email=address))
        assert (tie.is_matched, tie.state) == (matches, "claimed")

"""Who speaks for an institution is written to of what is referred to it, once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Deed, Edition, Letter, User
from network.roles import Role
from network.tasks import post_letters
from opengov_portal.lib.errors import Refused
from proposals import referring
from proposals.models import Referral
from tests.counting import cost_of
from tests.factories import (
    make_call,
    make_institution,
    make_proposal,
    make_responder,
    make_staff,
    make_with_role,
)
from tests.network.test_joining_at_once import at_once, folder, processes

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

CHOOSE = "/admin/commitments/responder/letters/"
DESK = "/admin/"


@pytest.fixture
def office():
    return make_institution(name_en="Office of Bees", name_fr="Bureau des abeilles")


@pytest.fixture
def moderator():
    return make_with_role(Role.MODERATOR)


@pytest.fixture
def idea():
    return make_proposal(title="Count bees <em>soon</em>")


def told():
    return Letter.objects.filter(template="proposals/emails/referred").order_by("pk")


def recalled():
    return Letter.objects.filter(template="proposals/emails/recalled").order_by("pk")


def an_hour_later():
    told().update(owed_since=timezone.now(), next_try_at=timezone.now())
    post_letters()


def test_a_responder_is_told_what_to_answer_by_when_and_where(office, moderator):
    due = timezone.localdate() + timedelta(days=40)
    idea = make_proposal(title="Count bees <em>soon</em>", consultation=make_call(answers_due=due))
    person = make_responder(office)
    make_responder(make_institution())  # of another

    assert referring.refer([idea], [office], by=moderator) == 1

    letter = told().get()
    assert (letter.to, letter.user, letter.language) == (person.email, person, "en")
    assert letter.subject == "A proposal waits for an answer from Office of Bees"
    page = "https://portal.example" + reverse("admin:proposals_toanswer_change", args=[idea.pk])
    for words in (letter.text, letter.html):
        assert page in words
        assert f"An answer is due by {due:%b}" in words
    assert "Count bees <em>soon</em>" in letter.text
    assert "Count bees &lt;em&gt;soon&lt;/em&gt;" in letter.html


def test_it_leaves_in_an_hour(idea, office, moderator, mailoutbox):
    make_responder(office)
    referring.refer([idea], [office], by=moderator)

    post_letters()
    assert not mailoutbox
    an_hour_later()
    assert len(mailoutbox) == 1


def test_it_is_in_the_readers_language(office, moderator):
    make_responder(office, language="fr")
    referring.refer([make_proposal(), make_proposal()], [office], by=moderator)

    letter = told().get()

    assert letter.subject == "2 propositions attendent une réponse (Bureau des abeilles)"
    assert "La réponse est attendue au plus tard le" in letter.text


def test_where_no_day_was_promised_it_says_so(office, moderator):
    make_responder(office)
    earlier = make_proposal(consultation=make_call(answers_due=None))

    referring.refer([earlier], [office], by=moderator)

    assert "No day was promised for the answer." in told().get().text


def test_only_those_who_want_it_and_may_still_sign_in(idea, office, moderator):
    wants, closed, quiet, let_go = (make_responder(office) for _each in range(4))
    let_go.speaks_for.get().dismiss(by=make_with_role(Role.ADMINISTRATOR))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    quiet.speaks_for.update(letters=False)

    referring.refer([idea], [office], by=moderator)

    assert [letter.user for letter in told()] == [wants]


def test_who_was_let_go_is_nobody_who_hears_of_it(office, moderator):
    link = make_responder(office).speaks_for.get()
    link.dismiss(by=make_with_role(Role.ADMINISTRATOR))

    assert list(referring.unheard([office])) == [office]


def test_what_was_referred_before_is_not_told_again(office, moderator):
    make_responder(office)
    old, new = make_proposal(title="Old one"), make_proposal(title="New one")
    assert referring.refer([old], [office], by=moderator) == 1
    assert referring.refer([old, new], [office], by=moderator) == 1
    assert referring.refer([old, new], [office], by=moderator) == 0

    first, second = told()

    assert "Old one" in first.text
    assert "New one" not in first.text
    assert "New one" in second.text
    assert "Old one" not in second.text
    assert Deed.objects.filter(act="decided").count() == 2


def test_who_speaks_for_two_gets_one_for_each(idea, office, moderator):
    other = make_institution(name_en="Office of Moths")
    make_responder(office, other)

    referring.refer([idea], [office, other], by=moderator)

    assert {letter.subject.rpartition("from ")[2] for letter in told()} == {
        "Office of Bees",
        "Office of Moths",
    }


def test_taken_back_before_the_letter_left_nobody_hears_of_it(idea, office, moderator):
    make_responder(office)
    referring.refer([idea], [office], by=moderator)

    referring.take_back(Referral.objects.get(), by=moderator)

    assert not told()
    assert not recalled()


def test_of_several_only_the_one_that_was_taken_back_goes_unsaid(office, moderator):
    make_responder(office)
    ideas = [make_proposal(title=f"Number {n}") for n in range(3)]
    referring.refer(ideas, [office], by=moderator)
    held = told().get().next_try_at

    referring.take_back(Referral.objects.get(proposal=ideas[1]), by=moderator)

    letter = told().get()
    assert "Number 0" in letter.text
    assert "Number 2" in letter.text
    assert "Number 1" not in letter.text
    assert letter.next_try_at == held


def test_taken_back_once_the_letter_has_left_they_are_told(idea, office, moderator):
    person, late = make_responder(office), make_responder(office)
    late.speaks_for.update(letters=False)  # was never told
    referring.refer([idea], [office], by=moderator)
    an_hour_later()

    referring.take_back(Referral.objects.get(), by=moderator)

    letter = recalled().get()
    assert (letter.user, told().count()) == (person, 1)
    assert letter.subject == "Office of Bees is no longer asked to answer a proposal"
    assert "Count bees <em>soon</em>" in letter.text


def test_referred_again_after_that_it_is_told_again(idea, office, moderator):
    make_responder(office)
    referring.refer([idea], [office], by=moderator)
    an_hour_later()
    referring.take_back(Referral.objects.get(), by=moderator)
    referring.refer([idea], [office], by=moderator)

    assert (told().count(), recalled().count()) == (2, 1)


def test_of_two_who_take_it_back_the_second_is_told(idea, office, moderator):
    referring.refer([idea], [office], by=moderator)
    mine, theirs = Referral.objects.get(), Referral.objects.get()
    referring.take_back(mine, by=moderator)

    with pytest.raises(Refused):
        referring.take_back(theirs, by=moderator)
    assert Deed.objects.filter(act="undone").count() == 1


def test_the_letters_cost_as_much_for_many_proposals_as_for_few(office, moderator):
    make_responder(office)

    def refer(count):
        ideas = [make_proposal() for _n in range(count)]
        return cost_of(referring.refer, ideas, [office], by=moderator)

    assert refer(2) == refer(9)


# --- Choosing -----------------------------------------------------------------------------


def test_staff_are_told_where_nobody_is_written_to(client, idea, office, moderator):
    make_responder(make_institution(name_en="Office of Moths"))
    client.force_login(moderator)
    asked = {"ids": idea.pk, "institutions": [office.pk]}

    page = client.post(reverse("admin:proposals_toanswer_refer"), asked, follow=True)

    assertContains(page, "Nobody is written to at Office of Bees")
    assertNotContains(page, "Nobody is written to at Office of Moths")


def test_a_responder_stops_the_letters_at_the_desk_and_begins_them_again(client, office):
    other = make_responder(make_institution())
    person = make_responder(office, make_institution())
    client.force_login(person)
    button = '<button name="wanted" value="{}">'
    morning = client.get(DESK).text.count(button.format("yes"))

    page = client.post(CHOOSE, {"wanted": "no"}, follow=True)

    assertContains(page, "No more such letters.")
    assertContains(page, button.format("yes"), count=morning + 1)
    assert set(person.speaks_for.values_list("letters", flat=True)) == {False}
    assert other.speaks_for.get().letters
    client.post(CHOOSE, {"wanted": "yes"})
    assert set(person.speaks_for.values_list("letters", flat=True)) == {True}
    assert client.get(CHOOSE).status_code == 405


def test_who_speaks_for_nobody_is_offered_no_such_letters(client, moderator):
    client.force_login(moderator)

    assertNotContains(client.get(DESK), "referred to the institution")


# --- Two at once ----------------------------------------------------------------------------

REFER = """
from django.contrib.contenttypes.models import ContentType
ContentType.objects.clear_cache()  # the tables were emptied since
from commitments.models import Institution
from network.models import User
from proposals import referring
from proposals.models import Proposal
by = User.objects.get(is_superuser=True)
came = referring.refer(Proposal.objects.all(), Institution.objects.all(), by=by)
"""


@pytest.mark.django_db(transaction=True)
def test_of_two_who_refer_the_same_at_once_one_does_and_one_letter_goes(at_once):
    Edition.advance()
    make_staff()
    make_responder(make_institution())
    for _n in range(3):
        make_proposal()

    came = at_once(REFER, REFER)

    assert sorted(came) == [0, 3]
    assert (Referral.objects.count(), told().count()) == (3, 1)

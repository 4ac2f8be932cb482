"""At the desk: calls are written, announced, moved with a reason, and concluded."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from network.models import Announcement, Deed, Edition
from proposals.models import Consultation, Proposal
from tests.counting import cost_of
from tests.factories import make_call, make_proposal, make_staff, make_user
from tests.forms import form_of
from tests.proposals.calling import VERBS, WHY, make_closed, make_draft, make_paused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

ADD = "/admin/proposals/consultation/add/"
LIST = "/admin/proposals/consultation/"
verbs = pytest.mark.parametrize("verb", VERBS)


def page_of(call):
    return reverse("admin:proposals_consultation_change", args=[call.pk])


def act_on(call, verb):
    return reverse("admin:proposals_consultation_act", args=[call.pk, verb])


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def said(verb, call):
    if verb == "extend":
        closes = call.closes_at + timedelta(days=2)
        return WHY | {"closes_at": local(closes), "answers_due": call.answers_due.isoformat()}
    return WHY if verb in ("pause", "reopen") else {}


def words(**more):
    now = timezone.now().replace(hour=15, minute=0)
    return {
        "title_en": "Which bees?",
        "title_fr": "Quelles abeilles ?",
        "body_en": "Tell us.",
        "body_fr": "Dites-nous.",
        "slug": "bees",
        "opens_at": local(now + timedelta(days=20)),
        "closes_at": local(now + timedelta(days=50)),
        "answers_due": (now + timedelta(days=90)).date().isoformat(),
        "afterwards_en": "Answers.",
        "afterwards_fr": "Des réponses.",
        "turns-TOTAL_FORMS": "0",
        "turns-INITIAL_FORMS": "0",
    } | more


def test_a_call_is_written_then_announced_and_then_everyone_sees_it(client, staff):
    client.post(ADD, words())
    call = Consultation.objects.get(slug="bees")
    address = call.get_absolute_url()
    assert client.get(address).status_code == 404
    assertContains(client.get(page_of(call)), act_on(call, "publish"))
    assertContains(client.get(act_on(call, "publish")), "a promise")
    assert client.get(address).status_code == 404

    client.post(act_on(call, "publish"))

    assertContains(client.get(address), "Which bees?")
    assert call.turns.get().by == staff
    deed = Deed.objects.get(act="decided")
    assert (deed.key, deed.told_by) == (str(call.pk), f"proposals.turn:{call.turns.get().pk}")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title_fr": ""}, "title_fr"),
        ({"body_en": ""}, "body_en"),
        ({"questions_en": "What?"}, "questions_fr"),
        ({"afterwards_fr": ""}, "afterwards_fr"),
        ({"short_notice_fr": "À la hâte."}, "short_notice_en"),
        ({"closes_at": ""}, "closes_at"),
        ({"closes_at": "2020-01-01T12:00"}, "closes_at"),
        ({"closes_at": "2099-01-01T00:00"}, "closes_at"),
        ({"answers_due": "2020-01-01"}, "answers_due"),
        ({"title_en": "\0"}, "title_en"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"slug": "ça va"}, "slug"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(client, staff, wrong, field):
    response = client.post(ADD, words(**wrong))

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]


@verbs
def test_each_verb_has_a_page_with_a_button_and_only_the_button_does_it(client, staff, verb):
    call = VERBS[verb][0]()
    url = act_on(call, verb)
    assertContains(client.get(page_of(call)), url)
    before = Consultation.objects.filter(pk=call.pk).values().get()

    for ask in (client.get, client.head):
        assert ask(url).status_code == 200
    assert Consultation.objects.filter(pk=call.pk).values().get() == before
    form_of(client.get(url), "act")
    response = client.post(url, said(verb, call), follow=True)

    assert response.redirect_chain == [(page_of(call), 302)]
    assert call.turns.count() == 1
    assertNotContains(response, f'href="{url}"') if verb not in ("extend",) else None


@verbs
def test_the_second_time_is_told_so(client, staff, verb):
    call = VERBS[verb][0]()
    data = said(verb, call)
    client.post(act_on(call, verb), data)

    response = client.post(act_on(call, verb), data)

    assert response.status_code == (200 if verb == "extend" else 409)
    assert call.turns.count() == 1


@verbs
def test_nobody_and_who_may_not_get_nowhere(client, verb):
    call = VERBS[verb][0]()
    url, data = act_on(call, verb), said(verb, call)
    assert client.post(url, data).status_code == 302
    client.force_login(make_user())
    assert client.post(url, data).status_code in (302, 403)
    viewer = make_staff(is_superuser=False)
    viewer.user_permissions.add(Permission.objects.get(codename="view_consultation"))
    client.force_login(viewer)
    assert client.get(url).status_code == 403
    assert client.post(url, data).status_code == 403
    assertNotContains(client.get(page_of(call)), url)

    assert not call.turns.exists()


@pytest.mark.parametrize("verb", ["extend", "pause", "reopen"])
def test_a_reason_in_one_language_is_sent_back_with_what_was_written(client, staff, verb):
    call = VERBS[verb][0]()

    response = client.post(act_on(call, verb), said(verb, call) | {"reason_fr": "  "})

    assert list(response.context["form"].errors) == ["reason_fr"]
    assertContains(response, WHY["reason_en"])
    assert not call.turns.exists()


def test_a_verb_that_is_none_and_a_call_that_is_not_there_are_not_found(client, staff):
    call = make_call()

    assert client.get(act_on(call, "delete")).status_code == 404
    assert client.get(act_on(call, "pause").replace(str(call.pk), "99999")).status_code == 404


def test_without_notice_the_page_warns_and_the_verb_refuses(client, staff):
    call = make_draft(opens_at=timezone.now() + timedelta(days=3))

    assertContains(client.get(act_on(call, "publish")), "no reason is given")
    assert client.post(act_on(call, "publish")).status_code == 409
    call.refresh_from_db()
    assert call.published_at is None


def test_what_is_announced_keeps_its_address_and_its_dates(client, staff):
    call = make_call(slug="bees")
    data = form_of(client.get(page_of(call)), "consultation_form")
    before = Edition.current()

    client.post(page_of(call), data | words(title_en="Which <b>bees?", slug="wasps"))

    stood = (call.slug, call.opens_at, call.closes_at, call.answers_due)
    call.refresh_from_db()
    assert (call.slug, call.opens_at, call.closes_at, call.answers_due) == stood
    assert call.title_en == "Which <b>bees?"
    assert Edition.current() > before


def test_only_a_draft_is_deleted(client, staff):
    for call in (make_call(), Consultation.the_standing_one()):
        url = reverse("admin:proposals_consultation_delete", args=[call.pk])
        assert client.post(url, {"post": "yes"}).status_code == 403
    draft = make_draft()
    client.post(
        reverse("admin:proposals_consultation_delete", args=[draft.pk]),
        {"post": "yes", "_why": "A mistake."},
    )
    assert not Consultation.objects.filter(pk=draft.pk).exists()


def test_the_standing_call_can_be_worded_and_not_moved(client, staff):
    standing = Consultation.the_standing_one()
    response = client.get(page_of(standing))
    assertNotContains(response, "/now/")
    assertNotContains(response, 'name="closes_at"')
    data = form_of(response, "consultation_form")

    client.post(
        page_of(standing), data | {"title_en": ["Whenever"], "closes_at": "2020-01-01T12:00"}
    )

    standing.refresh_from_db()
    assert (standing.title_en, standing.closes_at) == ("Whenever", None)
    for verb in VERBS:
        assert client.post(act_on(standing, verb), said("extend", make_call())).status_code == 409


def test_concluding_lists_what_is_unanswered_with_the_way_there(client, staff):
    call = make_closed()
    bare = make_proposal(consultation=call, title="Count <b>bees", language="fr")
    waits = make_proposal(consultation=call, title="Unread", state=Proposal.State.WAITING)
    url = act_on(call, "conclude")

    response = client.get(url)

    assertContains(response, "2 proposals")
    assertContains(response, "Count &lt;b&gt;bees")
    assertContains(response, f"{bare.pk}/")
    assertContains(response, f"{waits.pk}/")
    assertNotContains(response, 'id="act"')
    assertContains(client.post(url), "Unread", status_code=409)
    call.refresh_from_db()
    assert call.concluded_at is None


def test_resuming_says_what_it_moves(client, staff):
    call = make_paused()

    assertContains(client.get(act_on(call, "resume")), "no longer on")


def test_an_earlier_call_held_elsewhere_is_put_on_record(client, staff):
    now = timezone.now()
    call = make_draft(
        source_url="https://example.org/2016",
        opens_at=now - timedelta(days=900),
        closes_at=now - timedelta(days=800),
    )

    client.post(act_on(call, "publish"))

    text = client.get(call.get_absolute_url()).text
    assert "https://example.org/2016" in text
    assert "from where it was held" in text
    assert "Announced" not in text


def test_a_call_begins_a_letter_to_the_members_who_asked_for_calls(client, staff):
    call = make_call(title_en="Which bees?", title_fr="Quelles abeilles ?", slug="bees")
    url = client.get(page_of(call)).context["announce_url"]
    data = form_of(client.get(url), "announcement_form")

    client.post("/admin/network/announcement/add/", data)

    letter = Announcement.objects.get()
    assert (letter.purpose, letter.state) == ("calls", "draft")
    assert letter.title_fr == "Appel à idées : Quelles abeilles ?"
    assert "https://portal.example/fr/propositions/appels/bees/" in letter.words_fr


def test_the_list_and_the_page_cost_the_same_however_much_there_is(client, staff):
    call = make_call()
    make_proposal(consultation=call)
    call.pause(by=staff, **WHY)
    few = cost_of(client.get, LIST), cost_of(client.get, page_of(call))
    for _n in range(4):
        make_proposal(consultation=make_call())
        call.resume(by=make_staff())
        call.pause(by=make_staff(), **WHY)

    assert (cost_of(client.get, LIST), cost_of(client.get, page_of(call))) == few

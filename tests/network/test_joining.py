"""The form to join: what it asks, what it keeps, and what it refuses."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from network.models import ConsentWords, JoinRequest, Letter, Member, Subject, Tally
from opengov_portal.lib import traps
from tests.factories import make_organization, make_subject
from tests.forms import form_of

pytestmark = pytest.mark.django_db
JOIN, SENT = "/en/network/join/", "/en/network/join/sent/"


# --- The page ---------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_asks_for_three_things_and_says_so(client, language):
    with translation.override(language):
        response = client.get(reverse("network:join"))

    form = response.context["form"]
    required = {field.name for field in form if field.field.required}
    assert required == {"email", "language", "consent"}
    assert form["language"].value() == language
    assert response.text.count('needed"') == 3
    assertContains(response, ConsentWords.current(language).text)
    assertContains(response, "mailto:join@portal.example")
    assert "no-store" in response["Cache-Control"]


def test_no_box_is_ticked_for_anyone(client):
    make_subject()

    sent = form_of(client.get(JOIN), "join")

    assert not {"announcements", "calls", "digests", "consent", "issues"} & set(sent)


def test_the_consent_names_purpose_sender_mailing_address_contact_and_the_way_out(client):
    for language, out in (("en", "withdraw"), ("fr", "retirer")):
        text = ConsentWords.current(language).text
        for part in (
            "Example Network" if language == "en" else "Réseau d’exemple",
            "1 Example Street, Ottawa ON K1A 0A1",
            "contact@portal.example",
            out,
        ):
            assert part in text


def test_the_issues_are_those_of_commitments(client, django_assert_max_num_queries):
    call_command("load_plans", verbosity=0)
    make_subject(name="Nobody's")
    for _n in range(30):
        make_organization()

    with django_assert_max_num_queries(4):
        response = client.get(JOIN)

    assertNotContains(response, "Nobody&#x27;s")
    assert len(response.context["form"].fields["issues"].choices) > 5


# --- Asking -----------------------------------------------------------------------


def test_with_an_address_a_language_and_consent_a_letter_is_written(client, fill_in):
    response = fill_in()

    assert (response.status_code, response["Location"]) == (302, SENT)
    asked = JoinRequest.objects.get()
    assert (asked.email, asked.language, asked.how) == ("ada@example.org", "en", "form")
    assert asked.origin == "192.0.2.7"
    assert asked.lists == []
    letter = Letter.objects.get()
    assert (letter.to, letter.template) == ("ada@example.org", "network/emails/confirm_joining")
    assertContains(client.get(SENT), "Look in your mail")
    assert not Member.objects.exists()


def test_all_that_was_said_is_kept(fill_in):
    call_command("load_plans", verbosity=0)
    issues = list(Subject.objects.popular()[:2])
    fill_in(
        name="  Zoé   Ada ",
        language="fr",
        organization="Les Amis",
        province="QC",
        sector="media",
        issues=[issue.slug for issue in issues],
        calls="on",
    )

    asked = JoinRequest.objects.get()
    assert (asked.name, asked.language, asked.organization_name) == ("Zoé Ada", "fr", "Les Amis")
    assert (asked.province, asked.sector) == ("QC", "media")
    assert [purpose.value for purpose in asked.lists] == ["calls"]
    assert set(asked.issues.all()) == set(issues)
    # The letter is in French; the words of consent were shown, and are kept, in English.
    assert Letter.objects.get().language == "fr"
    assert asked.consent_words == ConsentWords.current("en")


@pytest.mark.parametrize(
    "typed", ["friends of libertanie", "LES AMIS  de la libertanie", "Lés Amis de la Libertanie"]
)
def test_an_organization_that_is_listed_is_found_by_its_name(fill_in, typed):
    friends = make_organization(
        name_en="Friends of Libertanie", name_fr="Les amis de la Libertanie"
    )
    make_organization(state="waiting", decided_at=None, name_en="Another")

    fill_in(organization=typed)

    asked = JoinRequest.objects.get()
    assert (asked.organization, asked.organization_name) == (friends, "")


def test_one_that_waits_for_a_moderator_is_told_to_nobody(client, fill_in):
    make_organization(state="waiting", decided_at=None, name_en="Not yet public")

    assertNotContains(client.get(JOIN), "Not yet public")
    fill_in(organization="Not yet public")
    assert JoinRequest.objects.get().organization is None


@pytest.mark.parametrize("lacking", ["email", "language", "consent"])
def test_without_one_of_the_three_nothing_happens_and_all_is_kept(fill_in, lacking):
    response = fill_in(name="Ada", sector="media", calls="on", **{lacking: []})

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {lacking}
    assertContains(response, f'href="#id_{lacking}"')
    sent = form_of(response, "join")
    assert (sent["name"], sent["sector"], sent["calls"]) == (["Ada"], ["media"], ["on"])
    assert not JoinRequest.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[(f"{first}SUM(1)", "formula") for first in "=+-@"],
        ("\tAda", "control"),
        ("\rAda", "control"),
        ("A\0da", "control"),
        ("Ada\nBcc: all@example.org", "control"),
        ("A\u202eda", "control"),
        ("A\x85da", "control"),
        ("Ada https://spam.example", "address"),
        ("Ada www.spam.example", "address"),
        ("spam.example/buy", "address"),
    ],
)
@pytest.mark.parametrize("field", ["name", "organization"])
def test_a_name_that_may_not_be_public_is_refused_and_all_is_kept(fill_in, field, name, code):
    response = fill_in(**{field: name}, province="NU")

    assert response.context["form"].errors.as_data()[field][0].code == code
    sent = form_of(response, "join")
    assert (sent["email"], sent["province"]) == (["ada@example.org"], ["NU"])
    assert "consent" in sent
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize(
    "name", ["J. R. R. Tolkien", "Nguyễn Thị Minh Khai", "O’Brien-Smith", "کیان"]
)
def test_names_of_people_are_taken(fill_in, name):
    fill_in(name=name)
    assert JoinRequest.objects.get().name == name


@pytest.mark.parametrize(
    "email",
    ["ada", "ada@", "a b@example.org", '"ada"@example.org', "ada@[192.0.2.1]", "ada@example.org\0",
     "ada@example.org\nBcc: all@example.org", f"{'a' * 60}@{'b' * 200}.org", "ada,bob@example.org"],
)  # fmt: skip
def test_an_address_that_cannot_be_written_to_is_refused(fill_in, email):
    response = fill_in(email=email)

    assert "email" in response.context["form"].errors
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("odd", ["\0", "xx", "9" * 40, "<b>"])
@pytest.mark.parametrize("field", ["language", "province", "sector", "issues", "version"])
def test_no_other_choice_is_taken_and_none_breaks_the_page(fill_in, field, odd):
    assert fill_in(**{field: odd}).status_code == 200
    assert not JoinRequest.objects.exists()


def test_words_of_consent_that_changed_meanwhile_are_shown_and_asked_again(
    client, slowly, settings
):
    data = form_of(client.get(JOIN), "join") | {"email": ["ada@example.org"], "consent": ["on"]}
    settings.MAILING_ADDRESS = "2 Other Street, Ottawa"

    response = client.post(JOIN, data)

    assertContains(response, "have changed")
    assertContains(response, "2 Other Street")
    assert not JoinRequest.objects.exists()
    again = form_of(response, "join")
    assert "consent" not in again
    assert client.post(JOIN, again | {"consent": ["on"]}).status_code == 302
    assert "2 Other Street" in JoinRequest.objects.get().words


def test_a_form_from_elsewhere_is_refused(client):
    client.handler.enforce_csrf_checks = True
    assert client.post(JOIN, {"email": "ada@example.org"}).status_code == 403
    assert not JoinRequest.objects.exists()


def test_asking_for_the_page_asks_for_nothing_else(client):
    for method in ("get", "head"):
        getattr(client, method)(JOIN, {"email": "ada@example.org", "consent": "on"})
        getattr(client, method)(SENT)
    assert client.put(JOIN).status_code == 405
    assert not JoinRequest.objects.exists()
    assert not Tally.objects.exists()


# --- What a machine fills in ------------------------------------------------------


def test_a_field_that_no_person_meets_asks_to_press_once_more(client, fill_in):
    page = client.get(JOIN)
    assert '<div hidden><input type="text" name="topic"' in page.text

    response = fill_in(topic="buy", name="Ada")

    assertContains(response, "press the button once more")
    assert not JoinRequest.objects.exists()
    again = form_of(response, "join")
    assert (again["topic"], again["name"]) == ([""], ["Ada"])
    assert client.post(JOIN, again).status_code == 302


def test_who_is_too_quick_presses_once_more_and_not_thrice(client, monkeypatch):
    clock = {"now": 1000.0}
    monkeypatch.setattr(traps.time, "time", lambda: clock["now"])
    data = form_of(client.get(JOIN), "join") | {"email": ["ada@example.org"], "consent": ["on"]}

    clock["now"] += 1
    response = client.post(JOIN, data)

    assertContains(response, "press the button once more")
    assert not Letter.objects.exists()
    clock["now"] += 1  # two seconds since the page was opened, one since it came again
    assert client.post(JOIN, form_of(response, "join")).status_code == 302


@pytest.mark.parametrize("opened", [[], [""], ["1000"], ["1000:forged"]])
def test_without_our_seal_on_the_time_one_presses_once_more(client, opened):
    data = form_of(client.get(JOIN), "join") | {"email": ["ada@example.org"], "consent": ["on"]}

    response = client.post(JOIN, data | {"opened": opened})

    assertContains(response, "press the button once more")
    assert not JoinRequest.objects.exists()

"""Saved reasons and answers: both languages, put in by a button, never sent with a blank."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from network.management.commands.load_saved_words import SHIPPED
from network.models import InboundMessage, Letter, Organization, SavedWords
from network.roles import Role
from proposals.models import Proposal, Response
from tests.factories import make_member, make_saved_words, make_with_role
from tests.forms import form_of
from tests.network.receiving.messages import send
from tests.proposals.moderation.desk import WHY, appealed, make_moderator, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
Kind = SavedWords.Kind
BLANK = "There is still a blank to fill in here: ___."


def press(client, url, form="decide", button="use", **typed):
    """What a browser sends from the form of that page, by that button."""
    page = client.get(url)
    data = form_of(page, form) | {name: [str(value)] for name, value in typed.items()}
    return client.post(url, data | {button: ["yes"]})


def deciding(name, proposal):
    return reverse(f"admin:proposals_proposal_{name}", args=[proposal.pk])


@pytest.fixture
def moderator(client):
    person = make_with_role(Role.MODERATOR)
    client.force_login(person)
    return person


def make_waiting_organization(language):
    return Organization.propose(by=make_member(language=language), name_en="Otters")


# --- Putting words in ------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "About ___."), ("fr", "Au sujet de ___.")])
def test_use_puts_the_words_after_what_was_typed_in_the_authors_language(
    client, moderator, language, words
):
    saved = make_saved_words(Kind.PROPOSAL)
    proposal = waiting(language=language, letters_language=language)
    url = deciding("refuse", proposal)

    response = press(client, url, saved=saved.pk, reason="off_topic", words="Dear you,")

    shown = form_of(response, "decide")
    assert shown["words"] == [f"Dear you,\n\n{words}"]
    assert shown["reason"] == ["off_topic"]
    assert shown["saved"] == [""]
    assertNotContains(response, "errornote")
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_use_asks_for_a_choice_and_keeps_what_was_typed(client, moderator):
    make_saved_words(Kind.PROPOSAL)
    proposal = waiting()

    response = press(client, deciding("refuse", proposal), **WHY)

    assertContains(response, "Choose which words first.")
    assert form_of(response, "decide")["words"] == [WHY["words"]]
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


@pytest.mark.parametrize("said", ["x", "0", "9" * 30, "-1", "\0"])
def test_words_that_are_not_there_are_no_choice(client, moderator, said):
    response = press(client, deciding("refuse", waiting()), saved=said)
    assertContains(response, "Choose which words first.")


def test_only_words_for_that_purpose_are_offered(client, moderator):
    make_saved_words(Kind.PROPOSAL, label_en="For ideas")
    other = make_saved_words(Kind.ANSWER, label_en="For answers")
    url = deciding("refuse", waiting())

    page = client.get(url)

    assertContains(page, "For ideas")
    assertNotContains(page, "For answers")
    assertContains(press(client, url, saved=other.pk), "Choose which words first.")


@pytest.mark.parametrize("blank", ["___", "about ______, then"])
def test_nothing_goes_out_with_a_blank_and_nothing_typed_is_lost(client, moderator, blank):
    proposal = waiting()

    response = press(
        client, deciding("refuse", proposal), button="go", reason="abuse", words=f"See {blank}"
    )

    assertContains(response, BLANK)
    shown = form_of(response, "decide")
    assert (shown["reason"], shown["words"]) == (["abuse"], [f"See {blank}"])
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert not Letter.objects.exists()


def test_two_underscores_are_no_blank_and_the_choice_does_not_reach_the_letter(client, moderator):
    saved = make_saved_words(Kind.PROPOSAL)
    proposal = waiting()

    press(
        client,
        deciding("refuse", proposal),
        button="go",
        saved=saved.pk,
        reason="abuse",
        words="my__name",
    )

    proposal.refresh_from_db()
    assert proposal.state == "refused"
    assert proposal.last_step.words == "my__name"


def test_an_appeal_is_turned_down_in_saved_words(client, moderator):
    appeal = appealed(by=make_moderator())
    saved = make_saved_words(Kind.APPEAL, words_en="It stands.")
    url = deciding("deny", appeal.proposal)

    response = press(client, url, saved=saved.pk)
    data = form_of(response, "decide")
    assert data["words"] == ["It stands."]
    client.post(url, data)

    appeal.refresh_from_db()
    assert not appeal.waits


def test_many_are_refused_in_saved_words_in_each_language_that_is_needed(client, moderator):
    saved = make_saved_words(Kind.PROPOSAL)
    both = [waiting(letters_language="en"), waiting(letters_language="fr")]
    queue = reverse("admin:proposals_proposal_changelist")
    chosen = {"action": "refuse_selected", "_selected_action": [one.pk for one in both]}
    data = form_of(client.post(queue, chosen), "decide") | {"reason": ["other"]}

    response = client.post(queue, data | {"saved": [saved.pk], "use": ["yes"]})

    shown = form_of(response, "decide")
    assert shown["words"] == ["About ___.\n\nAu sujet de ___."]
    assert shown["_selected_action"] == data["_selected_action"]
    assertContains(client.post(queue, shown), BLANK)
    assert set(Proposal.objects.values_list("state", flat=True)) == {"waiting"}


@pytest.mark.parametrize(("language", "words"), [("en", "About ___."), ("fr", "Au sujet de ___.")])
def test_an_organization_is_refused_in_its_proposers_language(client, moderator, language, words):
    saved = make_saved_words(Kind.ORGANIZATION)
    thing = make_waiting_organization(language)
    url = reverse("admin:network_organization_refuse", args=[thing.pk])

    data = form_of(press(client, url, saved=saved.pk, reason="wording"), "decide")
    assert (data["words"], data["reason"]) == ([words], ["wording"])
    assertContains(client.post(url, data), BLANK)
    client.post(url, data | {"words": [words.replace("___", "bees")]})

    thing.refresh_from_db()
    assert thing.state == "refused"
    assert "bees" in thing.reason_words


@pytest.mark.parametrize(("language", "words"), [("en", "About ___."), ("fr", "Au sujet de ___.")])
def test_a_message_is_answered_in_the_language_that_is_chosen(client, language, words):
    client.force_login(make_with_role(Role.CORRESPONDENT))
    saved = make_saved_words(Kind.MESSAGE)
    row = send(body="When is it?", to="contact@portal.example")
    page = reverse("admin:network_inboundmessage_change", args=[row.pk])
    url = reverse("admin:network_inboundmessage_answer", args=[row.pk])
    data = form_of(client.get(page), "answer")
    data |= {"answer-text": ["Hello"], "answer-language": [language], "use": ["yes"]}

    response = client.post(url, data | {"answer-saved": [saved.pk]})

    shown = form_of(response, "answer")
    assert shown["answer-text"] == [f"Hello\n\n{words}"]
    assert shown["answer-language"] == [language]
    assertContains(client.post(url, shown), BLANK)
    assert not Letter.objects.exists()
    client.post(url, shown | {"answer-text": ["Hello"]})
    assert Letter.objects.get().language == language
    row.refresh_from_db()
    assert row.state == InboundMessage.State.ANSWERED


def test_an_answer_to_proposals_gets_the_words_in_both_languages(client):
    client.force_login(make_with_role(Role.EDITOR))
    saved = make_saved_words(Kind.ANSWER)
    proposal = waiting(state="published")
    url = reverse("admin:proposals_toanswer_answer") + f"?ids={proposal.pk}"

    response = press(
        client, url, form="answer", saved=saved.pk, outcome="not_now", office_en="The office"
    )

    shown = form_of(response, "answer")
    assert shown["reason_en"] == ["About ___."]
    assert shown["reason_fr"] == ["Au sujet de ___."]
    assert (shown["outcome"], shown["office_en"]) == (["not_now"], ["The office"])
    assertContains(client.post(url, shown | {"preview": ["x"]}), BLANK, count=2)
    assert not Response.objects.exists()


def test_enter_in_a_line_looks_at_the_answer_and_puts_no_words_in(client):
    """A browser presses the first button of a form: that one is not “Use”."""
    client.force_login(make_with_role(Role.EDITOR))
    make_saved_words(Kind.ANSWER)
    url = reverse("admin:proposals_toanswer_answer") + f"?ids={waiting(state='published').pk}"

    form = client.get(url).text.partition('id="answer"')[2]

    buttons = re.findall(r'<(?:button|input type="submit")[^>]* name="(\w+)"', form)
    assert buttons[0] == "preview"
    assert "use" in buttons


# --- Keeping them ----------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.CORRESPONDENT, Role.EDITOR])
def test_whoever_writes_to_people_keeps_the_words(client, role):
    client.force_login(make_with_role(role))
    url = reverse("admin:network_savedwords_add")
    data = form_of(client.get(url), "savedwords_form")
    said = {"kind": "message", "label_en": "Hi", "label_fr": "Salut"}
    data |= {name: [value] for name, value in said.items()} | {"words_en": ["Hello ___"]}

    assertContains(client.post(url, data), "This field is required.")
    client.post(url, data | {"words_fr": ["Bonjour ___"]})

    saved = SavedWords.objects.get(label_en="Hi")
    assert saved.words_fr == "Bonjour ___"
    client.post(
        reverse("admin:network_savedwords_delete", args=[saved.pk]),
        {"post": "yes", "_why": "A mistake."},
    )
    assert not SavedWords.objects.filter(label_en="Hi").exists()


@pytest.mark.parametrize("role", [Role.RESPONDER, Role.AUDITOR])
def test_others_change_none(client, role):
    client.force_login(make_with_role(role))
    assert client.get(reverse("admin:network_savedwords_add")).status_code == 403


@pytest.mark.parametrize("lacking", ["label_en", "label_fr", "words_en", "words_fr", "kind"])
def test_the_database_keeps_none_without_a_purpose_and_both_languages(lacking):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_saved_words(Kind.MESSAGE, **{lacking: ""})


def test_they_are_listed_by_their_names_in_the_readers_language(client, moderator):
    make_saved_words(Kind.PROPOSAL, label_en="A", label_fr="Zèbre")
    make_saved_words(Kind.PROPOSAL, label_en="B", label_fr="Abeille")
    moderator.language = "fr"
    moderator.save()

    text = client.get(deciding("refuse", waiting())).text

    assert text.index("Abeille") < text.index("Zèbre")


# --- What the portal is shipped with -----------------------------------------------------


def load():
    call_command("load_saved_words", stdout=StringIO())


@pytest.fixture
def shipped():
    return json.loads(SHIPPED.read_text(encoding="utf-8"))["saved_words"]


def test_some_are_at_hand_for_every_purpose_from_the_first_day(shipped):
    load()

    assert SavedWords.objects.count() == len(shipped)
    assert set(SavedWords.objects.values_list("kind", flat=True)) == set(Kind)


def test_loading_again_brings_back_nothing_that_staff_deleted_or_changed():
    load()
    SavedWords.objects.filter(kind=Kind.ANSWER).delete()
    SavedWords.objects.update(words_en="Our own")

    load()

    assert not SavedWords.objects.filter(kind=Kind.ANSWER).exists()
    assert set(SavedWords.objects.values_list("words_en", flat=True)) == {"Our own"}


def test_what_is_shipped_has_as_many_blanks_in_either_language(shipped):
    for words in shipped:
        assert words["words_en"].count("___") == words["words_fr"].count("___"), words


def test_the_shipped_french_is_set_as_french_is(shipped):
    for words in shipped:
        for french in (words["label_fr"], words["words_fr"]):
            assert not re.search(r"['\"]|\.\.\.|\s[;?!]|  ", french), french
            assert not re.search(r"\w:| :", french), french

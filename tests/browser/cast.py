"""What people put in, made up, for pages that lead nowhere without it; and who is signed in.

Run by itself in the environment that the portal is served in, it prints as JSON where
those pages are, who sees each, what is pressed there, and the keys of the sessions.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")


def pages(member, asked, letter, staff, ideas):
    """Who sees each page, its name, its path, and what is pressed there, in both languages."""
    from django.conf import settings
    from django.utils.translation import override

    from tests.browser import desk
    from tests.browser import ideas as made_up

    for language, _label in settings.LANGUAGES:
        with override(language):
            for one in desk.account_pages(staff["en"]):
                yield one if one[0] != "staff" else (f"staff {language}", *one[1:])
            for one in desk.pages(*ideas[:2]):
                yield f"staff {language}", *one
            for one in [*of_the_network(member, asked, letter), *made_up.pages(*ideas)]:
                yield *one, None


def of_the_network(member, asked, letter):
    """Who sees each page of the network, its name and its path, in the language that is active."""
    from django.urls import reverse

    from network.models import Announcement, LetterOfIntent, Organization
    from opengov_portal.lib.seals import sealed

    organization = Organization.objects.get(slug="otters")
    yield "reader", "an organization", organization.get_absolute_url()
    yield "reader", "an announcement", Announcement.objects.get().get_absolute_url()
    yield "reader", "a letter of intent", LetterOfIntent.objects.get().get_absolute_url()
    yield "reader", "confirm", reverse("network:confirm", args=[asked.secret])
    yield "reader", "leave", reverse("network:leave", args=[sealed(letter.token, "leave")])
    yield "member", "their organization", organization.get_absolute_url()
    yield "member", "a letter to sign", LetterOfIntent.objects.get().get_absolute_url()
    yield "member", "their community", member.communities.get().get_absolute_url()
    yield "member", "revise", reverse("network:revise_organization", args=["otters"])
    for name in ("index", "member", "new_organization", "leave_network", "erase"):
        yield "member", name, reverse(f"network:{name}")


def main():
    from django.conf import settings
    from django.utils import timezone

    from network.models import Announcement, Community, Letter, LetterOfIntent, SavedWords
    from tests import factories
    from tests.browser import desk, ideas
    from tests.network.receiving.messages import send

    staff = factories.make_staff()
    member = factories.make_member(email="rita@example.org", name="Rita", listing="agreed")
    member.communities.add(Community.objects.get(slug="open-data"))
    organization = factories.make_organization(
        slug="otters",
        name_fr="Amis de Libertanie",
        sector="community",
        about_en="We count otters.",
        website="https://example.org/",
    )
    organization.claim(by=member, represent=True).confirm(by=staff, represents=True)
    other = factories.make_member(name="Carl")
    organization.claim(by=other, represent=True)
    LetterOfIntent.objects.create(
        title_en="A made-up letter",
        title_fr="Une lettre inventée",
        words_en="We take part.\n\n- In the open",
        words_fr="Nous participons.\n\n- Au grand jour",
        opened_on=timezone.localdate(),
    )
    factories.make_readers(1)
    announcement: Announcement = factories.make_announcement(
        words_en="## What we ask\n\nOne idea.", words_fr="## Notre demande\n\nUne idée."
    )
    announcement.send(by=staff)
    letter = Letter.objects.latest("pk")
    asked = factories.make_join_request()
    for kind in SavedWords.Kind:
        factories.make_saved_words(kind)
    send(body="When is the meeting?", to="contact@portal.example")
    readers = {language: desk.make_reader(language) for language in ("en", "fr")}
    calls, made = ideas.make(staff, member, organization)
    told = calls, made, ideas.secrets(calls, made)
    sessions = {f"staff {one}": desk.session_of(person) for one, person in readers.items()}
    sessions["member"] = desk.session_of(member.user, shown=False)
    print(  # noqa: T201 - the lane reads it
        json.dumps(
            {
                "cookie": settings.SESSION_COOKIE_NAME,
                "sessions": sessions,
                "pages": list(pages(member, asked, letter, readers, told)),
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    main()

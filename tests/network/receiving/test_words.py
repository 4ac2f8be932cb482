"""What a person's own words mean, in either language."""

import pytest

from network.receiving.reading import from_html
from network.receiving.words import asks_to_leave, is_away, language_of, own_words, refuses

# --- In which language ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Join please", "en"),
        ("please join", "en"),
        ("Hello", "en"),
        ("Hi, I'd like to join the network.", "en"),
        ("Add me to your list", "en"),
        ("sign me up", "en"),
        ("subscribe", "en"),
        ("yes", "en"),
        ("Count me in! Thanks, Zoé", "en"),
        ("I work on open data in Montréal and I want to help.", "en"),
        ("How do I become a member?", "en"),
        ("Bonjour, please add me to the list", "en"),
        ("My name is Jean-François de la Rivière and I would like to join", "en"),
        ("Join\nhttps://example.org/le/reseau/des/villes", "en"),
        ("Sent from my iPhone", "en"),
        ("Je veux adhérer", "fr"),
        ("je veux adherer", "fr"),
        ("Bonjour", "fr"),
        ("bonjour je voudrais rejoindre le réseau svp", "fr"),
        ("Inscription", "fr"),
        ("Adhésion", "fr"),
        ("Inscrivez-moi, merci!", "fr"),
        ("J’aimerais devenir membre de votre réseau.", "fr"),
        ("Hi, je veux devenir membre", "fr"),
        ("Comment fait-on pour adhérer à ce réseau? Cordialement, John Smith", "fr"),
        ("Oui", "fr"),
        ("SVP m'ajouter à la liste", "fr"),
        ("Envoyé de mon iPhone", "fr"),
        ("test", ""),
        ("", ""),
        ("Ada Lovelace", ""),
        ("join@portal.example", ""),
        ("👍", ""),
        ("ok", ""),
        ("...", ""),
        ("Zoé Tremblay\n514 555-0199", ""),
        ("Hello / Bonjour", ""),
    ],
)
def test_the_language_is_told_from_few_words(text, language):
    assert language_of(text) == language


def test_where_the_words_do_not_tell_what_stands_below_them_may():
    assert language_of("test", "Envoyé de mon iPhone") == "fr"


# --- Leaving ----------------------------------------------------------------------

LEAVING = """
STOP
stop
Stop.
Stop please
please stop
STOP!!!
Unsubscribe
unsubscribe me please
UNSUBSCRIBE
Remove me
leave
opt out
Please unsubscribe me from this list.
I would like to leave the network.
Please stop sending me these letters, thank you.
Take me off your list
No more emails please
désabonner
Désabonnement
me désabonner
Je veux me désabonner
Veuillez me désabonner de cette liste, merci.
Désabonnez-moi
arrêt
Arrêtez
arrêtez de m'écrire
Retirez-moi de votre liste SVP
Je ne veux plus recevoir vos courriels.
Plus de courriels svp
quitter le réseau
Me désinscrire
"""
STAYING = """
Yes
Thanks!
Please don't unsubscribe me
Do not remove me from the list
I never want to leave
Let us stop corruption together
The bus stop is near my house
Ne me désabonnez pas
Je ne veux pas me désabonner
Merci, c'est parfait
I will leave the office at five
Nous voulons arrêter la corruption
How do members stop by?
"""


@pytest.mark.parametrize("own", LEAVING.strip().splitlines())
def test_who_asks_to_leave_is_understood(own):
    assert asks_to_leave(own, "")
    assert asks_to_leave(f"{own}\n\nAda Lovelace\nAnalyst", "Re: News")


@pytest.mark.parametrize("own", STAYING.strip().splitlines())
def test_who_does_not_ask_to_leave_stays(own):
    assert not asks_to_leave(own, "")


def test_a_subject_counts_where_there_are_no_other_words():
    assert asks_to_leave("", "Re: unsubscribe")
    assert asks_to_leave("", "Désabonnement")
    assert not asks_to_leave("Yes please", "unsubscribe")
    assert not asks_to_leave("", "Re: The bus stop")


def test_a_long_letter_with_such_a_word_in_it_is_for_a_person():
    assert not asks_to_leave("We met last week. " * 10 + "Some want to unsubscribe.", "")


# --- Yes or no ----------------------------------------------------------------------


@pytest.mark.parametrize("own", ["", "Yes", "oui", "I do", "Ada", "Yes! When do we meet?"])
def test_a_reply_confirms_unless_it_may_mean_no(own):
    assert not refuses(own)


@pytest.mark.parametrize(
    "own",
    ["no", "Non, merci.", "It wasn't me, wrong address", "Je n'ai rien demandé", "Who are you?",
     "I do not want this", "C'est du pourriel", "Ce n'est pas moi", "par erreur"],
)  # fmt: skip
def test_a_reply_that_may_mean_no_is_seen(own):
    assert refuses(own)


@pytest.mark.parametrize(
    "subject", ["Join the network", "Absolutely, add me", "Leave no one behind", "Acceptance"]
)
def test_a_persons_subject_is_not_taken_for_a_machines(subject):
    assert not is_away("I want to join.", subject)


# --- Whose words ------------------------------------------------------------------

QUOTED = [
    "Yes\n\nOn Mon, Nov 23, 2026 at 10:01 AM Network <join@portal.example> wrote:\n> stop",
    "Yes\n\nOn Mon, Nov 23, 2026 at 10:01 AM The Example Network of Canada\n"
    "<join@portal.example> wrote:\n\n> stop\n>\n> stop",
    "Yes\n\nLe lun. 23 nov. 2026 à 10 h 01, Réseau <join@portal.example> a écrit :\n\n> stop",
    "Yes\n\nLe 23 nov. 2026 à 10:01, Réseau <join@portal.example> a écrit\xa0:\n\nstop",
    "Yes\n\n-----Original Message-----\nFrom: Network\nSent: Monday\n\nstop",
    "Yes\n\n-----Message d'origine-----\nDe : Réseau\nEnvoyé : lundi\n\nstop",
    "Yes\n\n________________________________\nDe : Réseau <j@portal.example>\nEnvoyé : lundi\nstop",
    "Yes\n\nDe : Réseau <join@portal.example>\nDate : lundi\nÀ : Ada\nObjet : Bonjour\n\nstop",
    "Yes\n\nFrom: Network <join@portal.example>\nSent: Monday\nTo: Ada\nSubject: Hello\n\nstop",
    "Yes\n\n*From:* Network <join@portal.example>\n*Sent:* Monday\n\nstop",
    "> stop\n> stop\n\nYes",
    "On Monday, Network wrote:\n> stop\n\nYes",
    "Yes\n-- \nStop the presses Ltd.",
    "Yes\n\nSent from my iPhone",
    "Yes\n\nEnvoyé de mon iPhone\n\n> stop",
    "Yes\n\nEnvoyé à partir de Outlook pour Android\nDe : Réseau\nEnvoyé : lundi\nstop",
]


@pytest.mark.parametrize("text", QUOTED)
def test_only_ones_own_words_are_heard(text):
    assert own_words(text).strip() == "Yes"


def test_html_alone_is_read_as_words():
    html = (
        "<html><head><title>stop</title><style>p { color: red }</style></head><body>"
        "<!-- stop --><p>Yes &amp; <b>thank</b> you<br>Ada</p><script>stop()</script>"
        '<div class="gmail_quote"><div>On Monday Network &lt;j@portal.example&gt; wrote:<br></div>'
        "<blockquote><p>stop</p><blockquote>stop</blockquote>stop</blockquote></div></body></html>"
    )

    assert own_words(from_html(html)).split() == ["Yes", "&", "thank", "you", "Ada"]


@pytest.mark.parametrize(
    "html", ["<" * 200_000, "<!--" * 50_000, "<script>" * 30_000, "&#x" * 60_000]
)
def test_hostile_html_takes_no_time(html):
    assert isinstance(from_html(html), str)

"""What a person's own words mean: in which language, and whether they ask to leave.

Only plain signs are read. Where there is none, a person decides.
"""

import re
import unicodedata

LINES = 400  # lines of a message that are looked at
LEADING = 25  # words of a message that asks for one thing alone
SHORT = 40  # words of a message that says nothing for staff to read

QUOTE_LINES = 3  # lines that the words above a quote may run over
ABOVE_A_QUOTE = re.compile(
    r"\W{0,3}(?:On|Le|Am|El)\b.{4,500}(?:wrote|a écrit|schrieb|escribió)\s*:", re.IGNORECASE
)
QUOTE_BEGINS = re.compile(
    r"\W*(?:-{2,}\s*)?(?:Original Message|Message d[’']origine|Message original|"
    r"Forwarded message|Message transféré|Begin forwarded message|"
    r"Début du message (?:transféré|réexpédié))\s*(?:-{2,}|:)?\W*|_{10,}",
    re.IGNORECASE,
)
QUOTED_FROM = re.compile(r"\W{0,3}(?:From|De)\s*:", re.IGNORECASE)
QUOTED_FIELD = re.compile(r"\W{0,3}(?:Sent|Date|To|Subject|Envoyé|À|Objet)\b.{0,4}:", re.IGNORECASE)
SIGNATURE = re.compile(
    r"--|(?:Sent (?:from|with|via)|Get Outlook for|Envoyé (?:de|depuis|avec|à partir)|"
    r"Obtenir Outlook|Télécharger Outlook)\b.*",
    re.IGNORECASE,
)


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def any_of(*phrases: str) -> re.Pattern[str]:
    """Any of these, at the beginning of a word of a folded text."""
    return re.compile(r"\b(?:" + "|".join(phrases) + ")")


ENGLISH = listed(
    """the and of to is are was be been have has had i you he she we they it this that these those
    with for from at by my your our their would will can could should like please pls want wish
    add join joining hello hi hey thanks thank dear sign subscribe about what how when who here
    there up yes regards member network become interested do does am if so not me's i' we' it' don'
    can' you' they' won' didn' let' sent list newsletter"""
)
FRENCH = listed(
    """le la les un une des du de et est suis sommes sont être avoir je tu il elle nous vous ils
    elles ce cette ces mon ma mes votre vos notre nos avec pour dans sur par au aux que qui quoi où
    ne pas veux veut voudrais voudrait souhaite souhaiterais aimerais aimerait adhérer adherer
    adhésion adhesion joindre rejoindre inscrire inscrivez inscription abonner bonjour salut
    bonsoir allo allô merci svp plaît plait cordialement oui non réseau reseau courriel madame
    monsieur ajouter ajoutez devenir à ça moi j' l' d' n' qu' c' s' m' t' envoyé depuis liste
    infolettre"""
)
ADDRESSES = re.compile(r"\S+@\S+|https?:\S+|www\.\S+")
TOKENS = re.compile(r"[^\W\d_]+'?")

THANKS = r"(?: (?:please|pls|thanks|thank you|svp|s il vous plait|merci))?"
STOP_LINE = re.compile(
    r"(?:please |pls |svp |s il vous plait )?(?:stop(?: all)?|stopper|unsubscribe(?: me)?|"
    r"unsuscribe|leave|leaving|quit|cancel|remove(?: me)?|opt out|sign ?off|end|arret(?:er|ez)?|"
    r"(?:me |se |je me )?desabonn\w+(?: moi)?|desabonnement|(?:me |se |je me )?desinscri\w+|"
    r"(?:me |se )?retir(?:er|ez|e)(?: moi)?|quitter|annuler)" + THANKS
)
STOP_WORDS = any_of(
    r"unsubscribe\b",
    r"desabonn",
    r"desinscri",
    r"(?:remove|take) (?:me|my \w+)\b",
    r"opt(?:ing)? out\b",
    r"stop (?:sending|writing|e ?mailing|mailing|contacting|these|those)\b",
    r"stop the (?:letters|e ?mails|mails|messages|newsletter)\b",
    r"no (?:more|longer) (?:e ?mails?|letters?|wish|want)",
    r"(?:want|wish|like) to (?:leave|quit|stop)\b",
    r"leave the (?:network|list)\b",
    r"retire[rz]? (?:moi|mon|mes)\b",
    r"plus recevoir\b",
    r"plus (?:de|vos|aucun) (?:courriels?|lettres?|messages?|infolettres?)\b",
    r"quitter (?:le|la|ce|cette|votre)\b",
    r"(?:arretez|cessez|arreter|cesser) (?:de|d|les|ces|vos|l)\b",
)
NOT_STOP = any_of(
    r"(?:do not|don t|dont|didn t|did not|never|not|won t) (?:\w+ ){0,2}"
    r"(?:unsubscribe|remove|stop|leave|take)",
    r"(?:ne|n) (?:\w+ ){0,3}pas\b.{0,20}(?:desabonn|desinscri|retir|quitt|arret)",
    r"(?:ne|n) (?:\w+ ){0,2}(?:desabonn|desinscri|retir|quitt|arret)\w* pas\b",
)
NO_LINE = re.compile(r"(?:no|non|nope|wrong (?:address|person)|not me|pas moi|erreur)" + THANKS)
NO_WORDS = any_of(
    r"not me\b",
    r"did(?: not|n t)\b",
    r"do(?: not|n t) (?:want|wish|confirm|agree|consent)",
    r"not interested\b",
    r"no thank",
    r"non merci\b",
    r"wrong (?:address|person)",
    r"by mistake\b",
    r"spam\b",
    r"pas moi\b",
    r"(?:n ai|n avons|ai) (?:\w+ ){0,2}(?:pas|jamais|rien)\b",
    r"ne (?:\w+ ){0,2}(?:pas|plus|rien)\b",
    r"pas interesse",
    r"par erreur\b",
    r"pourriel",
)
YES_WORDS = any_of(
    r"(?:yes|yep|yeah|ok|okay|sure|confirm\w*|agree\w*|accept\w*|join|gladly|please do)\b",
    r"(?:count me in|thanks|thank you|certainly|of course)\b",
    r"(?:oui|d accord|dac|j accepte|je confirme|volontiers|avec plaisir|merci|adherer)\b",
    r"(?:adhere|parfait|absolument|bien sur)\b",
)
# What help desks answer to whatever comes, and not every one says that it is a machine.
RECEIPT_WORDS = any_of(
    r"(?:have|ve|had) (?:\w+ )?received your (?:e ?mail|message|request|enquiry|inquiry|letter)",
    r"your (?:e ?mail|message|request|enquiry|inquiry) (?:has been|was) (?:\w+ )?"
    r"(?:received|logged|registered|recorded|forwarded|assigned)",
    r"(?:thank you|thanks) for (?:contacting|reaching out|getting in touch|writing|your \w+)\b",
    r"(?:ticket|case|file|reference) (?:number|no|id)\b",
    r"(?:get back|reply|respond) to you\b",
    r"recu votre (?:courriel|message|demande|lettre)",
    r"votre (?:courriel|message|demande) a (?:bien )?ete \w+",
    r"accuse de reception",
    r"merci (?:de|d|pour) (?:votre|nous|avoir)\b",
    r"numero de (?:billet|dossier|demande|reference)",
    r"dans les (?:plus brefs|meilleurs) delais",
)
SAYS_YES = any_of(
    r"(?:yes|yep|yeah|ok|okay|sure|i confirm|i agree|i accept|i (?:\w+ ){0,3}join|count me in)\b",
    r"(?:confirmed|please (?:do|add)|oui|d accord|j accepte|je (?:\w+ )?confirme|volontiers)\b",
)
JOIN_WORDS = any_of(
    r"(?:join\w*|subscribe|sign (?:me )?up|add me|become a member|count me in)\b",
    r"(?:adher\w+|adhesion|rejoindre|joindre|inscri\w+|abonne\w*|devenir membre)\b",
    r"ajoute\w* moi\b",
)
AWAY_SUBJECT = re.compile(
    r"(?:(?:re|tr|fwd?|fw|aw) )*(?:auto(?:matic|mated|matische)? ?(?:reply|response|answer)"
    r"|auto ?(?:repondeur|reponse)|out of (?:the )?office|ooo\b"
    r"|away from (?:the |my )?(?:office|desk)|on (?:vacation|leave|holiday)"
    r"|vacation (?:reply|notice|message)|reponses? automatiques?|absen(?:ce|te?)\b"
    r"|message d absence|avis d absence|en (?:vacances|conge)|hors du bureau"
    r"|i am (?:away|out)|je suis absente?|delivery (?:status|failure|delayed)|undeliver"
    r"|mail delivery|returned mail|non remis|echec de (?:la )?remise)"
)
CALENDAR_SUBJECT = re.compile(
    r"(?:accepted|declined|tentative|tentatively accepted|cancell?ed|updated invitation"
    r"|accepte|refuse|provisoire|annule|peut etre)\s*:"
)
AWAY_WORDS = any_of(
    r"(?:i am|i m|i will be|we are) (?:\w+ ){0,3}out of (?:the |my )?office",
    r"(?:i am|i m|i will be|we are) (?:\w+ ){0,3}away from (?:the |my )?(?:office|desk|e ?mail)",
    r"(?:i am|i m|i will be|we are) (?:\w+ ){0,3}on (?:\w+ )?(?:vacation|leave|holidays?)",
    r"this is an auto\w+ (?:reply|response|message|e ?mail)",
    r"(?:automatic|automated|auto) (?:reply|response)\b",
    r"with limited access to (?:my )?e ?mail",
    r"je (?:suis|serai) (?:\w+ ){0,3}(?:absente?|en vacances|en conge|hors du bureau)\b",
    r"je (?:suis|serai) (?:\w+ ){0,3}a l exterieur du bureau",
    r"je serai de retour\b",
    r"absente? du bureau\b",
    r"(?:reponse|message|courriel) automatique\b",
    r"conge (?:de maternite|parental|annuel)",
)


def folded(text: str) -> str:
    """In small letters, without accents or marks, one space between words."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(
        re.findall(r"[^\W_]+", "".join(c for c in letters if not unicodedata.combining(c)))
    )


def own_words(text: str) -> str:
    """What its writer wrote: without what is quoted, and without a signature."""
    return "\n".join(own_lines(text)).strip()


def signature(text: str) -> str:
    """What a mail program put below, such as “Sent from my telephone”."""
    for line in text.split("\n")[:LINES]:
        if SIGNATURE.fullmatch(line.strip()) and line.strip() != "--":
            return line.strip()
    return ""


def own_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n")[:LINES]]
    own: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if SIGNATURE.fullmatch(line) or begins_a_quote(lines, at):
            break
        above = words_above_a_quote(lines, at)
        if above:
            at += above
            following = next((each for each in lines[at:] if each), "")
            if not following.startswith(">"):
                break  # quoted without marks: all that follows may be quoted
            continue
        if not line.startswith(">"):
            own.append(line)
        at += 1
    return own


def begins_a_quote(lines: list[str], at: int) -> bool:
    """Whether all from here on is the letter that is answered, in the way of some programs."""
    if QUOTE_BEGINS.fullmatch(lines[at][:200]):
        return True
    following = [each for each in lines[at + 1 : at + 5] if each]
    return bool(QUOTED_FROM.match(lines[at])) and any(map(QUOTED_FIELD.match, following))


def words_above_a_quote(lines: list[str], at: int) -> int:
    """How many lines “On such a day so and so wrote:” takes here; 0 where it does not stand."""
    for count in range(1, QUOTE_LINES + 1):
        if ABOVE_A_QUOTE.fullmatch(" ".join(lines[at : at + count])[:600]):
            return count
    return 0


def language_of(*texts: str) -> str:
    """The language of the first of these that tells; empty where none does."""
    for text in texts:
        plain = ADDRESSES.sub(" ", text[:2000]).casefold().replace("’", "'")
        tokens = TOKENS.findall(plain)[:300]
        french = sum(token in FRENCH for token in tokens)
        english = sum(token in ENGLISH for token in tokens)
        if french != english:
            return "fr" if french > english else "en"
    return ""


def asks_to_leave(own: str, subject: str) -> bool:
    """Whether these words ask for no more letters; `subject` counts where nothing else is said."""
    first = (
        folded(own.partition("\n")[0])
        if own
        else folded(re.sub(r"^(?:\w{2,3}\s?:\s*)+", "", subject))
    )
    if STOP_LINE.fullmatch(first):
        return True
    said = folded(own)
    few = 0 < len(said.split()) <= LEADING
    return few and bool(STOP_WORDS.search(said)) and not NOT_STOP.search(said)


def refuses(own: str) -> bool:
    """Whether these words say no, ask something first, or only tell that a letter came."""
    said = folded(own)
    if NO_LINE.fullmatch(folded(own.partition("\n")[0])) or NO_WORDS.search(said):
        return True
    if RECEIPT_WORDS.search(said) and not SAYS_YES.search(said):
        return True
    return "?" in own and not YES_WORDS.search(said)


def asks_to_join(own: str, subject: str) -> bool:
    return bool(JOIN_WORDS.search(folded(f"{subject} {own}")[:2000]))


def is_away(own: str, subject: str) -> bool:
    """Whether someone's mail program says that they are away, or answers an invitation."""
    spoken = " ".join(unaccented(subject).split())
    return bool(
        AWAY_SUBJECT.match(folded(subject))
        or CALENDAR_SUBJECT.match(spoken)
        or AWAY_WORDS.search(folded(own[:600]))
    )


def unaccented(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))


def is_for_a_person(own: str) -> bool:
    """Whether it says more than that one thing, so that somebody should read it."""
    return "?" in own or len(own.split()) > SHORT

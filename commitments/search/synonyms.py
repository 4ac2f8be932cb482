"""Words that mean the same, and the acronyms people know them by.

A commitment that says one of a group is found by every other of it. Institutions'
own acronyms are not here: they are in the data. Each line is a list of English
phrases and a list of French ones; keep it short, and add what people really type.
"""

from collections import defaultdict
from functools import cache

from commitments.search.folding import token, words

GROUPS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("access to information", "ATIP", "ATIA", "FOI", "freedom of information"),
        ("accès à l'information", "AIPRP", "LAI"),
    ),
    (
        ("personal information", "privacy", "ATIP"),
        ("renseignements personnels", "vie privée", "AIPRP"),
    ),
    (("Open Government Partnership", "OGP"), ("Partenariat pour un gouvernement ouvert", "PGO")),
    (("open data", "opendata"), ("données ouvertes",)),
    (("open data exchange", "ODX"), ("bourse de données ouvertes",)),
    (("open data for development", "OD4D"), ("données ouvertes pour le développement",)),
    (("International Aid Transparency Initiative", "IATI"), ("IITA",)),
    (("gender-based analysis", "GBA", "gender"), ("analyse comparative entre les sexes", "ACS")),
    (("extractives", "mining", "oil", "gas", "ESTMA"), ("extractif", "mines", "pétrole", "LMTSE")),
    (
        ("procurement", "contracting", "contracts", "tenders"),
        ("achats", "contrats", "marchés publics", "approvisionnement"),
    ),
    (("spending", "expenditures", "expenses"), ("dépenses",)),
    (("budget", "fiscal"), ("budget", "budgétaire")),
    (
        ("Indigenous", "Aboriginal", "First Nations", "Inuit", "Métis", "reconciliation"),
        ("autochtones", "Premières Nations", "Inuits", "Métis", "réconciliation"),
    ),
    (
        ("geospatial", "maps", "mapping", "geographic"),
        ("géospatiales", "cartes", "cartographiques", "géographiques"),
    ),
    (("heritage", "museum"), ("patrimoine", "musée")),
    (("scientific", "science", "research"), ("scientifique", "science", "recherche")),
    (("charities", "charity", "non-profit"), ("organismes de bienfaisance", "charité")),
    (
        ("corporate transparency", "beneficial ownership", "beneficial owner"),
        ("transparence des entreprises", "propriété effective", "bénéficiaire effectif"),
    ),
    (("civil society", "NGO", "CSO"), ("société civile", "ONG", "OSC")),
    (
        ("consultation", "consulting", "engagement", "citizens"),
        ("consultation", "consulter", "participation", "citoyens", "citoyennes"),
    ),
    (("skills", "training", "learning"), ("compétences", "formation", "apprentissage")),
    (("women", "feminist"), ("femmes", "féministe")),
    (("climate", "greenhouse gas"), ("climat", "climatique")),
    (("tax", "taxation"), ("impôt", "fiscale", "fiscales")),
    (("grants and contributions", "G&C"), ("subventions et contributions",)),
    (("police", "policing", "RCMP"), ("police", "GRC")),
    (("regulation", "regulatory"), ("réglementation", "règlement")),
    (("corporations", "corporate", "companies"), ("entreprises", "compagnies")),
    (("international aid", "development assistance"), ("aide internationale",)),
    (("disinformation", "misinformation"), ("désinformation", "mésinformation")),
)

Phrase = tuple[str, ...]


@cache
def phrases(language: str) -> dict[str, list[tuple[Phrase, frozenset[str]]]]:
    """By its first token, each phrase of that language and what else it is found by."""
    found: dict[str, list[tuple[Phrase, frozenset[str]]]] = defaultdict(list)
    for english, french in GROUPS:
        group = [("en", phrase) for phrase in english] + [("fr", phrase) for phrase in french]
        read = [
            (tongue, tuple(token(word.folded, tongue) for word in words(phrase)))
            for tongue, phrase in group
        ]
        every = frozenset(part for _, phrase in read for part in phrase)
        for tongue, phrase in read:
            if phrase and tongue == language:
                found[phrase[0]].append((phrase, every - set(phrase)))
    return dict(found)


@cache
def written() -> dict[str, str]:
    """Every word of the groups: its token, and how it is written."""
    return {
        token(word.folded, tongue): word.written
        for english, french in GROUPS
        for tongue, group in (("en", english), ("fr", french))
        for phrase in group
        for word in words(phrase)
    }


def others(tokens: list[str], language: str) -> set[str]:
    """What else a text with these tokens, in this order, is found by."""
    known = phrases(language)
    more: set[str] = set()
    for place in [place for place, first in enumerate(tokens) if first in known]:
        for phrase, rest in known[tokens[place]]:
            if tuple(tokens[place : place + len(phrase)]) == phrase:
                more |= rest
    return more

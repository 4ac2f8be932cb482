"""Made-up proposals, what people type, and those that must come in the first three.

A query is here because someone would type it: with accents and without, in the other
form, with a slip, by another word for it, in the language that the idea is not in.
"""

# By a short name: language, title, problem, what it calls for, who gains.
PROPOSALS: dict[str, tuple[str, str, str, str, str]] = {
    "bees": (
        "en",
        "Publish a yearly count of bees",
        "Beekeepers in Freedonia do not know how many hives were lost each winter.",
        "Publish the number of hives by district each spring, as open data.",
        "Beekeepers, fruit growers, and whoever eats.",
    ),
    "ombuds": (
        "en",
        "Give the information commissioner the power to order",
        "Requests for access to information wait for years, and nobody can order an answer.",
        "Let the commissioner order a ministry to answer within thirty days.",
        "Journalists and citizens.",
    ),
    "budget": (
        "en",
        "A budget that people can read",
        "The budget runs to 900 pages and no one outside the treasury understands it.",
        "Publish a citizens' budget of ten pages with charts.",
        "Taxpayers.",
    ),
    "owners": (
        "en",
        "Say who really owns companies",
        "Shell companies hide money, and the register names only lawyers.",
        "A public registry of beneficial owners, free to search.",
        "Honest firms, tax collectors and reporters.",
    ),
    "minutes": (
        "en",
        "Put minutes of advisory boards online",
        "Advisory boards meet behind closed doors.",
        "Publish agendas and minutes within two weeks of each meeting.",
        "Those whom the advice concerns.",
    ),
    "lobby": (
        "en",
        "Register every meeting with lobbyists",
        "Only calls that are arranged beforehand are recorded.",
        "Record all meetings, the minister's own too, and publish them monthly.",
        "Small organizations who cannot pay a lobbyist.",
    ),
    "wells": (
        "en",
        "Tell people what is in their well water",
        "Test results of wells sit in filing cabinets.",
        "A map of wells with every test since 1990.",
        "Families in the countryside.",
    ),
    "languages": (
        "en",
        "Translate consultations into Indigenous languages",
        "Communities in the north are asked in languages that elders do not speak.",
        "Translate every consultation document, and pay the translators fairly.",
        "First Nations and Inuit elders.",
    ),
    "ecole": (
        "fr",
        "Publier les inspections des écoles",
        "Les parents ignorent l'état des bâtiments où leurs enfants étudient.",
        "Mettre en ligne chaque rapport d'inspection, école par école.",
        "Les élèves, les parents et le personnel enseignant.",
    ),
    "cour": (
        "fr",
        "Rendre gratuites les décisions des tribunaux",
        "Lire un jugement coûte douze écus la page.",
        "Un site unique où les décisions se cherchent et se lisent sans frais.",
        "Les justiciables qui n'ont pas d'avocat.",
    ),
    "contrats": (
        "fr",
        "Des contrats publics en données ouvertes",
        "Les appels d'offres sont éparpillés sur quarante sites.",
        "Publier tous les marchés publics dans un format commun, du besoin à la facture.",
        "Les petites entreprises.",
    ),
    "autobus": (
        "fr",
        "Connaître l'heure réelle des autobus",
        "L'horaire affiché ne dit rien des retards.",
        "Ouvrir les positions des véhicules en temps réel.",
        "Qui attend dehors l'hiver.",
    ),
    "climat": (
        "fr",
        "Suivre les promesses climatiques",
        "Personne ne sait où en est la réduction des gaz à effet de serre.",
        "Un tableau de bord public, mis à jour chaque trimestre.",
        "Les générations futures.",
    ),
    "subventions": (
        "fr",
        "Savoir qui reçoit des subventions",
        "Les montants versés aux organismes de bienfaisance sont publiés sans leur but.",
        "Publier le but et les résultats de chaque subvention.",
        "Les contribuables et la société civile.",
    ),
    "musee": (
        "fr",
        "Numériser les réserves du musée national",
        "Neuf objets sur dix ne sont jamais exposés.",
        "Photographier les collections et les verser au domaine public.",
        "Les personnes qui étudient l'histoire.",
    ),
}

GOLDEN: list[tuple[str, list[str]]] = [
    ("bees", ["bees"]),
    ("number of hives", ["bees"]),
    ("beekeeper", ["bees"]),
    ("ATIP", ["ombuds"]),
    ("freedom of information", ["ombuds"]),
    ("commisioner", ["ombuds"]),  # a slip
    ("beneficial ownership", ["owners"]),
    ("propriété effective", ["owners"]),
    ("lobbying meetings", ["lobby"]),
    ("bugdet", ["budget"]),  # a slip
    ("drinking water wells", ["wells"]),
    ("reconciliation", ["languages"]),
    ("ecoles", ["ecole"]),
    ("l’école", ["ecole"]),
    ("DÉCISION TRIBUNAL", ["cour"]),
    ("procurement", ["contrats"]),
    ("appel d’offre", ["contrats"]),
    ("changements climatiques", ["climat"]),
    ("charities", ["subventions"]),
    ("colections du musée", ["musee"]),  # a slip
    ("horaires d'autobus", ["autobus"]),
    ("meeting minutes", ["minutes"]),
]

# What somebody begins to write, its language, and what they are to be shown.
BEGUN: list[tuple[str, str, list[str]]] = [
    ("en", "How many bees are left? Someone should count the hives every year.", ["bees"]),
    ("en", "The access to information law has no teeth. Let the commissioner order", ["ombuds"]),
    ("en", "Who owns these companies? We need a registry of real owners.", ["owners"]),
    ("en", "My well\nNobody told us that the water from our wells was tested.", ["wells"]),
    ("fr", "Les inspections d’écoles\nJe veux lire le rapport d’inspection.", ["ecole"]),
    ("fr", "Les jugements des tribunaux devraient être gratuits", ["cour"]),
    ("fr", "Où est mon autobus ? Donner la position des véhicules", ["autobus"]),
    ("fr", "Publier ce que deviennent les subventions aux organismes", ["subventions"]),
]
# What none of them says anything like.
STRANGE_TO_ALL: list[tuple[str, str]] = [
    ("en", "Paint the lighthouse orange so that ships see it in the fog"),
    ("fr", "Planter des érables le long des autoroutes pour l’ombre"),
]

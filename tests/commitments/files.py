"""Files of plans of a made-up country, to load."""

import json
from io import StringIO

from django.core.management import call_command


def made_up():
    """A file as small as it can be while it holds one of everything."""
    return {
        "schema_version": "1.0",
        "compiled_on": "2031-02-03",
        "departments": [
            {"id": "roads", "name_en": "Roads Office", "name_fr": "Bureau des routes"},
            {"id": "bees", "name_en": "Bee Board", "name_fr": "Office des abeilles"},
        ],
        "plans": [
            {
                "id": "2030-2032",
                "ordinal": 1,
                "title_en": "First Plan of Freedonia",
                "title_fr": "Premier plan de Libertanie",
                "period_start": "2030-07",
                "period_note": "It began late.",
                "detail": "full",
                "themes": [{"id": "honey", "name_en": "Honey", "name_fr": "Miel"}],
                "reports": [{"kind": "draft_plan", "url": "https://example.org/draft"}],
                "commitments": [commitment(1), commitment(2)],
            }
        ],
    }


def commitment(number):
    return {
        "number": number,
        "id": f"2030-2032-{number:02}",
        "ogp_id": None,
        "theme_id": "honey",
        "title_en": f"Count the bees, part {number}",
        "title_fr": None,
        "title_fr_basis": "not_found",
        "label_fr": f"Compter les abeilles, partie {number}",
        "title_note": "Part of a longer title.",
        "summary_en": "Every bee is counted.",
        "summary_fr": "Chaque abeille est comptée.",
        "lead_departments": [{"department_id": "bees", "named_by": ["government_tracker"]}],
        "supporting_departments": [{"department_id": "roads"}],
        "ogp_values_government": ["transparency"],
        "milestones": [
            {
                "id": f"{number}.1",
                "label_en": "Find them",
                "label_fr": "Les trouver",
                "lead_department_ids": ["bees"],
                "tracker_status": {
                    "code": "complete",
                    "as_of": "2031-01",
                    "inferred": False,
                    "source_url": "https://example.org/tracker",
                },
                "note": "Cut off.",
            },
            {
                "id": f"{number}.1.1",
                "parent_id": f"{number}.1",
                "first_due": "2031",
                "last_due": "2031-06",
            },
        ],
        "indicators": [{"label_en": "Bees", "label_fr": "Abeilles", "latest_as_of": None}],
        "assessments": [
            {
                "assessor": "government",
                "phase": "tracker",
                "status_code": "all_on_schedule",
                "as_of": "2031-01",
                "source_url": "https://example.org/tracker",
                "note": "As printed.",
            },
            {
                "assessor": "irm",
                "phase": "mid_term",
                "ratings": {"verifiable": "Yes", "ambition": None, "ogp_values": None},
                "source_url": "https://example.org/irm",
            },
        ],
        "sources": [{"url": "https://example.org/tracker", "used_for": ["indicators"]}],
    }


def editorial():
    return {
        "subjects": [
            {"id": "bees", "name_en": "Bees", "name_fr": "Abeilles"},
            {"id": "roads", "name_en": "Roads", "name_fr": "Routes"},
        ],
        "commitments": {"2030-2032-01": ["bees"], "2030-2032-02": ["bees", "roads"]},
        "french": {"Cut off.": "Tronqué.", "It began late.": "Il a commencé tard."},
    }


def write(folder, content, name="plans.json"):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def load(path=None, **options):
    """What `manage.py load_plans` says."""
    said = StringIO()
    call_command("load_plans", *([str(path)] if path else []), stdout=said, **options)
    return said.getvalue()

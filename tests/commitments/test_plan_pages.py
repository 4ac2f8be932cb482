import pytest
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from commitments.catalogue import Catalogue
from commitments.models import Lead, Theme
from commitments.pictures import strips
from network.models import Edition
from tests.factories import make_assessment, make_commitment, make_institution, make_plan

pytestmark = pytest.mark.django_db


def test_plans_are_listed_newest_first(client):
    make_plan(ordinal=1, title_en="The first")
    make_plan(ordinal=2, title_en="The second")

    text = client.get("/en/plans/").content.decode()

    assert text.index("The second") < text.index("The first")


def test_without_a_plan_the_list_says_so(client):
    assertContains(client.get("/en/plans/"), "No plan has been loaded yet.")


def test_a_plan_that_does_not_exist_is_not_found(client):
    assert client.get("/en/plans/1914-1918/").status_code == 404


def test_commitments_stand_under_the_plans_own_themes_in_its_order(client):
    plan = make_plan()
    last = Theme.objects.create(plan=plan, slug="b", order=2, name_en="Later", name_fr="Après")
    first = Theme.objects.create(plan=plan, slug="a", order=1, name_en="Sooner", name_fr="Avant")
    make_commitment(plan, number=1, theme=last)
    make_commitment(plan, number=2, theme=first)
    make_commitment(plan, number=3)

    text = client.get(plan.get_absolute_url()).content.decode()

    order = ["Sooner", "Later", "Theme not found in the sources"]
    assert sorted(order, key=text.index) == order


def test_a_strip_counts_every_commitment_once_for_each_assessor():
    plan = make_plan()
    done, moving, silent = (make_commitment(plan) for _ in range(3))
    make_assessment(done, code="all_complete")
    make_assessment(moving, code="all_on_schedule")

    catalogue = Catalogue.current()
    government, irm, network = strips(catalogue, catalogue.in_plan(plan.slug))

    assert [(run.mark, catalogue.keys_of(run.places)) for run in government.segments] == [
        ("done", [done.pk]),
        ("moving", [moving.pk]),
        ("unknown", [silent.pk]),
    ]
    assert sum(run.width for run in government.segments) == pytest.approx(100, abs=0.1)
    assert irm.is_blank
    assert network.is_blank


def test_a_plan_without_commitments_says_so_and_draws_nothing(client):
    response = client.get(make_plan().get_absolute_url())

    assertContains(response, "have not been loaded yet")
    assertNotContains(response, '<svg class="strip"')


def test_a_date_that_is_not_known_is_not_made_up(client):
    plan = make_plan(starts="2030", ends="")

    assertContains(client.get(plan.get_absolute_url()), "end not found in the sources")


def test_a_count_of_commitments_that_is_not_known_is_not_zero(client):
    plan = make_plan(commitment_count=None)

    response = client.get(plan.get_absolute_url())

    assertContains(response, plan.title_en)
    assertNotContains(response, "0 commitments")


def test_fifty_plans_fill_a_page(client):
    for _ in range(51):
        make_plan()

    assertContains(client.get("/en/plans/"), '<li class="card">', count=50)
    assertContains(client.get("/en/plans/?page=2"), '<li class="card">', count=1)


def test_themes_can_be_jumped_to_once_there_is_more_than_one(client):
    plan = make_plan()
    for order, name in enumerate(("Sooner", "Later"), start=1):
        theme = Theme.objects.create(
            plan=plan, slug=name.lower(), order=order, name_en=name, name_fr=name
        )
        make_commitment(plan, theme=theme)

    response = client.get(plan.get_absolute_url())

    assertContains(response, '<a href="#theme-2">Later</a>')
    assertContains(response, 'id="theme-2"')


def test_a_plan_page_costs_the_same_queries_with_one_commitment_or_many(
    client, settings, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 0
    plan = make_plan()
    for _ in range(12):
        make_assessment(make_commitment(plan, leads=[make_institution()]))

    Catalogue.current()  # read once an edition, not once a page
    with django_assert_max_num_queries(4):  # the edition, the plan, its themes, its reports
        client.get(plan.get_absolute_url())


def test_a_department_lists_all_it_promised(client):
    office = make_institution(name_en="Office of Diamonds", name_fr="Bureau des carreaux")
    make_commitment(leads=[office], title_en="Polish them")

    with translation.override("fr"):
        french = client.get(office.get_absolute_url())

    assertContains(client.get("/en/institutions/"), "Office of Diamonds")
    assertContains(client.get(f"/en/institutions/{office.slug}/"), "Polish them")
    assertContains(french, "Bureau des carreaux")


def test_a_department_that_leads_and_supports_a_commitment_lists_it_once(client):
    office = make_institution()
    commitment = make_commitment(leads=[office], title_en="Polish them")
    Lead.objects.create(commitment=commitment, institution=office, role=Lead.Role.SUPPORTING)

    response = client.get(f"/en/institutions/{office.slug}/")

    assertContains(response, ">Polish them</a>", count=1)
    assertContains(response, "It leads one commitment, alone or with others.</p>")
    assertNotContains(response, "What it supports")


def test_a_department_tells_what_it_leads_from_what_it_supports(client):
    office, other = make_institution(), make_institution()
    plan = make_plan()
    helped = make_commitment(plan, leads=[other], number=1, title_en="Count them")
    make_commitment(plan, leads=[office], number=2, title_en="Polish them")
    Lead.objects.create(commitment=helped, institution=office, role=Lead.Role.SUPPORTING)

    page = client.get(f"/en/institutions/{office.slug}/").content.decode()

    told = ["What it leads", ">Polish them</a>", "What it supports", ">Count them</a>"]
    assert sorted(told, key=page.index) == told
    assert "It has a supporting part in one." in page


def test_a_department_that_nothing_names_yet_says_so(client):
    response = client.get(make_institution().get_absolute_url())

    assertContains(response, "No commitment names it yet.")
    assertNotContains(response, '<ul class="cards">')


def test_a_department_costs_the_same_queries_however_much_it_leads(
    client, settings, django_assert_max_num_queries
):
    settings.PAGE_CACHE_SECONDS = 0
    office = make_institution()
    for _ in range(25):
        make_commitment(leads=[office])

    Catalogue.current()  # read once an edition, not once a page
    with django_assert_max_num_queries(3):  # the edition, the department, what it leads
        client.get(f"/en/institutions/{office.slug}/")


@pytest.mark.parametrize("path", ["/en/plans/", "/en/institutions/"])
def test_lists_of_plans_and_departments_are_read_once_an_edition(
    client, settings, django_assert_max_num_queries, path
):
    settings.PAGE_CACHE_SECONDS = 0
    make_commitment(make_plan(title_en="The first"), leads=[make_institution(name_en="The first")])
    assertContains(client.get(path), "The first")

    with django_assert_max_num_queries(1):  # the edition
        assertContains(client.get(path), "The first")

    make_commitment(make_plan(title_en="The next"), leads=[make_institution(name_en="The next")])
    Edition.advance()
    assertContains(client.get(path), "The next")


def test_departments_are_in_the_order_of_a_dictionary_whatever_the_database(client):
    for name in ("Zèbre", "École", "Eau", "ébène"):
        make_institution(name_fr=name)

    text = client.get("/fr/institutions/").content.decode()

    assert sorted(["Zèbre", "École", "Eau", "ébène"], key=text.index) == [
        "Eau",
        "ébène",
        "École",
        "Zèbre",
    ]

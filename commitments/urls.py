from django.urls import path
from django.utils.translation import gettext_lazy as _

from commitments import views

app_name = "commitments"

urlpatterns = [
    path("plans/", views.plans, name="plans"),
    path("plans/<slug:slug>/", views.plan, name="plan"),
    path("plans/<slug:slug>/<int:number>/", views.commitment, name="commitment"),
    path("plans/<slug:slug>/<int:number>/picture.png", views.picture, name="picture"),
    path(_("commitments/"), views.index, name="index"),
    path("institutions/", views.institutions, name="institutions"),
    path("institutions/<slug:slug>/", views.institution, name="institution"),
]

# The same for both languages, so they stand outside /en/ and /fr/.
data_patterns: list = []

from django.urls import path
from django.utils.translation import gettext_lazy as _

from proposals import views

app_name = "proposals"

urlpatterns = [
    path("", views.index, name="index"),
    path(_("new/"), views.propose, name="propose"),
]

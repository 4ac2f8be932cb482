from django.urls import path
from django.utils.translation import gettext_lazy as _

from network import views

app_name = "network"

urlpatterns = [
    path("", views.index, name="index"),
    path(_("join/"), views.join, name="join"),
    path(_("leave/<str:token>/"), views.leave, name="leave"),
    path(_("organizations/"), views.organizations, name="organizations"),
]

"""Which fields of the database look as if they told of a person."""

import re

from django.apps import apps
from django.db import models

from network.models import Member, User

NAMES = re.compile(
    r"(.*_)?(email|address|name|origin|network|sender|recipient|to|ip|user_agent|raw|session"
    r"|session_key|session_data|value|old|new|secret|token|digest|key|words|text|html|headers"
    r"|subject|data|told|why|reason)"
)


def looks_personal(field):
    if field.primary_key:
        return False
    if field.related_model in {User, Member} or isinstance(
        field, models.EmailField | models.GenericIPAddressField | models.BinaryField
    ):
        return True
    return not field.is_relation and bool(NAMES.fullmatch(field.name))


def looking_personal():
    """`app.model.field` of each, tables made for relations too."""
    for model in apps.get_models(include_auto_created=True):
        # The search index, whose columns differ by database, holds public words alone, and
        # goes with what they are of.
        if model._meta.proxy or model._meta.app_label == "modelsearch":
            continue
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
            if looks_personal(field):
                yield f"{model._meta.label_lower}.{field.name}"

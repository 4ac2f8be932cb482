"""The project: it joins the rooms and holds no rules of its own."""

from opengov_portal.celery import app as celery_app

__all__ = ["celery_app"]

# The portal in a container: the site, the worker or the clock, by the command it is given
# (compose.yaml). The Python of pyproject.toml; what the portal needs, pinned in requirements.txt.
FROM python:3.11.14-slim-bookworm

# pg_dump, pg_restore and psql, of the server's version: for `manage.py backup` and `restore`.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 portal

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1
WORKDIR /srv/portal
COPY requirements.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt

# The code is root's and cannot be written to; but for what `manage.py prepare` makes.
COPY . .
RUN SECRET_KEY=only-to-compile-words SITE_URL=http://localhost VAR_DIR=/tmp/build \
    python manage.py messages compile \
    && rm -r /tmp/build \
    && mkdir -p var \
    && chown -R portal var locale
USER portal
VOLUME /srv/portal/var

# Within the container; compose.yaml says who may reach it from outside.
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000"]

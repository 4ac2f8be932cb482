"""The portal as the front server's tests serve it: `/echo` says what reached us of a request."""

import json

from opengov_portal.wsgi import application as portal

TOLD = {
    "HTTP_HOST",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REQUEST_ID",
    "HTTP_CONNECTION",
    "REQUEST_METHOD",
}


def application(environ, start_response):
    if environ["PATH_INFO"] != "/echo":
        return portal(environ, start_response)
    told = {name: environ[name] for name in TOLD & environ.keys()}
    told["length"] = 0
    while piece := environ["wsgi.input"].read(1 << 16):
        told["length"] += len(piece)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]

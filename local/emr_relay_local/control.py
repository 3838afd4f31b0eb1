"""The paths under `/_relay`: faults, the calls that were made, and whether the server is well."""

import json

from werkzeug.wrappers import Response

from .calls import CALLS
from .disturbances import HELD
from .faults import FAULTS, BadFault

PREFIX = "/_relay/"


def owns(path: str) -> bool:
    """Whether a path is ours and not AWS's."""
    return path.startswith(PREFIX)


def answer(environ: dict, body: bytes) -> Response:
    """Serve one control request."""
    path, method = environ["PATH_INFO"].removeprefix(PREFIX), environ["REQUEST_METHOD"]
    try:
        routes = _ROUTES[path]
    except KeyError:
        return _error(
            404, f"there is no {PREFIX}{path}; there are {', '.join(PREFIX + name for name in _ROUTES)}"
        )
    if method not in routes:
        return _error(405, f"{PREFIX}{path} takes {', '.join(routes)}")
    try:
        return _json(routes[method](body))
    except BadFault as error:
        return _error(400, str(error))


def _add_faults(body: bytes) -> dict:
    try:
        given = json.loads(body)
    except ValueError as error:
        raise BadFault(f"the body is not JSON: {error}") from error
    specs = given if isinstance(given, list) else [given]
    return {"faults": [FAULTS.add(spec) for spec in specs]}


def _clear(_body: bytes) -> dict:
    FAULTS.clear()
    return {"faults": [], "released": HELD.release()}


def _forget(_body: bytes) -> dict:
    CALLS.clear()
    return {"calls": []}


_ROUTES = {
    "faults": {
        "GET": lambda _: {"faults": FAULTS.list()},
        "POST": _add_faults,
        "DELETE": _clear,
    },
    "events/release": {"POST": lambda _: {"released": HELD.release()}},
    "calls": {"GET": lambda _: {"calls": CALLS.list()}, "DELETE": _forget},
    "health": {"GET": lambda _: {"status": "ok"}},
}


def _json(document: dict, status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/json")


def _error(status: int, message: str) -> Response:
    return _json({"error": message}, status)

"""What every request passes on its way to moto: naming, recording, faults, quotas, locks."""

import logging
import time
from collections.abc import Callable, Iterable

from werkzeug.wrappers import Response

from . import answers, control, functions, locks
from .calls import CALLS, Call, identify, read_body
from .faults import Faults
from .quotas import Quotas
from .sandbox import Sandbox

_log = logging.getLogger(__name__)


class Gateway:
    """A WSGI application around another."""

    def __init__(self, app: Callable, faults: Faults, quotas: Quotas | None) -> None:
        """Stand before `app`; without `quotas` nobody is too fast."""
        self._app, self._faults, self._quotas = app, faults, quotas

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """Serve one request."""
        body = read_body(environ)
        if control.owns(environ["PATH_INFO"]):
            return control.answer(environ, body)(environ, start_response)
        call = identify(environ, body)
        sandbox = functions.caller(call.access_key)
        response = self._serve(call, sandbox, environ)
        CALLS.add(call, sandbox.program.name if sandbox else "", response.status_code)
        return response(environ, start_response)

    def _serve(self, call: Call, sandbox: Sandbox | None, environ: dict) -> Response:
        facts = _facts(call, sandbox)
        death = self._death(sandbox, facts)
        if death and not death.get("after"):
            return _killed(call, sandbox)
        response = self._refusal(call, facts) or self._pass_on(call, environ)
        if fault := self._faults.take("error_after", **facts):
            response = _failed(call, fault)
        return _killed(call, sandbox) if death else response

    def _death(self, sandbox: Sandbox | None, facts: dict) -> dict | None:
        if sandbox is None:
            return None
        sandbox.calls += 1
        return self._faults.take("kill_function", call=sandbox.calls, **facts)

    def _refusal(self, call: Call, facts: dict) -> Response | None:
        if fault := self._faults.take("throttle", **facts):
            return answers.throttled(call, fault.get("code"), fault.get("message", "Rate exceeded"))
        if self._quotas and call.service == "emr" and not self._quotas.allow(call.operation):
            return answers.throttled(call)
        if fault := self._faults.take("latency", **facts):
            time.sleep(fault["ms"] / 1000)
        if fault := self._faults.take("error_before", **facts):
            return _failed(call, fault)
        return None

    def _pass_on(self, call: Call, environ: dict) -> Response:
        try:
            with locks.during(call):
                return Response.from_app(self._app, environ)
        except NotImplementedError as error:
            text = f"local mode does not have {call.service} {call.operation}: {error}"
            return answers.error(call, 501, "NotImplemented", text)
        except Exception as error:
            _log.exception("%s %s broke", call.service, call.operation)
            return answers.failed(call, message=f"local mode broke: {error!r}")


def _facts(call: Call, sandbox: Sandbox | None) -> dict[str, str]:
    name = sandbox.program.name if sandbox else ""
    return {"service": call.service, "operation": call.operation, "function": name}


def _failed(call: Call, fault: dict) -> Response:
    return answers.failed(
        call, fault.get("status", 500), fault.get("code"), fault.get("message", "Internal failure")
    )


def _killed(call: Call, sandbox: Sandbox) -> Response:
    """Nobody reads this answer any more."""
    sandbox.kill()
    return answers.failed(call, 503, message="the caller was killed")

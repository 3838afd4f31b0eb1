"""The targets of rules and schedules: what each is given, how often it is tried, and where it goes then.

EventBridge's own retries end when a function has *accepted* an event; the function's retries come after.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from jsonpath_ng.ext import parse
from moto.events.models import Rule

from . import destinations, timers
from .destinations import NoSuchTarget
from .faults import Faults

RETRY_SECONDS = 0.2
_moto_send = Rule.send_to_targets
_faults: Faults | None = None
_OURS = re.compile(r"arn:[^:]+:(lambda|sns|sqs):")
_VARIABLE = re.compile(r"<([^<>\s]+)>")


class Refused(Exception):
    """The target did not take the event this time."""


@dataclass(frozen=True)
class Sender:
    """On whose behalf something is sent, and what a dead letter tells of that."""

    principal: str
    letter: destinations.Attributes


def install(faults: Faults) -> None:
    """Ask this registry whether a target refuses an event."""
    global _faults
    _faults = faults


def send(rule: Rule, target: dict, event: dict) -> None:
    """Send an event to one target."""
    if can_reach(target["Arn"]):
        sender = Sender("events.amazonaws.com", {"RULE_ARN": ("String", rule.arn)})
        deliver(sender, target, payload(target, event))
    else:
        _send_by_moto(rule, target, event)


def can_reach(arn: str) -> bool:
    """Whether this is a function, a topic or a queue, which is what is delivered to here."""
    return _OURS.match(arn) is not None


def deliver(sender: Sender, target: dict, body: str) -> None:
    """Give a target its body, as often as its retry policy allows; then it is a dead letter."""
    _try(sender, target, body, tried=0)


def payload(target: dict, event: dict) -> str:
    """What the target is given: constant input, a part, a template filled in, or the event."""
    if target.get("Input"):
        return target["Input"]
    if path := target.get("InputPath"):
        return json.dumps(_part(path, event))
    if transformer := target.get("InputTransformer"):
        return _fill(transformer["InputTemplate"], transformer.get("InputPathsMap") or {}, event)
    return json.dumps(event)


def _part(path: str, event: dict) -> object:
    found = parse(path).find(event)
    return found[0].value if found else None


def _fill(template: str, paths: dict[str, str], event: dict) -> str:
    """A template in which `<name>` stands for a value: bare as JSON, within quotes as text."""
    values = {name: _part(path, event) for name, path in paths.items()}
    values |= {"aws.events.event.json": event, "aws.events.event.ingestion-time": event["time"]}
    quoted = {at for text in re.finditer(r'"(?:[^"\\]|\\.)*"', template) for at in range(*text.span())}

    def value(found: re.Match) -> str:
        if found.group(1) not in values:
            return found.group(0)
        given = values[found.group(1)]
        if found.start() not in quoted:
            return json.dumps(given)
        text = given if isinstance(given, str) else json.dumps(given)
        return "" if given is None else json.dumps(text)[1:-1]

    return _VARIABLE.sub(value, template)


def _try(sender: Sender, target: dict, body: str, tried: int) -> None:
    try:
        _refuse_if_asked(sender, target)
        destinations.deliver(target["Arn"], body, group=target.get("SqsParameters", {}).get("MessageGroupId"))
    except NoSuchTarget as error:
        _to_dead_letters(sender, target, body, "NO_PERMISSIONS", str(error), tried)
    except Refused as error:
        if tried < target.get("RetryPolicy", {}).get("MaximumRetryAttempts", 185):
            timers.after(RETRY_SECONDS, _try, sender, target, body, tried + 1)
        else:
            _to_dead_letters(sender, target, body, "THROTTLING", str(error), tried)


def _refuse_if_asked(sender: Sender, target: dict) -> None:
    service = target["Arn"].split(":")[2]
    operation = {"lambda": "Invoke", "sns": "Publish", "sqs": "SendMessage"}[service]
    if _faults.take("throttle", service=service, operation=operation, function=sender.principal):
        raise Refused("Rate exceeded")


def _to_dead_letters(sender: Sender, target: dict, body: str, code: str, message: str, tried: int) -> None:
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if not queue:
        return
    attributes = {
        **sender.letter,
        "TARGET_ARN": ("String", target["Arn"]),
        "ERROR_CODE": ("String", code),
        "ERROR_MESSAGE": ("String", message),
    }
    if tried:
        attributes["EXHAUSTED_RETRY_CONDITION"] = ("String", "MaximumRetryAttempts")
        attributes["RETRY_ATTEMPTS"] = ("Number", str(tried))
    destinations.send_dead_letter(queue, body, attributes)


def _send_by_moto(rule: Rule, target: dict, event: dict) -> None:
    """Log groups, archives, other buses: moto delivers these itself."""
    alone = Rule.__new__(Rule)
    alone.__dict__.update(rule.__dict__, targets=[target])
    moment = datetime.fromisoformat(event["time"]).timestamp()
    _moto_send(alone, {**event, "time": moment, "ingestion-time": moment}, transform_input=True)

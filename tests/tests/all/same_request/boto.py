"""What the older Python launcher would send for each folder, by boto3 itself; it reads and prints JSON.

The request is stopped before it leaves: what is printed is the body that boto3 made, or why it made none.
"""

import json
import sys

import boto3
import yaml
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ParamValidationError

FILES = ("cluster.yaml", "instances.yaml", "configurations.yaml", "steps.yaml")
METASTORES = ("hive-site", "spark-hive-site")
PASSWORD = "javax.jdo.option.ConnectionPassword"


class Emr:
    """A client whose requests end here."""

    def __init__(self):
        """Listen to requests that are about to leave."""
        self._client = boto3.client(
            "emr", region_name="eu-west-2", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        self._client.meta.events.register("before-send.emr.RunJobFlow", self._keep)
        self._sent = None

    def body_of(self, request):
        """The body of RunJobFlow for these arguments."""
        self._client.run_job_flow(**request)
        return self._sent

    def input_shape(self):
        """The shape of RunJobFlow's request."""
        return self._client.meta.service_model.operation_model("RunJobFlow").input_shape

    def _keep(self, request, **_):
        self._sent = json.loads(request.body)
        return AWSResponse(request.url, 200, {}, _Raw(b'{"JobFlowId": "j-1"}'))


class _Raw:
    def __init__(self, content):
        self._content = content

    def stream(self):
        """The only thing that botocore asks of it."""
        yield self._content


def asked(case):
    """The arguments that the older launcher gives to boto3."""
    request = {}
    for name in FILES:
        if name in case["files"]:
            request.update(yaml.safe_load(case["files"][name]))
    event = case["event"]
    merge(request, event.get("overrides", {}))
    for path, items in event.get("extend", {}).items():
        extend(request, path.split("."), items)
    for step in request.get("Steps", []):
        if more := event.get("additional_step_args", {}).get(step.get("Name"), []) + case["object_args"]:
            jar = step["HadoopJarStep"]
            jar["Args"] = [*jar.get("Args", []), *more]
    give_passwords(request, case["secrets"])
    return request


def merge(onto, overrides):
    """Merge maps deeply; everything else is replaced."""
    for name, value in overrides.items():
        if isinstance(value, dict) and isinstance(onto.get(name), dict):
            merge(onto[name], value)
        else:
            onto[name] = value


def extend(request, path, items):
    """Append to the list at a path."""
    *above, last = path
    for name in above:
        request = request.setdefault(name, {})
    request.setdefault(last, []).extend(items if isinstance(items, list) else [items])


def give_passwords(request, secrets):
    """Put secrets where the metastore's password names them."""
    for configuration in request.get("Configurations", []):
        properties = configuration.get("Properties", {})
        if configuration.get("Classification") in METASTORES and PASSWORD in properties:
            properties[PASSWORD] = json.loads(secrets[properties[PASSWORD]])["password"]


def answer(emr, case):
    """The body, or the refusal."""
    try:
        return {"body": emr.body_of(asked(case))}
    except (yaml.YAMLError, UnicodeDecodeError, ParamValidationError) as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def members(shape, seen=()):
    """Every member of a shape and of the shapes below, as SHAPE.MEMBER."""
    if shape.type_name == "list":
        return members(shape.member, seen)
    if shape.type_name != "structure" or shape.name in seen:
        return set()
    found = {f"{shape.name}.{name}" for name in shape.members}
    return found.union(*(members(below, (*seen, shape.name)) for below in shape.members.values()))


def used(shape, value):
    """Those of them that a body has."""
    if shape.type_name == "list":
        return set().union(*(used(shape.member, item) for item in value))
    if shape.type_name != "structure":
        return set()
    found = {f"{shape.name}.{name}" for name in value}
    return found.union(*(used(shape.members[name], below) for name, below in value.items()))


def main():
    """Answer the cases on standard input."""
    emr = Emr()
    answers = [answer(emr, case) for case in json.load(sys.stdin)]
    shape = emr.input_shape()
    covered = set().union(*(used(shape, made["body"]) for made in answers if "body" in made))
    print(json.dumps({"answers": answers, "unused": sorted(members(shape) - covered)}))


if __name__ == "__main__":
    main()

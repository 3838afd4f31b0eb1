"""What EMR refuses in a request for a cluster or for steps, beyond the shape of its members."""

from typing import Any

from .request_shapes import ValidationException

MOST_STEPS = 256
MOST_BOOTSTRAP_ACTIONS = 16
MOST_ARGUMENT_CHARACTERS = 10_240
IDLE_SECONDS = range(60, 604_801)
INSTANCE_FORMS = (
    ("MasterInstanceType", "SlaveInstanceType", "InstanceCount"),
    ("InstanceGroups",),
    ("InstanceFleets",),
)


def check(request: dict[str, Any], security_configurations: dict[str, Any]) -> None:
    """Raises unless EMR would take this RunJobFlow request."""
    _check_release(request)
    _check_instances(request["Instances"])
    _check_roles(request)
    concurrency = request.get("StepConcurrencyLevel") or 1
    if not 1 <= concurrency <= MOST_STEPS:
        raise ValidationException(f"StepConcurrencyLevel must be between 1 and {MOST_STEPS}.")
    check_steps(request.get("Steps") or [], already=0, concurrency=concurrency)
    if len(request.get("BootstrapActions") or []) > MOST_BOOTSTRAP_ACTIONS:
        raise ValidationException(f"A maximum of {MOST_BOOTSTRAP_ACTIONS} bootstrap actions is allowed.")
    check_idle_timeout(request.get("AutoTerminationPolicy"))
    named = request.get("SecurityConfiguration")
    if named and named not in security_configurations:
        raise ValidationException(f"Security configuration with name '{named}' does not exist.")


def _check_release(request: dict[str, Any]) -> None:
    label, version = request.get("ReleaseLabel"), request.get("AmiVersion")
    if label and version:
        raise ValidationException(
            "Only one AMI version and release label may be specified. "
            f"Provided AMI: {version}, release label: {label}."
        )


def _check_instances(instances: dict[str, Any]) -> None:
    forms = [form for form in INSTANCE_FORMS if any(instances.get(name) for name in form)]
    if len(forms) != 1:
        raise ValidationException(
            "Instances must be specified in exactly one form: MasterInstanceType with InstanceCount, "
            "InstanceGroups, or InstanceFleets."
        )
    for many, role in (("InstanceGroups", "InstanceRole"), ("InstanceFleets", "InstanceFleetType")):
        roles = [entry[role] for entry in instances.get(many) or []]
        if roles and roles.count("MASTER") != 1:
            raise ValidationException(f"{many} must have exactly one of {role} MASTER.")
    if forms == [INSTANCE_FORMS[0]] and not instances.get("MasterInstanceType"):
        raise ValidationException("MasterInstanceType is required where InstanceCount is specified.")
    if instances.get("Ec2SubnetId") and instances.get("Ec2SubnetIds"):
        raise ValidationException("Ec2SubnetId and Ec2SubnetIds cannot both be specified.")


def _check_roles(request: dict[str, Any]) -> None:
    if not request.get("JobFlowRole"):
        raise ValidationException("InstanceProfile is required for creating cluster.")
    if not request.get("ServiceRole"):
        raise ValidationException("ServiceRole is required for creating cluster.")


def check_steps(steps: list[dict[str, Any]], already: int, concurrency: int) -> None:
    """Raises unless EMR would take these steps on a cluster with `already` live ones."""
    if len(steps) + already > MOST_STEPS:
        raise ValidationException(
            "Maximum number of active steps(State = 'Running', 'Pending' or 'Cancel_Pending') "
            "for cluster exceeded."
        )
    for step in steps:
        jar = step["HadoopJarStep"]
        size = sum(map(len, [jar["Jar"], *(jar.get("Args") or [])]))
        if size > MOST_ARGUMENT_CHARACTERS:
            raise ValidationException(
                f"The step '{step['Name']}' has {size} characters in its HadoopJarStep; "
                f"the most is {MOST_ARGUMENT_CHARACTERS}."
            )
        if concurrency > 1 and step.get("ActionOnFailure") != "CONTINUE":
            raise ValidationException(
                f"The step '{step['Name']}' must have ActionOnFailure CONTINUE, since the cluster's "
                f"StepConcurrencyLevel is {concurrency}."
            )


def check_idle_timeout(policy: dict[str, Any] | None) -> None:
    """Raises unless an auto-termination policy waits for as long as EMR allows."""
    timeout = (policy or {}).get("IdleTimeout")
    if timeout is not None and timeout not in IDLE_SECONDS:
        raise ValidationException(
            f"IdleTimeout must be between {IDLE_SECONDS[0]} and {IDLE_SECONDS[-1]} seconds; it is {timeout}."
        )

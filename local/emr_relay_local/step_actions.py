"""EMR's actions on steps: adding, showing and cancelling them."""

from . import descriptions, launches
from .api import MOST_IDS, Caller, InvalidRequestException, Request, action, modifiable, page


@action
def add_job_flow_steps(caller: Caller, request: Request) -> Request:
    """Queues steps on a cluster."""
    [cluster] = modifiable([caller.job_flow(request["JobFlowId"])])
    live = sum(step.live for step in cluster.steps)
    launches.check_steps(request["Steps"], live, cluster.concurrency)
    return {"StepIds": [step.id for step in cluster.add_steps(request["Steps"])]}


@action
def list_steps(caller: Caller, request: Request) -> Request:
    """Lists a cluster's steps, newest first."""
    cluster = caller.cluster(request["ClusterId"])
    ids, states = request.get("StepIds"), request.get("StepStates")
    if ids and states:
        raise InvalidRequestException("Cannot specify both StepIds and StepStates.")
    if ids and len(ids) > MOST_IDS:
        raise InvalidRequestException(f"A maximum of {MOST_IDS} StepIds is allowed.")
    for name in set(ids or []) - {step.id for step in cluster.steps}:
        raise InvalidRequestException(f"Step id '{name}' is not valid.")
    found = [
        step
        for step in reversed(cluster.steps)
        if (not ids or step.id in ids) and (not states or step.state in states)
    ]
    return page("Steps", found, request, descriptions.step)


@action
def describe_step(caller: Caller, request: Request) -> Request:
    """Shows a step."""
    for step in caller.cluster(request["ClusterId"]).steps:
        if step.id == request["StepId"]:
            return {"Step": descriptions.step(step)}
    raise InvalidRequestException(f"Step id '{request['StepId']}' is not valid.")


@action
def cancel_steps(caller: Caller, request: Request) -> Request:
    """Has steps cancelled that are not over."""
    cluster = caller.cluster(request["ClusterId"])
    kill = request.get("StepCancellationOption") == "TERMINATE_PROCESS"
    known = {step.id: step for step in cluster.steps}
    answers = []
    for name in request["StepIds"]:
        if name not in known:
            answers.append({"StepId": name, "Status": "FAILED", "Reason": f"Step id '{name}' is not valid."})
        elif cluster.cancel(known[name], kill):
            answers.append({"StepId": name, "Status": "SUBMITTED"})
        else:
            reason = f"The step is {known[name].state}; only PENDING and RUNNING steps can be cancelled."
            answers.append({"StepId": name, "Status": "FAILED", "Reason": reason})
    return {"CancelStepsInfoList": answers}

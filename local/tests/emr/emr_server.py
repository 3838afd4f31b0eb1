"""moto with storage and EMR laid over it, in a thread, for tests of these two alone."""

import gzip
import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from emr_relay_local import emr

PATIENCE = 60
GROUPS = [{"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}]
ENDED = ("TERMINATED", "TERMINATED_WITH_ERRORS")


class LocalServer:
    """A server on a free port."""

    def __init__(self):
        """Starts serving."""
        app = DomainDispatcherApplication(create_backend_app)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stops serving."""
        self.server.shutdown()


class Faults:
    """Faults that a test asks for, each taken once by the step that bears its name."""

    def __init__(self):
        """There are none at first."""
        self.asked = {}

    def take(self, kind: str, **where: str):
        """The fault of this kind for this step, if any."""
        return self.asked.pop((kind, where.get("step_name")), None)


class Clusters:
    """Clusters of the local EMR, as a test wants to ask for them."""

    def __init__(self, client, s3):
        """`client` is boto3's for EMR, `s3` the one for S3."""
        self.emr, self.s3 = client, s3

    def run(self, *steps: dict, keep: bool = False, instances: dict | None = None, **more) -> str:
        """Starts a cluster and gives its id."""
        asked = {"InstanceGroups": GROUPS, "KeepJobFlowAliveWhenNoSteps": keep, **(instances or {})}
        request = {
            "Name": "nightly",
            "ReleaseLabel": "emr-7.10.0",
            "LogUri": "s3://logs/emr/",
            "ServiceRole": "EMR_DefaultRole",
            "JobFlowRole": "EMR_EC2_DefaultRole",
            "Steps": list(steps),
            "Instances": asked,
        }
        return self.emr.run_job_flow(**{**request, **more})["JobFlowId"]

    def reach(self, cluster: str, *states: str) -> dict:
        """The cluster, once it is in one of these states; by default, once it has ended."""
        self._await(lambda: self._living(cluster).state in (states or ENDED))
        return self.emr.describe_cluster(ClusterId=cluster)["Cluster"]

    def reach_step(self, cluster: str, step: str, *states: str) -> dict:
        """The step, once it is in one of these states."""
        self._await(
            lambda: any(one.id == step and one.state in states for one in self._living(cluster).steps)
        )
        return self.emr.describe_step(ClusterId=cluster, StepId=step)["Step"]

    def steps(self, cluster: str) -> dict[str, str]:
        """Each step's state by its name, in their order."""
        listed = self.emr.list_steps(ClusterId=cluster)["Steps"]
        return {step["Name"]: step["Status"]["State"] for step in reversed(listed)}

    def step(self, cluster: str, name: str) -> dict:
        """A step by its name."""
        [found] = [s for s in self.emr.list_steps(ClusterId=cluster)["Steps"] if s["Name"] == name]
        return found

    def log(self, cluster: str, name: str, file: str = "stdout") -> str:
        """A step's log, from S3."""
        key = f"emr/{cluster}/steps/{self.step(cluster, name)['Id']}/{file}.gz"
        return gzip.decompress(self.s3.get_object(Bucket="logs", Key=key)["Body"].read()).decode()

    @staticmethod
    def _living(cluster: str):
        return emr._host.clusters[cluster]

    @staticmethod
    def _await(reached) -> None:
        with emr._host.changed:
            assert emr._host.changed.wait_for(reached, PATIENCE)


def bash(name: str, script: str, action: str = "CONTINUE") -> dict:
    """A step that runs a line of bash."""
    return runner(name, "command-runner.jar", "bash", "-c", script, action=action)


def runner(name: str, jar: str, *arguments: str, action: str = "CONTINUE") -> dict:
    """A step for a runner."""
    jar_step = {"Jar": jar, "Args": list(arguments)}
    return {"Name": name, "ActionOnFailure": action, "HadoopJarStep": jar_step}


def data_folder(tmp: Path) -> Path:
    """A folder whose name has to be quoted."""
    folder = tmp / "data of mine"
    folder.mkdir()
    return folder

from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
FOLDER = Path(__file__).parents[1]
UPLOADED = "s3://relay-config/rentals/"


def test_every_file_that_a_step_names_is_in_the_folder():
    steps = yaml.safe_load((FOLDER / "steps.yaml").read_text())["Steps"]
    named = [
        name.removeprefix(UPLOADED)
        for step in steps
        for argument in step["HadoopJarStep"]["Args"]
        for name in argument.split(",")
        if name.startswith(UPLOADED)
    ]
    assert "jobs/transformation_job.py" in named and "jobs/kpis.py" in named
    assert [name for name in named if not (FOLDER / name).is_file()] == []


def test_the_steps_arguments_are_those_that_the_jobs_take():
    import kpis
    import transformation_job

    steps = yaml.safe_load((FOLDER / "steps.yaml").read_text())["Steps"]
    for step, job in zip(steps, (transformation_job, kpis), strict=True):
        arguments = step["HadoopJarStep"]["Args"]
        script = next(i for i, a in enumerate(arguments) if a.endswith(f"/{job.__name__}.py"))
        job.arguments(arguments[script + 1 :])


def test_every_query_that_the_pipeline_names_is_in_the_folder():
    queries = yaml.safe_load((FOLDER / "pipeline.yaml").read_text())["queries"]
    assert [q["sql"] for q in queries if not (FOLDER / q["sql"]).is_file()] == []


def test_emr_knows_every_member_of_the_request():
    boto3 = pytest.importorskip("boto3")
    from botocore.validate import validate_parameters

    request = {}
    for name in ("cluster", "instances", "configurations", "steps"):
        request |= yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    model = boto3.client("emr", region_name="eu-west-2").meta.service_model
    validate_parameters(request, model.operation_model("RunJobFlow").input_shape)

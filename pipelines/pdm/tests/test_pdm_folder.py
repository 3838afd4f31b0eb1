import importlib
import re
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
FOLDER = Path(__file__).parents[1]
UPLOADED = "s3://relay-config/pdm/"
NAMES = [
    "courtesy-flush",
    "create-hive-dynamo-table",
    "metrics-setup",
    "clean-dictionary-data",
    "create_databases",
    "transactional",
    "initial_transactional_load",
    "source",
    "transform",
    "model",
    "views",
    "create-views-tables",
    "flush-gateway",
    "flush-s3",
]


@pytest.fixture
def steps():
    return {
        step["Name"]: step["HadoopJarStep"]["Args"]
        for step in yaml.safe_load((FOLDER / "steps.yaml").read_text())["Steps"]
    }


@pytest.fixture
def pipeline():
    return yaml.safe_load((FOLDER / "pipeline.yaml").read_text())


def test_the_steps_have_the_names_and_the_order_that_operators_know(steps):
    assert list(steps) == NAMES


def test_every_file_that_a_step_names_is_in_the_folder(steps):
    named = {
        name.removeprefix(UPLOADED)
        for arguments in steps.values()
        for argument in arguments
        for name in argument.split(",")
        if name.startswith(UPLOADED)
    }
    assert [name for name in named if not (FOLDER / name).is_file()] == []
    there = {
        str(f.relative_to(FOLDER))
        for kind in ("jobs/*.py", "sql/*", "scripts/*.*")
        for f in FOLDER.glob(kind)
    }
    assert there - named == set()


def test_the_arguments_of_a_job_are_those_that_it_takes(steps):
    jobs = 0
    for arguments in steps.values():
        if arguments[0] == "spark-submit":
            place = next(
                i for i, a in enumerate(arguments) if re.fullmatch(r"[^,]+/jobs/(?!pdm_run)\w+\.py", a)
            )
            filled = [re.sub("{{run_id}}", "1", argument) for argument in arguments[place + 1 :]]
            importlib.import_module(Path(arguments[place]).stem).arguments(filled)
            jobs += 1
    assert jobs == 5


def test_a_job_brings_every_module_of_ours_that_it_imports(steps):
    for arguments in steps.values():
        if arguments[0] == "spark-submit":
            brought = {Path(name).stem for argument in arguments for name in argument.split(",")}
            scripts = [
                FOLDER / "jobs" / f"{stem}.py"
                for stem in brought
                if (FOLDER / "jobs" / f"{stem}.py").is_file()
            ]
            imported = {
                name
                for script in scripts
                for name in re.findall(r"^(?:import|from) (\w+)", script.read_text(), re.MULTILINE)
                if (FOLDER / "jobs" / f"{name}.py").is_file()
            }
            assert imported <= brought


def test_a_statement_s_variables_are_all_given_by_its_step(steps):
    for arguments in steps.values():
        if arguments[0] == "spark-sql":
            given = {arguments[i + 1].split("=")[0] for i, word in enumerate(arguments) if word == "-d"}
            file = next(a for a in arguments if a.endswith(".sql")).removeprefix(UPLOADED)
            assert set(re.findall(r"\$\{(\w+)}", (FOLDER / file).read_text())) == given


def test_the_metrics_file_that_the_pipeline_names_is_the_one_that_the_steps_write(steps, pipeline):
    named = "s3://{bucket}/{key}".format(**pipeline["metrics"])
    written = {
        argument.removeprefix("--metrics=")
        for arguments in steps.values()
        for argument in arguments
        if "/metrics/" in argument
    }
    assert written == {named}


def test_what_is_said_of_retries_is_about_steps_that_there_are(pipeline):
    retry = pipeline["retry"]
    named = [*retry["steps_not_to_retry"], *retry["always_run"], *sum(retry["not_resumable"].items(), ())]
    assert set(named) <= set(NAMES)
    # A resume further back than the failure makes sense only where the earlier step stands before it.
    assert all(NAMES.index(to) < NAMES.index(of) for of, to in retry["not_resumable"].items())


def test_emr_knows_every_member_of_the_request():
    boto3 = pytest.importorskip("boto3")
    from botocore.validate import validate_parameters

    request = {}
    for name in ("cluster", "instances", "configurations", "steps"):
        request |= yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    model = boto3.client("emr", region_name="eu-west-2").meta.service_model
    validate_parameters(request, model.operation_model("RunJobFlow").input_shape)

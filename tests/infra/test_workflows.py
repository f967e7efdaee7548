"""The workflows avoid known pitfalls of deployments from GitHub."""

import re

import pytest

from local.infra.checkers import INFRA
from local.machine.paths import ROOT

FOLDER = ROOT / ".github" / "workflows"
DEPLOY = (FOLDER / "deploy.yml").read_text()
JOBS = dict(re.findall(r"(?m)^  ([\w-]+):\n((?:    .*\n|\n)+)", DEPLOY[DEPLOY.index("\njobs:\n") :]))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_has_no_secrets_and_only_read_permissions(path):
    text = path.read_text()
    assert "secrets." not in text
    assert "\npermissions:\n  contents: read\n" in text
    assert "\t" not in text
    for used in re.findall(r"uses: (\S+)", text):
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+", used), used


def test_the_order_of_jobs_deploys_only_reviewed_changes():
    assert list(JOBS) == ["package", "what-if", "deploy"]
    assert "needs: package\n" in JOBS["what-if"]
    assert "needs: what-if\n" in JOBS["deploy"]
    steps = ["sub create", "Azure/functions-action@", "infra/smoke.sh"]
    assert [JOBS["deploy"].index(step) for step in steps] == sorted(JOBS["deploy"].index(step) for step in steps)
    assert (
        JOBS["package"].index("./.ci/run") < JOBS["package"].index("./dev package") < JOBS["package"].index("upload-")
    )


def test_workflows_sign_in_to_azure_by_openid_connect_from_an_environment():
    for name in ("what-if", "deploy"):
        assert "id-token: write\n" in JOBS[name]
        assert re.search(r"environment: \$\{\{ inputs\.environment \}\}(-what-if)?\n", JOBS[name])
        assert re.search(
            r"uses: azure/login@v2\n\s+with:\n(\s+[\w-]+-id: \$\{\{ vars\.AZURE_\w+ \}\}\n){3}", JOBS[name]
        )
    assert "id-token" not in JOBS["package"]


def test_the_identity_without_a_reviewer_cannot_deploy():
    clients = {name: re.findall(r"client-id: \$\{\{ vars\.(\w+) \}\}", JOBS[name]) for name in ("what-if", "deploy")}
    assert clients == {"what-if": ["AZURE_WHAT_IF_CLIENT_ID"], "deploy": ["AZURE_DEPLOY_CLIENT_ID"]}
    assert "inputs.environment }}-what-if\n" in JOBS["what-if"]
    assert "inputs.environment }}\n" in JOBS["deploy"]
    assert re.findall(r"\baz [a-z -]+", JOBS["what-if"]) == ["az deployment sub what-if --name credits-"]
    assert "--validation-level ProviderNoRbac" in JOBS["what-if"]


def test_only_the_main_branch_and_version_tags_are_deployed():
    """All jobs depend on the first one; the environments on GitHub have the same rule (docs/deploy.md)."""
    [guard] = re.findall(r"(?m)^    if: (.+)$", JOBS["package"])
    assert guard == "github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')"
    page = re.sub(r"\s+", " ", (ROOT / "docs" / "deploy.md").read_text())
    assert "*Selected branches and tags*: the branch `main`, the tags `v*`" in page
    for variable in re.findall(r"vars\.(AZURE_\w+)", DEPLOY):
        assert f"`{variable}`" in page


def test_the_hidden_folder_of_the_package_survives_the_upload():
    [upload] = re.findall(r"upload-artifact@v\d+\n((?:          .*\n|        with:\n)+)", JOBS["package"])
    assert "path: dist/communications-credits.zip\n" in upload
    assert "if-no-files-found: error" in upload
    assert "package: dist/communications-credits.zip\n" in JOBS["deploy"]
    assert "remote-build: false\n" in JOBS["deploy"]


def test_the_package_is_built_with_the_deployed_python():
    [version] = re.findall(
        r"runtime: \{ name: 'python', version: '([\d.]+)'", (INFRA / "modules/app.bicep").read_text()
    )
    assert set(re.findall(r"python-version: '([\d.]+)'", DEPLOY)) == {version}
    assert f"'{version}'" in (FOLDER / "check.yml").read_text()


def test_workflows_set_all_variables_of_the_parameter_files():
    """In the jobs, because variables of an environment are not available at the top of a workflow."""
    for job in ("what-if", "deploy"):
        given = set(re.findall(r"(?m)^      (\w+): \$\{\{ vars\.\1(?: \|\| '\w+')? \}\}$", JOBS[job]))
        for name in ("trial", "production"):
            read = set(re.findall(r"readEnvironmentVariable\('(\w+)'", (INFRA / f"{name}.bicepparam").read_text()))
            assert read == read & given, (job, name)
    assert "vars." not in DEPLOY[: DEPLOY.index("\njobs:\n")]
    [choices] = re.findall(r"options: \[([\w, ]+)\]", DEPLOY)
    assert all((INFRA / f"{choice}.bicepparam").is_file() for choice in choices.split(", "))


def test_every_command_of_a_workflow_exists():
    for path in FOLDER.glob("*.yml"):
        for script in re.findall(r"sh (infra/\w+\.sh)|(\./\.ci/run)", path.read_text()):
            assert (ROOT / "".join(script)).is_file()


def test_azd_deploys_the_same_package_and_builds_nothing():
    azd = (ROOT / "azure.yaml").read_text()
    assert "remoteBuild: false" in azd
    assert "./dev package" in azd
    [service] = re.findall(r"(?m)^services:\n  (\w+):$", azd)
    assert f"'azd-service-name': '{service}'" in (INFRA / "modules" / "app.bicep").read_text()

"""A cold start imports no client library: each is imported by the first function that uses it."""

import subprocess
import sys

from local.machine.paths import ROOT

OUTSIDE = (
    *("stripe", "azure.storage.queue", "azure.communication.email", "azure.identity", "jwt", "babel"),
    *("boto3", "botocore", "httpx"),
)


def test_the_app_imports_no_client_library():
    shown = f"import sys, function_app; print(*(name for name in {OUTSIDE!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, check=True, capture_output=True, text=True)
    assert run.stdout.split() == []

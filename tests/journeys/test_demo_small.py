import subprocess
import sys

from local.machine.paths import ROOT


def test_every_claim_of_a_demo_with_few_calls_holds():
    command = [sys.executable, "-m", "local", "demo", "--calls", "120", "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The stored rows alone prove the books" in done.stdout
    assert " NO " not in done.stdout

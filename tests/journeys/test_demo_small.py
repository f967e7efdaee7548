import subprocess
import sys

from local.machine.paths import ROOT


def test_a_demo_with_few_calls_succeeds_with_all_its_checks():
    command = [sys.executable, "-m", "local", "demo", "--calls", "120", "--seed", "3"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "The stored rows alone prove the books" in finished.stdout
    assert " NO " not in finished.stdout
    assert "8:00   cut by the telephony system         costs 4.85" in finished.stdout

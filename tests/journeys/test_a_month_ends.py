import subprocess
import sys
from datetime import timedelta

import httpx

from shared.kernel.times import next_month
from shared.notices.statements import SPREAD


def test_the_email_about_a_month_carries_the_hash_that_its_proof_holds_with(customer, machine, tmp_path):
    customer.buy(50, "order-1")
    month = f"{machine.now():%Y-%m}"
    end = next_month(machine.now())
    assert customer.monthly_emails == []

    machine.move_clock(end + timedelta(seconds=1))
    customer.report(customer.call("first in the new month", startedAt=f"{month}-01T00:00:00Z"))
    machine.move_clock(end + SPREAD)
    [email] = customer.monthly_emails
    [command] = [line for line in email.splitlines() if line.startswith("python3 ")]
    _, script, proof, chain = command.split()
    assert customer.get(f"/statements/{month}")["chain"] == chain

    lines = customer.portal.tenant("GET", customer.account, f"/statements/{month}.proof").raise_for_status()
    (tmp_path / proof).write_bytes(lines.content)
    address = f"{machine.http}/api/v1/{script}"
    (tmp_path / script).write_bytes(httpx.get(address, trust_env=False, verify=False).raise_for_status().content)
    for anchor, code in ((chain, 0), ("0" * 64, 1)):
        ran = subprocess.run([sys.executable, "-I", script, proof, anchor], cwd=tmp_path, check=False)
        assert ran.returncode == code

"""exports: a million calls become a CSV and an Excel file in blob storage, in little memory, and each is there once."""

import argparse
import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from local.machine.azurite import azurite
from tests.proofs.prove.checks import Checks
from tests.proofs.prove.claim import Claim, Option, Result
from tests.proofs.prove.exported_calls import PRICE

ROOT = Path(__file__).parents[4]
LIMIT_MEBIBYTES = 200
PART = 1024 * 1024
ROW = b"<row>"


def test(chosen: argparse.Namespace) -> Result:
    """Write both files, each in a process of its own; follow the links, and count the calls in them."""
    checks, facts = Checks(), dict[str, object]()
    with TemporaryDirectory() as folder, azurite(Path(folder), None) as connection:
        for form, count_rows in (("csv", _rows_of_csv), ("xlsx", _rows_of_xlsx)):
            told = _written(connection, chosen.calls, form)
            file = Path(folder) / f"calls.{form}"
            with httpx.stream("GET", str(told["link"]), trust_env=False) as answer, file.open("wb") as out:
                checks.equal(f"status of the link to the {form} file", answer.status_code, 200)
                for part in answer.iter_bytes(PART):
                    out.write(part)
            checks.equal(f"calls in the {form} file", count_rows(file), chosen.calls)
            is_little = float(told["mebibytes"]) < LIMIT_MEBIBYTES
            checks.equal(f"{form}: less than {LIMIT_MEBIBYTES} MiB ({told['mebibytes']})", is_little, expected=True)
            facts |= {f"{form}Seconds": told["seconds"], f"{form}MiB": told["mebibytes"]}
            facts[f"{form}FileMB"] = round(file.stat().st_size / 1_000_000, 1)
            print(f"  {form}: {told['seconds']} s, {told['mebibytes']} MiB, {facts[f'{form}FileMB']} MB", flush=True)
    words = f"{chosen.calls:,} calls: CSV in {facts['csvMiB']} MiB, Excel in {facts['xlsxMiB']} MiB of memory"
    return checks.result(words, calls=chosen.calls, **facts)


def _written(connection: str, count: int, form: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.proofs.prove.exported_calls", connection, str(count), form]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _rows_of_csv(file: Path) -> int:
    """The rows whose amount is that of a call."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        return sum(row["amount"] == f"0.{PRICE:06d}" for row in csv.DictReader(text))


def _rows_of_xlsx(file: Path) -> int:
    """The rows of all sheets, without their titles."""
    with zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return sum(sum(part.count(ROW) for part in _parts(archive, name)) - 1 for name in sheets)


def _parts(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The text of a sheet in parts that end between two rows."""
    with archive.open(name) as sheet:
        rest = b""
        while part := sheet.read(PART):
            whole = rest + part
            cut = max(whole.rfind(ROW), 0)
            yield whole[:cut]
            rest = whole[cut:]
        yield rest


CLAIM = Claim(
    "exports",
    "a million calls become a CSV and an Excel file behind a link, in less than 200 MiB of memory",
    (Option("calls", 1_000_000, 1, "calls in each file"),),
    test,
)

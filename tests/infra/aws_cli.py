"""A fake `aws` that asks moto's server at `FAKE_AWS` through boto3: `aws SERVICE OPERATION --name value ...`.

boto3 has the same operations and parameters as the real command line, so a wrong one is noticed. `s3api` is boto3's
`s3`. Values may be JSON, or name a file (`file://`).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
import jmespath

SERVICES = {"s3api": "s3"}
service, operation, *words = sys.argv[1:]
session: Any = boto3.Session(region_name=os.environ["AWS_REGION"])
client = session.client(SERVICES.get(service, service), endpoint_url=os.environ["FAKE_AWS"])
method = operation.replace("-", "_")
shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
asked: dict[str, list[str]] = {}
for word in words:
    if word.startswith("--"):
        asked[word.removeprefix("--")] = []
    else:
        asked[list(asked)[-1]].append(word)
query = " ".join(asked.pop("query", []))
asked.pop("output", None)
members = {name.replace("-", "").lower(): name for name in shape.members} if shape else {}


def value(name, given):
    """The value of the parameter *name*: of its own type."""
    text = given[0]
    if text.startswith("file://"):
        text = Path(text.removeprefix("file://")).read_text()
        json.loads(text)
    kind = shape.members[name].type_name
    if kind == "list":
        return given
    return text if kind == "string" else json.loads(text)


parameters = {(name := members[key.replace("-", "")]): value(name, given) for key, given in asked.items()}
answer = getattr(client, method)(**parameters)
answer.pop("ResponseMetadata", None)
found = jmespath.search(query, answer) if query else answer
sys.stdout.write(f"{found if isinstance(found, str) else json.dumps(found, default=str)}\n")

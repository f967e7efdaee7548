"""One machine for all journeys. Each journey has its own account; the clock only moves forward."""

import pytest

from local.commands.sample_card import publish_sample_card
from local.machine.machine import Machine
from tests.aws import aws_endpoint
from tests.journeys.customer import Customer
from tests.proofs.prove.http_client import HttpClient
from tests.proofs.prove.usage_queue import UsageQueue

__all__ = ["aws_endpoint"]


@pytest.fixture(scope="package")
def machine():
    smallest = {"Purchases__smallest": "KWD=10,BHD=10,ISK=7000"}
    with Machine.start(None, settings=smallest) as running:
        publish_sample_card(running)
        yield running


@pytest.fixture(scope="package")
def portal(machine):
    with HttpClient(machine) as connected:
        yield connected


@pytest.fixture(scope="package")
def queue(machine):
    with UsageQueue(machine) as connected:
        yield connected


@pytest.fixture
def customer(machine, portal, queue):
    """An organisation with a new account and one administrator."""
    opened = Customer(machine, portal, queue)
    portal.open(opened.account)
    opened.change("/administrators", [{"address": opened.administrator, "roles": ["Billing Administrator"]}])
    return opened

"""Fixtures for tests of the infrastructure."""

import pytest

from tests.aws import aws_endpoint
from tests.infra.fake_azure import Azure

__all__ = ["aws_endpoint"]


@pytest.fixture
def azure(tmp_path):
    return Azure(tmp_path)

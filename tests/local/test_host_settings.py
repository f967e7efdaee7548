import json
from datetime import timedelta

import pytest

from local.host.settings import BadSettingError, connection, host_settings, timespan
from local.machine.paths import ROOT

HOST_JSON = (ROOT / "host.json").read_text()


def test_the_project_s_host_json_is_understood():
    settings = host_settings(HOST_JSON, {})
    assert (settings.route_prefix, settings.function_timeout) == ("api", timedelta(minutes=30))
    queues = settings.queues
    assert (queues.batch_size, queues.new_batch_threshold, queues.max_dequeue_count) == (32, 64, 10)
    assert queues.visibility_timeout == timedelta(seconds=30)
    assert queues.lease == timedelta(minutes=10)


def test_the_lease_can_be_shortened_on_this_host_alone():
    queues = host_settings(HOST_JSON, {"LocalHost__queueLease": "00:00:05"}).queues
    assert queues.lease == timedelta(seconds=5)


def test_the_environment_overrides_host_json_whatever_the_case():
    environment = {
        "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
        "AZUREFUNCTIONSJOBHOST__EXTENSIONS__QUEUES__BATCHSIZE": "2",
    }
    queues = host_settings(HOST_JSON, environment).queues
    assert (queues.visibility_timeout, queues.batch_size) == (timedelta(seconds=1), 2)


def test_an_encoding_that_would_lose_messages_unseen_is_refused():
    host = json.loads(HOST_JSON)
    host["extensions"]["queues"]["messageEncoding"] = "base64"
    with pytest.raises(BadSettingError, match="messageEncoding"):
        host_settings(json.dumps(host), {})


@pytest.mark.parametrize(("text", "span"), [("00:00:10", timedelta(seconds=10)), ("1.02:03:04", timedelta(1, 7384))])
def test_time_spans_are_dotnet_s(text, span):
    assert timespan(text) == span


@pytest.mark.parametrize("text", ["10", "ten", "00:00"])
def test_anything_else_is_no_time_span(text):
    with pytest.raises(BadSettingError):
        timespan(text)


def test_a_connection_is_a_setting_s_name():
    assert connection("Store", {"AzureWebJobsStore": "x"}) == "x"
    with pytest.raises(BadSettingError, match="Store"):
        connection("Store", {"Store": ""})

import json
from datetime import timedelta

import pytest

from local.host.settings import BadSettingError, connection, host_settings, timespan
from local.machine.paths import ROOT

HOST_JSON = (ROOT / "host.json").read_text()


def test_the_projects_host_json_is_supported():
    settings = host_settings(HOST_JSON, {})
    assert (settings.route_prefix, settings.function_timeout) == ("api", timedelta(minutes=30))
    queues = settings.queues
    assert (queues.batch_size, queues.new_batch_threshold, queues.max_dequeue_count) == (32, 64, 10)
    assert queues.visibility_timeout == timedelta(seconds=30)
    assert queues.lease == timedelta(minutes=10)


def test_the_lease_can_be_shortened_on_the_embedded_host():
    queues = host_settings(HOST_JSON, {"LocalHost__queueLease": "00:00:05"}).queues
    assert queues.lease == timedelta(seconds=5)


def test_the_environment_overrides_host_json_in_any_case():
    environment = {
        "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
        "AZUREFUNCTIONSJOBHOST__EXTENSIONS__QUEUES__BATCHSIZE": "2",
    }
    queues = host_settings(HOST_JSON, environment).queues
    assert (queues.visibility_timeout, queues.batch_size) == (timedelta(seconds=1), 2)


def test_the_base64_encoding_of_messages_is_rejected():
    host = json.loads(HOST_JSON)
    host["extensions"]["queues"]["messageEncoding"] = "base64"
    with pytest.raises(BadSettingError, match="messageEncoding"):
        host_settings(json.dumps(host), {})


@pytest.mark.parametrize(("text", "span"), [("00:00:10", timedelta(seconds=10)), ("1.02:03:04", timedelta(1, 7384))])
def test_time_spans_have_the_format_of_dotnet(text, span):
    assert timespan(text) == span


@pytest.mark.parametrize("text", ["10", "ten", "00:00"])
def test_other_texts_are_not_time_spans(text):
    with pytest.raises(BadSettingError):
        timespan(text)


def test_a_connection_is_the_name_of_a_setting():
    assert connection("Store", {"AzureWebJobsStore": "x"}) == "x"
    with pytest.raises(BadSettingError, match="Store"):
        connection("Store", {"Store": ""})

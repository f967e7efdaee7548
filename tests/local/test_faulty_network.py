"""The faulty network of the proofs: the effect of each fault on a client and on the storage."""

import random
from uuid import uuid4

import pytest

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.ports import Create, OutcomeUnknownError
from tests.proofs.prove.faulty_network import NOT_FORWARDED, Fault, FaultyNetwork

ROW = [Create("row", {"text": "x"})]


class AlwaysChoose(random.Random):
    """A random generator that always chooses one fault."""

    def __init__(self, fault):
        super().__init__(1)
        self.fault = fault

    def choice(self, _faults):
        return self.fault


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.value)
async def test_each_fault_affects_a_write_and_only_forwarded_writes_are_executed(azurite, fault):
    name, network = f"t{uuid4().hex}", FaultyNetwork(AlwaysChoose(fault))
    async with table_service(azurite) as straight:
        stored = AzureTable(await straight.create_table(name))
        with network.between(azurite) as faulty:
            async with table_service(faulty) as service:
                table = AzureTable(service.get_table_client(name))
                with network.faults(100):
                    if fault is Fault.LATE:
                        assert await table.transact("p", ROW)
                    else:
                        with pytest.raises(OutcomeUnknownError):
                            await table.transact("p", ROW)
                assert dict(network.counts) == {fault: 1}
                assert (await stored.get("p", "row") is None) == (fault in NOT_FORWARDED)
                assert (await table.get("p", "row") is None) == (fault in NOT_FORWARDED)  # no faults any longer

"""The unsteady network of the proofs: what each of its faults does to a client, and to the storage."""

import random
from uuid import uuid4

import pytest

from shared.adapters.storage.azure_tables import AzureTable, table_service
from shared.ports import Create, OutcomeUnknownError
from tests.proofs.prove.faulty_network import WORKLESS, Fault, FaultyNetwork

ROW = [Create("row", {"text": "x"})]


class Only(random.Random):
    """Dice that know one fault."""

    def __init__(self, fault):
        super().__init__(1)
        self.fault = fault

    def choice(self, _faults):
        return self.fault


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.value)
async def test_a_write_meets_the_fault_and_only_those_that_arrive_are_carried_out(azurite, fault):
    name, network = f"t{uuid4().hex}", FaultyNetwork(Only(fault))
    async with table_service(azurite) as straight:
        stored = AzureTable(await straight.create_table(name))
        with network.between(azurite) as unsteady:
            async with table_service(unsteady) as service:
                table = AzureTable(service.get_table_client(name))
                with network.disturbing(100):
                    if fault is Fault.LATE:
                        assert await table.transact("p", ROW)
                    else:
                        with pytest.raises(OutcomeUnknownError):
                            await table.transact("p", ROW)
                assert dict(network.met) == {fault: 1}
                assert (await stored.get("p", "row") is None) == (fault in WORKLESS)
                assert (await table.get("p", "row") is None) == (fault in WORKLESS)  # calm again

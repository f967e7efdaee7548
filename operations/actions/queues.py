"""The queues: how many messages wait, and the return of messages from poison queues."""

from operations.plural import count_of
from operations.result import Code, Result
from shared.adapters.queues.azure_poison import POISON
from shared.kernel.times import instant_text
from shared.ports.poison import PoisonQueues
from shared.wiring.names import QUEUES


async def list_waiting(poison: PoisonQueues) -> Result:
    """Every queue; the exit code says whether a poison queue has messages."""
    found = [
        {"queue": each.queue, "messages": each.messages, "since": instant_text(each.since) if each.since else None}
        for each in await poison.waiting(QUEUES)
    ]
    poisoned = sum(int(str(each["messages"])) for each in found if str(each["queue"]).endswith(POISON))
    rows = [(str(each["queue"]), str(each["messages"]), str(each["since"] or "")) for each in found]
    code = Code.FOUND if poisoned else Code.FINE
    return Result(
        found, f"{count_of(poisoned, 'message')} in poison queues", ("queue", "messages", "since"), rows, code
    )


async def return_messages(poison: PoisonQueues, queue: str) -> Result:
    """How many messages were returned."""
    moved = await poison.move_back(queue)
    return Result({"queue": queue, "returned": moved}, f"{count_of(moved, 'message')} returned to {queue}")

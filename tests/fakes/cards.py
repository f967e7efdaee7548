"""The port `Cards` in memory: customers, stored cards and their setups."""

from dataclasses import replace

from local.stand_ins.stripe.cards import DECLINES, TEST_CARDS
from shared.kernel.ids import AccountId, CardId
from shared.ports import NO_SUCH_METHOD, CardSetup, Clock, Decline, SetupOrder, SetupState, StoredCard
from tests.fakes.provider_calls import FakeCalls


class FakeCards(FakeCalls):
    """A provider's cards. `give` and `authenticate` are what the provider's form and the holder do."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.setups: dict[str, CardSetup] = {}
        self._cards: dict[CardId, tuple[str, str, StoredCard]] = {}
        self._setup_orders: dict[str, SetupOrder] = {}
        self._set_up_cards: set[CardId] = set()

    def set_expiry(self, card: CardId, year: int, month: int) -> None:
        """Change the expiry of a stored card."""
        test, customer, stored = self._cards[card]
        self._cards[card] = test, customer, replace(stored, expiry_year=year, expiry_month=month)

    async def open_customer(self, account: AccountId, key: str) -> str:
        return self._once("open_customer", key, account, lambda: self._id("cus"))

    async def store(self, customer: str, method: str, key: str) -> StoredCard | Decline:
        return self._once("store", key, (customer, method), lambda: self._attach(customer, method))

    def _attach(self, customer: str, method: str) -> StoredCard | Decline:
        _, owner, known = self._cards.get(CardId(method), (None, None, None))
        if known is not None:
            return known if owner == customer else NO_SUCH_METHOD
        test = TEST_CARDS.get(method)
        if test is None:
            return NO_SUCH_METHOD
        if test.attaching in DECLINES:
            return Decline(*DECLINES[test.attaching])
        now = self._clock.now()
        card = CardId(self._id("pm"))
        stored = StoredCard(card, test.brand, test.last4, now.year + 4, now.month, f"{test.brand}-{test.last4}")
        self._cards[card] = method, customer, stored
        return stored

    async def set_up(self, order: SetupOrder, key: str) -> CardSetup | Decline:
        return self._once("set_up", key, order, lambda: self._set_up(order))

    async def setup(self, setup: str) -> CardSetup | None:
        self._once("setup", None, setup, lambda: None)
        return self.setups.get(setup)

    async def remove(self, card: CardId) -> None:
        self._once("remove", None, card, lambda: self._cards.pop(card, None))

    def give(self, setup: str, method: str) -> CardSetup | Decline:
        """The provider's form gives the card of an open setup."""
        order = self._setup_orders[setup]
        return self._confirm_setup(setup, replace(order, method=method))

    def authenticate(self, setup: str) -> None:
        """The holder confirms a setup with the bank."""
        assert self.setups[setup].state is SetupState.REQUIRES_ACTION
        self._succeed_setup(setup)

    def _set_up(self, order: SetupOrder) -> CardSetup | Decline:
        setup = f"seti_{len(self.setups) + 1}"
        self._setup_orders[setup] = order
        made = CardSetup(setup, SetupState.OPEN, f"{setup}_secret", dict(order.metadata))
        self.setups[setup] = made
        return made if order.method is None else self._confirm_setup(setup, order)

    def _confirm_setup(self, setup: str, order: SetupOrder) -> CardSetup | Decline:
        assert order.method is not None
        token, owner, _ = self._cards.get(CardId(order.method), (order.method, order.customer, None))
        test = TEST_CARDS.get(token)
        if test is None or owner != order.customer:
            return NO_SUCH_METHOD
        if test.attaching in DECLINES:
            return Decline(*DECLINES[test.attaching])
        self._setup_orders[setup] = order
        if test.asks_at_setup:
            redirect = f"https://bank.example/{setup}" if order.return_url else None
            self.setups[setup] = replace(self.setups[setup], state=SetupState.REQUIRES_ACTION, redirect=redirect)
        else:
            self._succeed_setup(setup)
        return self.setups[setup]

    def _succeed_setup(self, setup: str) -> None:
        order = self._setup_orders[setup]
        assert order.method is not None
        stored = self._attach(order.customer, order.method)
        assert isinstance(stored, StoredCard)
        self._set_up_cards.add(stored.id)
        known = self.setups[setup]
        self.setups[setup] = replace(known, state=SetupState.SUCCEEDED, card=stored, redirect=None)

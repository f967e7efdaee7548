"""The actions of users and systems during faults."""

from collections.abc import Mapping

from tests.simulation.scenarios.auditing import Auditing
from tests.simulation.scenarios.authorised import Authorised
from tests.simulation.scenarios.capped import Capped
from tests.simulation.scenarios.card_testing import CardTesting
from tests.simulation.scenarios.crowded import Crowded
from tests.simulation.scenarios.debits import Debits
from tests.simulation.scenarios.everything import Everything
from tests.simulation.scenarios.expiry import Expiry
from tests.simulation.scenarios.inherited import Inherited
from tests.simulation.scenarios.limits import Limits
from tests.simulation.scenarios.lives import Lives
from tests.simulation.scenarios.money_back import MoneyBack
from tests.simulation.scenarios.outliving import Outliving
from tests.simulation.scenarios.pools import Pools
from tests.simulation.scenarios.purchases import Purchases
from tests.simulation.scenarios.reading import Reading
from tests.simulation.scenarios.recharging import Recharging
from tests.simulation.scenarios.scenario import Scenario
from tests.simulation.scenarios.settings import Settings
from tests.simulation.scenarios.stored_cards import StoredCards
from tests.simulation.scenarios.strangers import Strangers
from tests.simulation.scenarios.suspense import Suspense
from tests.simulation.scenarios.toll_fraud import TollFraud

SCENARIOS: Mapping[str, type[Scenario]] = {
    "debits": Debits,
    "expiry": Expiry,
    "recharging": Recharging,
    "purchases": Purchases,
    "everything": Everything,
    "suspense": Suspense,
    "settings": Settings,
    "auditing": Auditing,
    "reading": Reading,
    "crowded": Crowded,
    "strangers": Strangers,
    "limits": Limits,
    "inherited": Inherited,
    "card testing": CardTesting,
    "lives": Lives,
    "authorised": Authorised,
    "pools": Pools,
    "outliving": Outliving,
    "capped": Capped,
    "stored cards": StoredCards,
    "money back": MoneyBack,
    "toll fraud": TollFraud,
}

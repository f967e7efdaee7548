"""The portal's texts: complete in four languages, with the model product's own terms, and none that nobody needs."""

import json
import re

import pytest
from babel import Locale

from shared.eligibility.eligibility import Included, Ineligibility
from shared.interface.portal_files import FOLDER
from shared.ledger.change import MovementKind
from shared.ledger.entitlements import Agreement, BillingState, Channel
from shared.ledger.intent import IntentState
from shared.ledger.lot import LotSource
from shared.ledger.pause import PauseReason
from shared.ledger.refund import RefundState
from shared.ledger.slot import SlotState
from shared.notices.roles import Role
from shared.ports import ReceiptState
from shared.rating.service_numbers import NumberKind, NumberUse
from shared.readers.formats import FORMATS
from shared.use_cases.reconciliation.workspace import DifferenceClass

LANGUAGES = ("en", "ja", "ru", "fr")
TEXTS = {language: json.loads((FOLDER / "texts" / f"{language}.json").read_text()) for language in LANGUAGES}
ENGLISH = TEXTS["en"]
SCRIPT = "\n".join(path.read_text() for path in FOLDER.rglob("*.js") if "vendor" not in path.parts)

OWN_SCRIPT = {"ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), "ru": re.compile(r"[\u0400-\u04ff]")}
NAMES = {"agreement.customerAgreement", "explain.sum"}
"""Names of products and formulas, which may be the same in every language."""

SAME_IN_FRENCH = {
    *("frame.menu", "column.actions", "column.destination", "column.destinations", "column.licences"),
    *("page.licences", "by.destination", "number_kind.toll", "kind.international", "service.conference"),
    *("source.correction", "movement.correction", "statement.corrected", "rates.minimum", "destinations.zoneA"),
    *("calls.service", "column.day", "rates.on"),
}
"""French words that English has borrowed."""

TERMS = {
    "frame.product": (
        "Communications Credits",
        "コミュニケーション クレジット",
        "Кредиты на связь",
        "Crédits de communication",
    ),
    "overview.recharges": ("Auto-recharge", "自動再充電", "Автопополнение", "Recharge automatique"),
    "page.funds": ("Add funds", "資金を追加する", "Добавить средства", "Ajouter des fonds"),
    "recharge.trigger": ("Trigger amount", "トリガー金額", "Минимальный баланс", "Montant de déclenchement"),
    "recharge.amount": ("Recharge amount", "再充電額", "Сумма пополнения", "Montant de la recharge"),
    "group.billing": ("Billing settings", "課金設定", "Параметры выставления счетов", "Paramètres de facturation"),
    "frame.products": ("Your products", "製品", "Ваши продукты", "Vos produits"),
    "number_kind.premium": ("Premium-rate", "プレミアム レート番号", "Премиум-тариф", "Numéro surtaxé"),
    "service.autoAttendant": ("Auto attendant", "自動応答", "Автосекретарь", "Standard automatique"),
    "service.callQueue": ("Call queue", "通話キュー", "Очередь звонков", "File d\u2019attente d\u2019appels"),
}
"""What administrators read in the model product's own pages, in the order of the languages."""

FAMILIES = {
    "movement": MovementKind,
    "source": LotSource,
    "purchase": IntentState,
    "refund": RefundState,
    "billing": BillingState,
    "role": Role,
    "ineligible": Ineligibility,
    "remedy": Ineligibility,
    "not_needed": Included,
    "channel": Channel,
    "agreement": Agreement,
    "number_kind": NumberKind,
    "number_use": NumberUse,
    "difference": DifferenceClass,
    "comparison": ReceiptState,
}


def forms(text):
    return {"other": text} if isinstance(text, str) else text


def placeholders(text):
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_and_none_is_left_over(language):
    assert list(TEXTS[language]) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_text_has_the_same_placeholders(language):
    for key, text in TEXTS[language].items():
        wanted = placeholders(forms(ENGLISH[key])["other"])
        for form in forms(text).values():
            assert placeholders(form) == wanted, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_with_a_number_has_the_plural_forms_of_its_language(language):
    wanted = set(Locale(language).plural_form.tags) | {"other"}
    for key, text in TEXTS[language].items():
        if not isinstance(text, str):
            assert set(text) == wanted - ({"many"} if language == "fr" else set()), key


@pytest.mark.parametrize("language", OWN_SCRIPT)
def test_a_text_is_written_in_the_script_of_its_language(language):
    for key, text in TEXTS[language].items():
        for form in forms(text).values():
            assert OWN_SCRIPT[language].search(form) or key in NAMES, (key, form)


def test_french_texts_are_not_the_english_ones():
    same = {key for key, text in TEXTS["fr"].items() if text == ENGLISH[key]}
    assert same <= SAME_IN_FRENCH | NAMES


def test_french_has_a_narrow_blank_before_double_punctuation():
    for key, text in TEXTS["fr"].items():
        for form in forms(text).values():
            assert not re.search(r"[\w» ][;:!?]( |$)", form.replace("\u202f:", "")), (key, form)


@pytest.mark.parametrize("key", TERMS)
def test_the_terms_are_those_that_administrators_know(key):
    assert tuple(TEXTS[language][key] for language in LANGUAGES) == TERMS[key]


def test_every_text_that_the_pages_name_is_there():
    named = set(re.findall(r"\bt\(\"([a-z_-]+\.[\w.-]+)\"", SCRIPT))
    assert len(named) > 200
    assert named <= set(ENGLISH)


def test_every_text_is_named_or_belongs_to_a_family_that_is():
    named = set(re.findall(r"\"([a-z_-]+\.[\w.-]+)\"", SCRIPT))
    families = set(re.findall(r"`([a-z_]+)\.(?:state_)?\$\{", SCRIPT)) | set(
        re.findall(r"coded\(\"([a-z_]+)\"", SCRIPT)
    )
    unused = {key for key in ENGLISH if key not in named and key.split(".")[0] not in families}
    assert unused == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_of_the_service_has_a_text(family):
    for code in FAMILIES[family]:
        assert f"{family}.{code.value}" in ENGLISH


def test_the_choice_of_a_format_has_exactly_those_that_are_read():
    """The page makes the choice from the texts."""
    assert {key.removeprefix("format.") for key in ENGLISH if key.startswith("format.")} == set(FORMATS)


def test_every_pause_and_every_state_of_the_slot_has_a_text():
    assert {f"reason.paused_{reason.value}" for reason in PauseReason} <= set(ENGLISH)
    assert {f"recharge.state_{state.value}" for state in SlotState if state is not SlotState.IDLE} <= set(ENGLISH)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rating import card_csv
from shared.rating.card_csv import FULL_FORM, PROBLEMS_MAX, PUBLISHED_FORM, CardProblems, read_rates
from shared.rating.rate_card import Rate
from tests.rules.rating.cards import rates_of

PUBLISHED = ",".join(PUBLISHED_FORM)
FULL = ",".join(FULL_FORM)
TURNED = "name,prefix,type,country,perMinute,connectionFee,minimumSeconds,incrementSeconds"
LINE = "44,United Kingdom,landline,GB,0.015,0,60,60"


def problems(text):
    found = read_rates(text if isinstance(text, bytes) else text.encode())
    assert isinstance(found, CardProblems)
    return [(each.line, each.column) for each in found.problems]


def test_the_published_form_implies_fee_0_minimum_60_increment_60():
    rates = rates_of(f"{PUBLISHED}\nUnited Kingdom-London,landline,GB,4420,0.015\n")
    assert rates == {"4420": Rate("4420", "United Kingdom-London", "landline", "GB", 15_000, 0, 60, 60)}


def test_the_full_form_contains_all_values():
    rates = rates_of(f"{FULL}\n4420,London,fixed,gb,0.4612,0.05,30,6\n")
    assert rates == {"4420": Rate("4420", "London", "fixed", "GB", 461_200, 50_000, 30, 6)}


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{FULL}\r\n{LINE}\r\n",
        f"{FULL}\r\n{LINE}",
        f"\r\n{FULL}\r\n\r\n{LINE}\r\n\r\n,,,,,,,\r\n",
        f'{FULL}\n44,"United Kingdom",landline,"GB","0.015",0,60,60\n',
        f"{FULL}\n 44 , United Kingdom ,landline, GB,0.015000,0.0,060,60\n",
        f"{TURNED}\nUnited Kingdom,44,landline,GB,0.015,0,60,60",
    ],
    ids=["byte order mark and CRLF", "no last line end", "blank lines", "quotes", "spaces", "columns in another order"],
)
def test_changes_by_spreadsheets_do_not_matter(text):
    assert rates_of(text) == {"44": Rate("44", "United Kingdom", "landline", "GB", 15_000, 0, 60, 60)}


def test_quoted_fields_may_contain_commas_and_quotes():
    rates = rates_of(f'{FULL}\n33,"France, ""metropole""",x,FR,1,0,0,1\n')
    assert rates["33"].name == 'France, "metropole"'


@pytest.mark.parametrize(
    ("price", "micros"),
    [("0", 0), ("0.000001", 1), ("0.015", 15_000), ("1", 1_000_000), ("999999.999999", 999_999_999_999)],
)
def test_prices_have_up_to_six_decimals_and_stay_exact(price, micros):
    assert rates_of(f"{FULL}\n44,UK,x,GB,{price},{price},0,1")["44"].per_minute == micros


@pytest.mark.parametrize(
    "price",
    [
        "",
        "-0.1",
        "0.0000001",
        ".5",
        "5.",
        "1e3",
        "0,015",
        "$0.01",
        "NaN",
        "1000000",
        "+1",
        "0.01 USD",
        "\u0660.\u0665",
        "0x1",
    ],
)
def test_an_invalid_price_is_a_problem(price):
    assert problems(f'{FULL}\n44,UK,x,GB,"{price}",0,60,60') == [(2, "perMinute")]
    assert problems(f'{FULL}\n44,UK,x,GB,0,"{price}",60,60') == [(2, "connectionFee")]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("+44,UK,x,GB,0,0,60,60", "prefix"),
        ("044,UK,x,GB,0,0,60,60", "prefix"),
        (",UK,x,GB,0,0,60,60", "prefix"),
        ("44-20,UK,x,GB,0,0,60,60", "prefix"),
        ("1234567890123456,UK,x,GB,0,0,60,60", "prefix"),
        ("44,,x,GB,0,0,60,60", "name"),
        ("44,U\x00K,x,GB,0,0,60,60", "name"),
        (f"44,{'K' * 201},x,GB,0,0,60,60", "name"),
        ('44,UK,"a\nb",GB,0,0,60,60', "type"),
        ("44,UK,x,GBR,0,0,60,60", "country"),
        ("44,UK,x,4,0,0,60,60", "country"),
        ("44,UK,x,GB,0,0,-1,60", "minimumSeconds"),
        ("44,UK,x,GB,0,0,86401,60", "minimumSeconds"),
        ("44,UK,x,GB,0,0,1.5,60", "minimumSeconds"),
        ("44,UK,x,GB,0,0,60,0", "incrementSeconds"),
        ("44,UK,x,GB,0,0,60,", "incrementSeconds"),
        ("44,UK,x,GB,0,0,60,86401", "incrementSeconds"),
        ("44,UK,x,GB,0,0,60", ""),
        ("44,UK,x,GB,0,0,60,60,", ""),
    ],
)
def test_each_invalid_field_is_reported(line, column):
    assert problems(f"{FULL}\n{line}") == [(2, column)]


def test_every_problem_is_reported_with_the_first_line_of_its_record():
    text = f'{FULL}\n{LINE}\n\n44,Again,x,GB,0,0,0,1\n33,"a\nb",x,FR,-1,0,0,0\n49,Germany,x,DE,0.01,0,0,1\n7,Russia,x'
    assert problems(text) == [
        (4, "prefix"),
        (5, "name"),
        (5, "perMinute"),
        (5, "incrementSeconds"),
        (8, ""),
    ]


def test_a_duplicate_is_reported_with_the_line_that_it_repeats():
    found = read_rates(f"{FULL}\n{LINE}\n33,France,x,FR,1,0,0,1\n{LINE}".encode())
    assert isinstance(found, CardProblems)
    assert found.problems[0].detail == "44 is already in line 2"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("\ufeff", 1),
        ("\r\n\r\n", 1),
        (PUBLISHED, 1),  # a header without rates
        (LINE, 1),
        (FULL.replace(",", ";"), 1),
        (f"{FULL},note\n{LINE},x", 1),
        (FULL.replace("perMinute", "prefix"), 1),
        (f'{FULL}\n{LINE}\n33,"France', 3),  # an unterminated quote
        (f"{FULL}\n{LINE}\n".encode() + b"33,Fran\xe7e,x,FR,1,0,0,1", 3),  # Latin-1
        (f"{FULL}\n{LINE}".encode("utf-16"), 1),
        (b"PK\x03\x04\xff", 1),  # an Excel workbook
    ],
)
def test_another_kind_of_file_is_rejected_at_its_first_flaw(text, line):
    assert problems(text) == [(line, "")]


def test_the_number_of_reported_problems_is_limited():
    wrong = "\n".join(["x,UK,x,GB,0,0,60,60"] * (PROBLEMS_MAX + 50))
    assert len(problems(f"{FULL}\n{wrong}")) == PROBLEMS_MAX


def test_the_size_of_a_card_is_limited(monkeypatch):
    monkeypatch.setattr(card_csv, "RATES_MAX", 3)
    whole = "".join(f"\nx,y,,{prefix},1" for prefix in (1, 2, 3))
    assert len(rates_of(PUBLISHED + whole)) == 3
    assert problems(f"{PUBLISHED}{whole}\nx,y,,4,1\nx,y,,5,1") == [(5, "")]


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"{FULL}\n{text}".encode(errors="replace")))
def test_any_bytes_lead_to_rates_or_problems(body):
    found = read_rates(body)
    assert found.problems if isinstance(found, CardProblems) else found

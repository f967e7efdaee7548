"""Finding the elements of a JSON array in spite of errors inside of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.use_cases.usage.json_array import array_elements

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("array", "elements"),
    [
        (b"[1,2]", [b"1", b"2"]),
        (b"[ 1 ,\t{} ]\n", [b"1", b"{}"]),
        (b'["],[", "\\"]"]', [b'"],["', b'"\\"]"']),  # within a string nothing counts
        (b'[{"a": [1, {"b": 2}]}, [3]]', [b'{"a": [1, {"b": 2}]}', b"[3]"]),
        (b"[nothing, \xff, 1 2, 'x']", [b"nothing", b"\xff", b"1 2", b"'x'"]),
        (b'["\\\\", 1]', [b'"\\\\"', b"1"]),
        (b"[]", None),  # it need not be split
        (b"[1,]", None),
        (b"[,1]", None),
        (b"[1,,2]", None),
        (b"[1", None),
        (b"[1]]", None),
        (b"[1] 2", None),
        (b"[1}", None),
        (b"[[1}]", None),
        (b'["a]', None),
        (b"[" * 60_000, None),
    ],
)
def test_an_array_is_split_completely_or_not_at_all(array, elements):
    assert array_elements(array) == elements


@given(st.lists(VALUES, min_size=1, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_each_element_of_any_array_is_found(values, indent, ascii_only):
    array = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    elements = array_elements(array)
    assert elements is not None
    assert [json.loads(element) for element in elements] == values

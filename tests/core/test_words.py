"""Words: forms of one word meet, different words stay apart, and what is marked lies in the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import marked_spans, stem, words


@pytest.mark.parametrize(
    "forms",
    [
        "여행 여행을 여행이 여행에서 여행으로 여행과 여행도 여행만 여행까지 여행부터 여행처럼 여행하고 여행이나",
        "여행 여행에서는 여행하는 여행했다",
        "영화 영화를 영화가 영화는 영화와 영화로 영화의 영화에서도 영화나",
        "집 집을 집에 집에서 집으로 집에서는",
        "사람 사람들 사람들이 사람들에게 사람들과는",
        "고양이 고양이를 고양이가 고양이와",
        "사랑하는 사랑한 사랑했던 사랑했다",
        "서울 서울로 서울에서",
        "시카고 시카고에서 시카고로",
        "film films film's Films FILM film’s",
        "story stories",
        "Amélie amelie AMÉLIE",
        "house houses",
    ],
)
def test_forms_of_one_word_share_a_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    "pair",
    [
        "마을 마",
        "가을 가",
        "아이 아",
        "사과 사",
        "지도 지",
        "회의 회",
        "화가 화",
        "하나 하",
        "사랑 사",
        "북한 북",
        "gas ga",
        "boss bos",
        "virus viru",
    ],
)
def test_what_only_looks_like_an_ending_stays(pair: str) -> None:
    whole, cut = pair.split()
    assert stem(whole) == whole != stem(cut)


def test_words_keep_their_places_and_scripts_apart() -> None:
    text = "1990년대 SF영화를, don't stop!"
    assert [text[word.start : word.end] for word in words(text)] == ["1990", "년대", "SF", "영화를", "don't", "stop"]


def test_what_is_marked_are_the_words_of_the_query_in_other_forms() -> None:
    text = "가족들이 함께 여행을 떠난다. 여행에서 아버지는 쓰러지고 이 영화는 끝난다."
    marked = [text[start:end] for start, end in marked_spans("가족 여행 중에 아버지가 나오는 영화", text)]
    assert marked == ["가족들이", "여행을", "여행에서", "아버지는"]


def test_words_that_say_nothing_are_not_marked() -> None:
    text = "The film is about a haunted house and the ghosts of it."
    marked = [text[start:end] for start, end in marked_spans("A movie about the ghost in a house", text)]
    assert marked == ["house", "ghosts"]
    assert marked_spans("그 영화에 대한 이 것", "그는 이 영화에 대한 것을") == []


def test_texts_in_nfd_are_marked_at_their_own_places() -> None:
    text = unicodedata.normalize("NFD", "아멜리에의 여행, Amélie’s journeys")
    for query in ("여행 amelie journey", unicodedata.normalize("NFD", "여행은 Amélie journey")):
        found = [unicodedata.normalize("NFC", text[start:end]) for start, end in marked_spans(query, text)]
        assert found == ["여행", "Amélie’s", "journeys"]


@given(st.text(), st.text())
def test_marks_are_in_order_apart_and_inside_the_text(query: str, text: str) -> None:
    ends = [0]
    for start, end in marked_spans(query, text):
        assert ends[-1] <= start < end <= len(text)
        ends.append(end)


@given(st.text(st.sampled_from("여행을이에서는과 filmsé'’S9가나다라")))
def test_the_unicode_form_of_a_text_does_not_count(text: str) -> None:
    one, other = ([word.stem for word in words(unicodedata.normalize(form, text))] for form in ("NFC", "NFD"))
    assert one == other
    assert all(one)


@given(st.text(st.sampled_from("여행을이에서는과하고도들집으로"), min_size=1))
def test_the_stem_of_a_stem_is_itself(word: str) -> None:
    assert stem(stem(word)) == stem(word)

"""Words of a text in English and Korean, folded so that forms of one word meet: for search by words and for marking.

A light rule on purpose: no dictionary, a few microseconds a word, and the same answer everywhere. Latin words lose
case, accents, a possessive and the plural (the S-stemmer of Harman 1991, "How effective is suffixing?"). Hangul words
lose their particles (josa) and the commonest endings of 하다, 되다 and 이다, one after the other from the end.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

HANGUL = r"\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
MARKS = r"\u0300-\u036f\u3099\u309a"  # what NFD splits off a letter
# Hangul, or letters and digits of other scripts: "SF영화를" is two words.
WORD = re.compile(rf"[{HANGUL}]+|(?:(?![{HANGUL}])[^\W_][{MARKS}]*)+(?:['’](?:(?![{HANGUL}])[^\W_][{MARKS}]*)+)*")
IS_HANGUL = re.compile(rf"[{HANGUL}]")


def _each(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FIRST_SYLLABLE, LAST_SYLLABLE, FINALS = 0xAC00, 0xD7A3, 28
RIEUL = 8  # the final consonant ㄹ among the 28

# Particles that have one form after a consonant and another after a vowel. Asking for the fitting form is what keeps
# 마을 (village), 아이 (child) and 사과 (apple) whole.
AFTER_CONSONANT = _each("을 은 이 과 으로 으로서 으로써 이나 이랑 이며 이고 이라 이라는 이라도 이다 이었다 이든 이야")
AFTER_VOWEL = _each("를 가 와 나 랑 며 라 란 라는 라도 였다 로 로서 로써")
ALWAYS = _each(
    """는 의 에 에서 에게 에게서 한테 께 께서 도 만 까지 부터 처럼 마다 조차 마저 밖에 뿐 만큼 대로 하고 들 요
    하다 하는 하며 하던 하면 하여 하게 하지 하기 해서 했던 했다 한다 합니다 했습니다 습니다 한 할 함 해
    되다 되는 되며 되던 되어 된다 됐다 되었다 된 될 스러운 스럽게 적 적인 적으로"""
)
ENDINGS = AFTER_CONSONANT | AFTER_VOWEL | ALWAYS
LONGEST = max(map(len, ENDINGS))
# One syllable may stay (집에서, 꿈을) only where the ending has two syllables or is one of these. After one syllable
# the others are more often part of a noun: 지도, 회의, 화가, 하나, 사랑, 목적, 북한.
LEAVES_ONE = _each("을 를 은 는 이 과 와 에")

# Words that say nothing about which film is meant; 영화 and "film" stand in nearly every query.
STOP_WORDS = _each(
    """a about after all also an and any are as at be because been before being but by can could did do does doing down
    for from had has have having he her here hers him his how i if in into is it its just like me more most my no not
    of off on one only or other our out over own she should so some such than that the their them then there these
    they this those through to too under up very was we were what when where which while who whom whose why will with
    would you your i'm i've i'd don't didn't doesn't isn't wasn't can't film films movie movies
    그 이 저 것 거 수 등 및 또 또는 더 나 너 내 네 우리 그녀 그들 자신 어떤 어느 이런 그런 저런 무슨 아주 매우 정말
    너무 좀 잘 못 안 꼭 다 막
    그리고 그러나 하지만 그런데 그래서 때 중 후 전 속 위해 위한 대한 대해 관한 통해 같은 같이 있는 있다
    있던 있을 없는 없다 하는 했던 한다 했다 되는 된다 됐다 싶은 싶다 영화"""
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``text[start:end]`` of the text as it came, and the stem that its other forms share."""

    start: int
    end: int
    stem: str


def words(text: str) -> list[Word]:
    """Return the words of a text in order.

    >>> [word.stem for word in words("Two films: 여행에서, 여행을")]
    ['two', 'film', '여행', '여행']
    """
    return [Word(found.start(), found.end(), stem(found.group())) for found in WORD.finditer(text)]


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return what the forms of one word share; never empty, and the same for NFC and NFD."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).casefold())
    return _hangul_stem(folded) if IS_HANGUL.match(folded) else _latin_stem(folded)


def marked_spans(query: str, text: str) -> list[tuple[int, int]]:
    """Return where ``text`` has words that share a stem with a word of ``query``, stop words aside, in order."""
    wanted = {word.stem for word in words(query)} - STOP_STEMS
    return [(word.start, word.end) for word in words(text) if word.stem in wanted]


def _latin_stem(word: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
    plain = re.sub(r"['’]s$", "", plain or word).replace("’", "'")
    if len(plain) <= 3:
        return plain
    if plain.endswith("ies") and not plain.endswith(("eies", "aies")):
        return plain[:-3] + "y"
    if plain.endswith("es") and not plain.endswith(("aes", "ees", "oes")):
        return plain[:-1]
    return plain[:-1] if plain.endswith("s") and not plain.endswith(("us", "ss")) else plain


def _hangul_stem(word: str) -> str:
    while (shorter := _without_ending(word)) != word:
        word = shorter
    return word


def _without_ending(word: str) -> str:
    """Take off the longest ending that fits, so that 에서는 goes as 는, then 에서."""
    for length in range(min(LONGEST, len(word) - 1), 0, -1):
        rest, ending = word[:-length], word[-length:]
        if ending in ENDINGS and (len(rest) > 1 or length > 1 or ending in LEAVES_ONE) and _fits(rest, ending):
            return rest
    return word


def _fits(rest: str, ending: str) -> bool:
    if ending in ALWAYS:
        return True
    last = ord(rest[-1])
    if not FIRST_SYLLABLE <= last <= LAST_SYLLABLE:
        return False
    final = (last - FIRST_SYLLABLE) % FINALS
    if ending in AFTER_CONSONANT:
        return final != 0
    return final == 0 or (final == RIEUL and ending.startswith("로"))


# An ending stands alone where it follows another script: "SF를".
STOP_STEMS = frozenset(map(stem, STOP_WORDS)) | ENDINGS

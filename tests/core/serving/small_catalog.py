"""Four films that a search by words tells apart."""

from __future__ import annotations

from core.catalog import Catalog, Movie

FILMS = Catalog(
    [
        Movie("m1", "Harbour Diver", "항구", 1999, ("Ada",), genres=("Drama",), overview="A diver waits for winter."),
        Movie("m2", "Winter", "겨울", 2001, overview="Snow falls on a harbour."),
        Movie("m3", "Desert", "사막", overview="A diver without water."),
        Movie("m4", "가족여행", "가족여행", overview_ko="가족이 여행을 떠난다."),
    ]
)

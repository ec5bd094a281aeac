"""Files as they come from TMDB, MovieLens, KMDb, KOBIS, spreadsheets and Reelign itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from core.catalog import Catalog, ImportPlan, Movie, apply_import, plan_import
from core.errors import CatalogError
from core.workspace import Workspace

Plan = Callable[..., ImportPlan]


def as_csv(rows: list[dict[str, object]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_a_tmdb_csv_with_json_in_its_cells(plan: Plan) -> None:
    row = {
        "budget": 1,
        "genres": '[{"id": 18, "name": "Drama"}, {"id": 53, "name": "Thriller"}]',
        "id": 496243,
        "keywords": '[{"id": 1, "name": "class, differences"}]',
        "original_language": "ko",
        "original_title": "기생충",
        "overview": "A poor family, by trickery,\nmoves in.",
        "production_countries": '[{"iso_3166_1": "KR", "name": "South Korea"}]',
        "release_date": "2019-05-30",
        "runtime": "132.0",
        "title": "Parasite",
        "poster_path": "/abc.jpg",
    }
    found = plan("tmdb_5000_movies.csv", as_csv([row]))
    assert (found.source, found.format, found.encoding) == ("TMDB", "CSV", "UTF-8")
    assert found.unused == ("budget",)
    assert found.movies == (
        Movie(
            "496243",
            "Parasite",
            title_ko="기생충",
            year=2019,
            genres=("Drama", "Thriller"),
            keywords=("class, differences",),
            country=("South Korea",),
            language="ko",
            runtime=132,
            overview="A poor family, by trickery, moves in.",
            poster_url="https://image.tmdb.org/t/p/w342/abc.jpg",
        ),
    )
    assert not found.problems


def test_the_director_is_taken_from_tmdb_crew(plan: Plan) -> None:
    crew = [{"job": "Editor", "name": "Yang Jin-mo"}, {"job": "Director", "name": "Bong Joon-ho"}]
    film = {"id": 1, "title": "Parasite", "overview": "A family.", "release_date": "", "crew": json.dumps(crew)}
    assert plan("credits.csv", as_csv([film])).movies[0].director == ("Bong Joon-ho",)


def test_a_tmdb_answer_is_an_object_with_one_array(plan: Plan) -> None:
    film = {
        "id": 11,
        "title": "스타워즈",
        "original_title": "Star Wars",
        "overview": "먼 은하계 이야기.",
        "vote_average": 8,
    }
    found = plan("page.json", json.dumps({"page": 1, "results": [film], "total_pages": 1}))
    assert found.source == "TMDB"
    assert found.movies == (Movie("11", "Star Wars", title_ko="스타워즈", overview_ko="먼 은하계 이야기."),)


def test_movielens_titles_carry_their_year(plan: Plan) -> None:
    text = (
        "movieId,title,genres\n"
        "1,Toy Story (1995),Animation|Children\n"
        '2,"Matrix, The (1999)",Action\n'
        '3,"Seven (a.k.a. Se7en) (1995)",(no genres listed)\n'
    )
    found = plan("movies.csv", text)
    assert found.source == "MovieLens"
    assert [(film.title, film.year, film.genres) for film in found.movies] == [
        ("Toy Story", 1995, ("Animation", "Children")),
        ("The Matrix", 1999, ("Action",)),
        ("Seven (a.k.a. Se7en)", 1995, ()),
    ]
    assert found.without_text == 3 and not found.fatal


def test_kmdb_titles_lose_their_search_marks(plan: Plan) -> None:
    row = {
        "DOCID": "K15028",
        "movieId": "K",
        "movieSeq": "15028",
        "title": " !HS 살인 !HE 의  !HS 추억 !HE ",
        "titleEng": "Memories of Murder",
        "directorNm": "봉준호",
        "actorNm": "송강호|김상경",
        "prodYear": "2003",
        "nation": "대한민국",
        "plotText": "비가 오는 밤, 시골 형사들이 범인을 쫓는다.",
        "genre": "범죄,드라마",
        "runtime": "132",
        "keywords": "형사,연쇄살인",
    }
    found = plan("kmdb.csv", as_csv([row]))
    assert found.source == "KMDb"
    assert found.mapping["movie_id"] == "DOCID"
    assert found.movies == (
        Movie(
            "K15028",
            "Memories of Murder",
            title_ko="살인의 추억",
            year=2003,
            director_ko=("봉준호",),
            cast_ko=("송강호", "김상경"),
            genres=("범죄", "드라마"),
            keywords=("형사", "연쇄살인"),
            country=("대한민국",),
            runtime=132,
            overview_ko="비가 오는 밤, 시골 형사들이 범인을 쫓는다.",
        ),
    )


def test_a_kmdb_answer_nests_its_films_and_people(plan: Plan) -> None:
    film = {
        "DOCID": "F1",
        "title": "!HS 밀양 !HE",
        "directors": {"director": [{"directorNm": "이창동"}]},
        "actors": {"actor": [{"actorNm": "전도연"}]},
        "plots": {"plot": [{"plotLang": "한국어", "plotText": "신애가 밀양으로 간다."}]},
    }
    found = plan("kmdb.json", json.dumps({"Query": "q", "Data": [{"Count": 1, "Result": [film]}]}))
    assert found.movies == (
        Movie("F1", "밀양", "밀양", director_ko=("이창동",), cast_ko=("전도연",), overview_ko="신애가 밀양으로 간다."),
    )


def test_a_kobis_answer(plan: Plan) -> None:
    film = {
        "movieCd": "20192193",
        "movieNm": "기생충",
        "movieNmEn": "PARASITE",
        "prdtYear": "2019",
        "openDt": "20190530",
        "nationAlt": "한국",
        "genreAlt": "드라마",
        "directors": [{"peopleNm": "봉준호"}],
    }
    found = plan("kobis.json", json.dumps({"movieListResult": {"totCnt": 1, "movieList": [film]}}))
    assert found.source == "KOBIS"
    assert found.unused == ("openDt",)
    assert found.movies == (
        Movie("20192193", "PARASITE", "기생충", 2019, director_ko=("봉준호",), genres=("드라마",), country=("한국",)),
    )


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_korean_headers_in_every_encoding_and_delimiter(plan: Plan, codec: str, delimiter: str) -> None:
    row = {
        "영화코드": "20030143",
        "영화명": "올드보이",
        "영화명(영문)": "Oldboy",
        "제작연도": "2003",
        "감독": "박찬욱",
        "장르": "스릴러",
        "국적": "한국",
        "줄거리": "똠방각하처럼 굴던 그는, 갇힌다.",
    }
    found = plan("목록.csv", as_csv([row], delimiter).encode(codec))
    assert found.encoding == {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "cp949": "CP949"}[codec]
    assert found.movies == (
        Movie(
            "20030143",
            "Oldboy",
            title_ko="올드보이",
            year=2003,
            director_ko=("박찬욱",),
            genres=("스릴러",),
            country=("한국",),
            overview_ko="똠방각하처럼 굴던 그는, 갇힌다.",
        ),
    )


def test_rows_with_a_second_english_title(plan: Plan) -> None:
    films = [
        {"movie_id": "1", "title": "듄", "title_en": "Dune", "genres": ["SF"], "cast": ["Zendaya"], "lang": "ko"},
        {"movie_id": "2", "title": "밀양", "title_en": None, "director": "이창동", "keywords": []},
        {"movie_id": "3", "title": "Avatar", "overview": "On the moon Pandora.", "cast": ["샘 워싱턴", "Stephen Lang"]},
    ]
    assert plan("movies.jsonl", "\n".join(map(json.dumps, films))).movies == (
        Movie("1", "Dune", title_ko="듄", genres=("SF",), cast=("Zendaya",)),
        Movie("2", "밀양", title_ko="밀양", director_ko=("이창동",)),
        Movie("3", "Avatar", overview="On the moon Pandora.", cast_ko=("샘 워싱턴", "Stephen Lang")),
    )


def test_an_original_title_in_other_letters_does_not_become_the_english_one(plan: Plan) -> None:
    film = {"id": 1, "title": "고질라 마이너스 원", "original_title": "ゴジラ-1.0", "overview": "전후의 일본."}
    assert plan("a.json", json.dumps([film])).movies[0].title == "고질라 마이너스 원"


def test_reeligns_own_catalogue_comes_back_unchanged(workspace: Workspace) -> None:
    films = (
        Movie("a", "1987: When the Day Comes", title_ko="1987", year=2017, director=("Jang Joon-hwan",)),
        Movie(
            "b", "밀양", title_ko="밀양", overview="A woman moves.", overview_ko="신애가 이사한다.", cast_ko=("전도연",)
        ),
    )
    workspace.catalog.parent.mkdir(parents=True)
    workspace.catalog.write_text("".join(json.dumps(film.row()) + "\n" for film in films))
    found = plan_import(workspace.catalog, current=Catalog(films))
    assert (found.source, found.unchanged, found.updated) == ("Reelign", 2, 0)
    assert apply_import(found, workspace).movies == films


def test_parquet(tmp_path: Path) -> None:
    films = {"id": [1, 2], "title": ["Up", "Her"], "year": [2009.0, float("nan")], "genres": [["Drama"], None]}
    pyarrow.parquet.write_table(pyarrow.table(films), tmp_path / "movies.parquet")
    found = plan_import(tmp_path / "movies.parquet", current=None)
    assert (found.format, found.encoding) == ("Parquet", "")
    assert found.movies == (Movie("1", "Up", year=2009, genres=("Drama",)), Movie("2", "Her"))


def test_a_parquet_file_that_ends_the_process_that_reads_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "movies.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": ["1"]}), path, store_schema=False, compression="none")
    damaged = path.read_bytes().replace(b"%\x02\x18\x02id", b"%\x00\x18\x02id")  # a column said to be required
    path.write_bytes(damaged)
    with pytest.raises(CatalogError, match=r"movies\.parquet: damaged, .*signal 6"):
        plan_import(path, current=None)


def test_json_lines_under_the_ending_json(plan: Plan) -> None:
    found = plan("movies.json", '{"id": 1, "title": "Up"}\n\n{"id": 2, "title": "Her"}\n')
    assert found.format == "JSONL" and [film.title for film in found.movies] == ["Up", "Her"]


def test_a_tsv_that_does_not_quote(plan: Plan) -> None:
    found = plan("movies.tsv", 'id\ttitle\n1\t"Crocodile" Dundee\n2\t"Up\n')
    assert found.format == "TSV"
    assert [film.title for film in found.movies] == ['"Crocodile" Dundee', '"Up']


def test_films_without_an_id_get_one_that_stays(plan: Plan) -> None:
    text = "title,year\nFight Club,1999\n살인의 추억,2003\n???,\n"
    first, again = plan("a.csv", text), plan("b.csv", text)
    assert [film.movie_id for film in first.movies[:2]] == ["fight-club-1999", "살인의-추억-2003"]
    assert any("ids were made from title and year" in problem.message for problem in first.problems)
    assert first.movies == again.movies and all(film.movie_id for film in first.movies)


def test_python_lists_as_some_data_sets_have_them(plan: Plan) -> None:
    row = {"id": 862, "title": "Toy Story", "genres": "[{'id': 16, 'name': 'Animation'}]"}
    assert plan("movies_metadata.csv", as_csv([row])).movies[0].genres == ("Animation",)


@pytest.mark.parametrize(
    ("column", "cell", "read"),
    [
        (
            "belongs_to_collection",
            '{"id": 10194, "name": "Toy Story Collection", "poster_path": null}',
            "Toy Story Collection",
        ),
        (
            "belongs_to_collection",
            "{'id': 10194, 'name': 'Toy Story Collection', 'poster_path': None}",
            "Toy Story Collection",
        ),
        ("belongs_to_collection", {"id": 10194, "name": "Toy Story Collection"}, "Toy Story Collection"),
        ("collection", "[REC] Collection", "[REC] Collection"),
        ("Franchise", "Planet, of the Apes", "Planet, of the Apes"),
        ("series", " 범죄도시  시리즈 ", "범죄도시 시리즈"),
        ("시리즈", "None", ""),
        ("belongs_to_collection", None, ""),
    ],
)
def test_a_franchise_is_an_object_with_a_name_or_a_plain_text(plan: Plan, column: str, cell: object, read: str) -> None:
    film = {"id": 1, "title": "A Film", "overview": "A story.", "release_date": "1999-01-01", column: cell}
    found = plan("films.json", json.dumps([film]))
    assert found.movies[0].franchise == read
    assert column not in found.unused and not found.problems


def test_a_damaged_franchise_is_left_empty_with_a_remark(plan: Plan) -> None:
    film = {"id": 1, "title": "A Film", "overview": "A story.", "belongs_to_collection": "{'id': 10194, 'name': 'To"}
    found = plan("films.csv", as_csv([film]))
    assert found.movies[0].franchise == ""
    assert "cut or malformed; left empty" in found.problems[0].message and not found.fatal

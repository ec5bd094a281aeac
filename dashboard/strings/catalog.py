"""The Catalogue page."""

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Catalogue", "카탈로그"),
    "browse": ("Browse", "둘러보기"),
    "import": ("Import", "가져오기"),
    "part": ("Part of the page", "화면 구역"),
    # Counts
    "count_films": ("**{count}** films", "영화 **{count}**편"),
    "count_korean": ("**{count}** with a Korean synopsis", "한국어 줄거리 **{count}**편"),
    "count_english": ("**{count}** with an English synopsis", "영어 줄거리 **{count}**편"),
    "count_bare": ("**{count}** without a synopsis", "줄거리 없음 **{count}**편"),
    "count_bare_help": (
        "A model knows such a film only by its title, people and genres, so descriptions will hardly find it.",
        "제목과 인물, 장르만으로 찾게 되므로 내용으로 검색하면 거의 나오지 않습니다.",
    ),
    "fingerprint": ("Fingerprint {short}", "지문 {short}"),
    "fingerprint_help": (
        "Equal for equal catalogues. Every index, training and comparison records it, so figures from different "
        "catalogues are never mixed. In full: {full}",
        "내용이 같으면 지문도 같습니다. 색인, 학습, 비교마다 함께 기록되어 서로 다른 카탈로그의 수치가 섞이지 않습니다. "
        "전체 값: {full}",
    ),
    # Browsing
    "search": ("Search", "검색"),
    "search_hint": (
        "Title, person, year or genre, in Korean or English",
        "제목, 인물, 연도, 장르 (한국어·영어)",
    ),
    "genre": ("Genre", "장르"),
    "decade": ("Decade", "연대"),
    "decade_name": ("{decade}s", "{decade}년대"),
    "country": ("Country", "국가"),
    "any": ("All", "전체"),
    "found": ("{count} of {total} films", "영화 {total}편 중 {count}편"),
    "found_first": (
        "{count} of {total} films; the table shows the first {shown}. Narrow the search to see the others.",
        "영화 {total}편 중 {count}편. 앞의 {shown}편만 표시합니다. 나머지는 검색어를 더 입력해 좁혀 보세요.",
    ),
    "none_found": (
        "No film fits. Shorten the search text or take a filter away.",
        "조건에 맞는 영화가 없습니다. 검색어를 줄이거나 필터를 해제해 보세요.",
    ),
    "table_alt": ("Films of the catalogue", "카탈로그의 영화 목록"),
    "pick": (
        "Click a film to see it in full, with the text that a model reads.",
        "영화를 누르면 상세 정보와 모델 입력문을 볼 수 있습니다.",
    ),
    "column_title": ("Title", "제목"),
    "column_other": ("Other title", "다른 제목"),
    "column_runtime": ("Minutes", "분"),
    # One film
    "gone": (
        "The film '{film}' is not in this catalogue. It may have been removed by an import.",
        "'{film}' 영화는 이 카탈로그에 없습니다. 가져오기에서 삭제되었을 수 있습니다.",
    ),
    "close": ("Close the film", "영화 닫기"),
    "synopsis_ko": ("Synopsis in Korean", "한국어 줄거리"),
    "synopsis_en": ("Synopsis in English", "영어 줄거리"),
    "no_synopsis": ("None", "없음"),
    "keywords": ("Keywords", "키워드"),
    "franchise": ("Franchise", "시리즈"),
    "movie_id": ("ID", "ID"),
    "document": ("What a model reads", "모델 입력문"),
    "document_why": (
        "This one text stands for the film in every model. Whatever is not in it cannot be found by a search. The "
        "title, year, people and genres come first and both synopses after them, because models cut long texts.",
        "모델은 이 글 하나로 영화를 이해합니다. 여기에 없는 내용은 검색으로 찾을 수 없습니다. 긴 글은 모델이 뒤를 "
        "잘라 내므로 제목, 연도, 인물, 장르를 먼저 쓰고 두 줄거리를 뒤에 둡니다.",
    ),
    # Importing
    "empty": (
        "There is no catalogue yet. Import one below: a table of films with at least a title in each row.",
        "아직 카탈로그가 없습니다. 아래에서 가져와 주세요. 행마다 제목이 하나 이상 있는 영화 표면 됩니다.",
    ),
    "upload": ("Catalogue file", "카탈로그 파일"),
    "upload_help": (
        "CSV, TSV, JSON, JSON Lines or Parquet. Exports of TMDB, MovieLens, KMDb and KOBIS are recognised.",
        "CSV, TSV, JSON, JSON Lines, Parquet 파일을 쓸 수 있습니다. TMDB, MovieLens, KMDb, KOBIS 내보내기는 자동으로 "
        "인식합니다.",
    ),
    "upload_first": (
        "Choose a file. You will see what it would change before anything is written.",
        "파일을 선택해 주세요. 무엇이 바뀌는지 먼저 보여 드리며, 확인하기 전에는 아무것도 저장하지 않습니다.",
    ),
    "reading": ("Reading the file", "파일을 읽는 중"),
    "how": ("Films that the file does not hold", "파일에 없는 영화"),
    "merge": ("Keep them", "그대로 두기"),
    "replace": ("Remove them", "삭제하기"),
    "source": ("Recognised as {name}", "{name} 형식으로 인식했습니다"),
    "source_unknown": (
        "A source that is not known: check the columns below",
        "알 수 없는 출처입니다. 아래 열 연결을 확인해 주세요",
    ),
    "size": ("{rows} rows, {columns} columns", "{rows}행 {columns}열"),
    "mapping": ("Which column holds what", "열 연결"),
    "mapping_why": (
        "Recognised by the column names. Change a field to read it from another column, or leave it empty.",
        "열 이름을 보고 자동으로 연결했습니다. 다른 열로 바꾸거나 비워 둘 수 있습니다.",
    ),
    "unfilled": ("(empty)", "(비움)"),
    "unused": ("Not used: {columns}", "사용하지 않는 열: {columns}"),
    "unused_none": ("Every column is used.", "모든 열을 사용합니다."),
    "added": ("Added", "추가"),
    "updated": ("Changed", "변경"),
    "unchanged": ("Unchanged", "그대로"),
    "removed": ("Removed", "삭제"),
    "duplicates": (
        "Rows that repeat another row: {count}. The more complete one counts.",
        "다른 행과 겹치는 행이 {count}개 있어 내용이 더 많은 행을 사용합니다.",
    ),
    "fatal": (
        "Problems that forbid this import: {count}. Mend the file or change the columns; nothing has been written.",
        "가져오기를 막는 문제가 {count}건 있습니다. 파일을 고치거나 열 연결을 바꿔 주세요. 아직 저장된 것은 없습니다.",
    ),
    "warnings": (
        "Remarks: {count}. The films can be imported as they are.",
        "확인할 점이 {count}건 있습니다. 이대로 가져올 수 있습니다.",
    ),
    "warnings_too": ("Remarks beside that: {count}.", "그 밖에 확인할 점: {count}건."),
    "problems_first": ("The first {shown} are listed.", "앞의 {shown}건만 표시합니다."),
    "no_problems": ("No problems found.", "문제가 없습니다."),
    "problems_alt": (
        "Problems in the file by row and column",
        "행과 열별 파일 문제 목록",
    ),
    "problem_row": ("Row", "행"),
    "problem_column": ("Column", "열"),
    "problem_value": ("Value", "값"),
    "problem_message": ("What is wrong", "내용"),
    "problem_weight": ("Weight", "구분"),
    "forbids": ("Blocks", "불가"),
    "remark": ("Remark", "참고"),
    "examples": ("What a model would read of the first films", "모델 입력문 예시"),
    "write": ("Import {count} films", "영화 {count}편 가져오기"),
    "write_replacing": (
        "Import {count} films and remove {removed}",
        "영화 {count}편 가져오고 {removed}편 삭제",
    ),
    "nothing_new": (
        "The catalogue already holds exactly these films. There is nothing to import.",
        "카탈로그와 내용이 같습니다. 가져올 것이 없습니다.",
    ),
    "written": (
        "Done: the catalogue now holds {total} films ({added} added, {updated} changed, {removed} removed). The next "
        "search with each model embeds what is new.",
        "가져왔습니다. 카탈로그에 영화 {total}편이 있습니다(추가 {added}, 변경 {updated}, 삭제 {removed}). 새 영화는 모델별로 "
        "다음 검색 때 임베딩합니다.",
    ),
    # Fields of a film
    "field_movie_id": ("ID", "ID"),
    "field_title": ("Title", "제목"),
    "field_title_ko": ("Korean title", "한국어 제목"),
    "field_title_en": ("English title", "영어 제목"),
    "field_original_title": ("Original title", "원제"),
    "field_year": ("Year", "연도"),
    "field_director": ("Director", "감독"),
    "field_director_ko": ("Director in Korean", "감독(한국어)"),
    "field_cast": ("Cast", "출연"),
    "field_cast_ko": ("Cast in Korean", "출연(한국어)"),
    "field_genres": ("Genres", "장르"),
    "field_keywords": ("Keywords", "키워드"),
    "field_country": ("Country", "국가"),
    "field_language": ("Language", "언어"),
    "field_runtime": ("Runtime", "상영 시간"),
    "field_overview": ("Synopsis", "줄거리"),
    "field_overview_ko": ("Korean synopsis", "한국어 줄거리"),
    "field_poster_url": ("Poster address", "포스터 주소"),
    "field_franchise": ("Franchise", "시리즈"),
}

"""The Compare page."""

TEXTS: dict[str, tuple[str, str]] = {
    "part": ("Part of the page", "화면 구역"),
    "side": ("Side by side", "나란히 보기"),
    "numbers": ("By the numbers", "수치로 보기"),
    "similar": ("Similar films", "비슷한 영화"),
    "blind": ("Blind", "블라인드"),
    "kept": ("Kept", "보관함"),
    "in_use": ("in use", "사용 중"),
    "lexical": ("Search by words (BM25)", "단어 검색 (BM25)"),
    "fused": ("{model} with search by words", "{model} + 단어 검색"),
    "no_run_yet": ("Nothing is tuned yet", "아직 튜닝한 모델이 없습니다"),
    "to_label": ("To the Label page", "라벨링으로 이동"),
    "to_train": ("To the Train page", "학습으로 이동"),
    "to_catalog": ("To the Catalogue page", "카탈로그로 이동"),
    "no_catalog": (
        "There is no catalogue yet. Import one, then come back to search it.",
        "아직 카탈로그가 없습니다. 먼저 카탈로그를 가져온 뒤 검색해 주세요.",
    ),
    "no_run": (
        "Nothing is tuned yet, so this page shows the base alone. Label some films, then press Retrain on the Train "
        "page: when it has finished, the tuned model stands beside the base.",
        "아직 튜닝한 모델이 없어 기본 모델의 결과만 보여 드립니다. 영화를 라벨링한 뒤 학습 화면에서 다시 학습을 누르면 "
        "끝나는 대로 튜닝 모델이 옆에 나란히 나타납니다.",
    ),
    # Side by side
    "third": ("Third", "세 번째"),
    "fourth": ("Fourth", "네 번째"),
    "also_add": ("Beside them", "함께 비교"),
    "also_hint": ("Add another", "추가"),
    "also_remove": ("Remove this list", "이 목록 빼기"),
    "search": ("Search", "검색"),
    "search_hint": ("What should the film be like?", "어떤 영화를 찾으시나요?"),
    "pick": ("Or one of the queries", "등록된 질의에서 선택"),
    "pick_hint": ("{count} queries", "질의 {count}개"),
    "pick_none": ("There are none yet", "아직 없습니다"),
    "ask": (
        "Type what you are looking for, or pick a query: the ten best films of each list appear here.",
        "찾는 영화를 입력하거나 질의를 선택하면 목록마다 상위 10편을 보여 드립니다.",
    ),
    "unknown_query": (
        "This is not one of the queries, so its films have no labels.",
        "등록된 질의가 아니어서 영화에 라벨이 없습니다.",
    ),
    "add_query": ("Add it as a query", "질의로 추가"),
    "add_query_help": (
        "Then its films can be labelled here.",
        "추가하면 이 화면에서 바로 라벨링할 수 있습니다.",
    ),
    "name_first": (
        "To label films here, say who you are first.",
        "여기서 라벨링하려면 먼저 이름을 알려 주세요.",
    ),
    "scores": ("Scores", "점수"),
    "scores_help": (
        "What each list is ordered by: cosine similarity under a model, BM25 for search by words, reciprocal rank "
        "fusion for the two together. Scores of different lists cannot be compared with each other.",
        "목록의 순서를 정한 값입니다. 모델은 코사인 유사도, 단어 검색은 BM25, 둘을 합친 검색은 상호 순위 융합 점수를 "
        "씁니다. 서로 다른 목록의 점수끼리는 비교할 수 없습니다.",
    ),
    "copy_link": ("Copy link", "링크 복사"),
    "copied": ("Link copied", "링크를 복사했습니다"),
    "counts": (
        "{new} new · {moved} moved · {left_out} left out",
        "새로 등장 {new} · 순위 변동 {moved} · 제외 {left_out}",
    ),
    "same_as_first": ("Same as the first list", "첫 목록과 같습니다"),
    "no_word": (
        "No film shares a word with this text.",
        "이 글과 겹치는 단어가 있는 영화가 없습니다.",
    ),
    "up": ("Up {steps}", "{steps}계단 상승"),
    "down": ("Down {steps}", "{steps}계단 하락"),
    "same": ("Same place", "그대로"),
    "new": ("New, was {rank}", "새로 등장 (기존 {rank}위)"),
    "new_beyond": ("New, was below {depth}", "새로 등장 (기존 {depth}위 밖)"),
    "left_out": ("Left out, now {rank}", "제외 (현재 {rank}위)"),
    "left_out_beyond": ("Left out, now below {depth}", "제외 (현재 {depth}위 밖)"),
    "away": ("{list}: {rank}", "{list}: {rank}위"),
    "away_beyond": ("{list}: below {depth}", "{list}: {depth}위 밖"),
    "conflict": ("Judged both ways", "의견 엇갈림"),
    "not_saved": ("Not saved, so the mark is taken back: {reason}", "저장하지 못해 표시를 되돌렸습니다: {reason}"),
    "undone": ("Taken back: {answer}", "되돌렸습니다: {answer}"),
    "nothing_to_undo": ("There is nothing to take back here.", "여기에서 되돌릴 답변이 없습니다."),
    "keys_choose": ("choose a film", "영화 선택"),
    "keys_open": ("details", "상세 정보"),
    "keys_box": (
        "Press ↓ in the search box to go to the lists.",
        "검색창에서 ↓ 키를 누르면 목록으로 이동합니다.",
    ),
}

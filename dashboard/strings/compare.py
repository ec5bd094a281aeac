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
    "search": ("Search", "검색"),
    "search_hint": ("What should the film be like?", "어떤 영화를 찾으시나요?"),
    "pick": ("Or one of the queries", "등록된 질의에서 선택"),
    "pick_hint": ("{count} queries", "질의 {count}개"),
    "pick_none": ("There are none yet", "아직 없습니다"),
    "ask": (
        "Search for something, or pick a query: both models' ten best films appear next to each other.",
        "검색하거나 질의를 선택하면 두 모델의 상위 10편을 나란히 볼 수 있습니다.",
    ),
    "unknown_query": (
        "This is not one of the queries, so there are no labels to show. Add it on the Label page to judge its films.",
        "등록된 질의가 아니어서 표시할 라벨이 없습니다. 라벨링 화면에서 질의로 추가하면 판정할 수 있습니다.",
    ),
    "name_first": (
        "To label films here, say who you are first.",
        "여기서 라벨링하려면 먼저 이름을 알려 주세요.",
    ),
    "undo": ("Undo", "되돌리기"),
    "summary": (
        "Of the tuned model's top {top}, **{shared}** are also in the base's; **{new}** are new, **{out}** were left "
        "out, **{moved}** changed places.",
        "튜닝 모델 상위 {top}편 중 **{shared}편**은 기본 모델에도 있습니다. 새로 등장 **{new}편**, 제외 **{out}편**, "
        "순위 변동 **{moved}편**입니다.",
    ),
    "same_lists": (
        "Both models show the same ten films in the same order.",
        "두 모델의 상위 10편이 순서까지 같습니다.",
    ),
    "up": ("Up {steps}", "{steps}계단 상승"),
    "down": ("Down {steps}", "{steps}계단 하락"),
    "same": ("Same place", "그대로"),
    "new": ("New, was {rank}", "새로 등장 (기존 {rank}위)"),
    "new_beyond": ("New, was below {depth}", "새로 등장 (기존 {depth}위 밖)"),
    "left_out": ("Left out, now {rank}", "제외 (현재 {rank}위)"),
    "left_out_beyond": ("Left out, now below {depth}", "제외 (현재 {depth}위 밖)"),
    "conflict": ("Judged both ways", "의견 엇갈림"),
}

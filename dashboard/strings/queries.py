"""Queries on the Label page: adding them, skipping one, and films found for one by search."""

TEXTS: dict[str, tuple[str, str]] = {
    # Skipping
    "skip": ("Skip…", "건너뛰기…"),
    "skip_why": (
        "Why do you skip this query? It is not offered to you again; others still get it. You find it at the end of "
        "the list.",
        "이 질의를 왜 건너뛰나요? 나에게는 다시 나오지 않고 다른 사람에게는 계속 나옵니다. 목록 끝에서 다시 고를 수 있습니다.",
    ),
    "reason_unclear": ("unclear", "뜻이 불분명함"),
    "reason_not_films": ("not about films", "영화를 찾는 질의가 아님"),
    "reason_unknown_films": ("films not known", "후보 영화들을 잘 모름"),
    "reason_offensive": ("offensive", "불쾌한 내용"),
    "reason_own": ("Another reason, in your words", "다른 이유(직접 입력)"),
    "skip_do": ("Skip", "건너뛰기"),
    "skip_done": ("Skipped: {query}", "건너뛴 질의: {query}"),
    "skipped": ("You skipped this query: {reason}", "건너뛴 질의입니다: {reason}"),
    "resume": ("Take it back in", "건너뛰기 취소"),
    # Adding
    "check": ("Check and add", "확인하고 추가"),
    "comparing": ("Comparing with the queries that are here", "기존 질의와 비교하는 중"),
    "words_only": (
        "The model could not be loaded, so only the words were compared.",
        "모델을 불러오지 못해서 낱말만 비교했습니다.",
    ),
    "review": (
        "New: {new} · already here: {same} · close to others: {close}",
        "새 질의 {new}개 · 이미 있는 질의 {same}개 · 비슷한 질의가 있는 질의 {close}개",
    ),
    "new": ("New", "새 질의"),
    "same": ("Already here", "이미 있음"),
    "same_line": ("Twice in your list", "목록에 두 번 있음"),
    "open": ("Open it", "열기"),
    "close": ("Close to others", "비슷한 질의 있음"),
    "like_words": ("same words", "낱말이 같음"),
    "like_meaning": ("close in meaning, cosine {cosine:.2f}", "뜻이 비슷함, 코사인 {cosine:.2f}"),
    "in_list": ("in your list", "입력한 목록"),
    "choose": ("What to do with “{query}”", "'{query}' 처리"),
    "choose_all": ("All close ones", "비슷한 질의 모두"),
    "add_anyway": ("Add anyway", "그래도 추가"),
    "leave_out": ("Leave out", "추가하지 않기"),
    "joins": (
        "If added, it is used as its neighbour is ({split}): the same request in two uses would test the model on what "
        "it has learnt.",
        "추가하면 비슷한 질의와 같은 용도({split})로 쓰입니다. 같은 요청이 두 용도에 나뉘면 이미 배운 내용으로 모델을 평가하게 됩니다.",
    ),
    "add_count": ("Add ({count})", "추가({count}개)"),
    "choose_first": (
        "Choose for each close query first. Still open: {count}.",
        "비슷한 질의마다 먼저 골라 주세요. 남은 것: {count}개.",
    ),
    "back": ("Back to the text", "입력으로 돌아가기"),
    "more": ("and {count} more", "외 {count}개"),
    # Films by search
    "by_title": ("By title, person, year or genre", "제목, 인물, 연도, 장르로 찾은 영화"),
    "by_meaning": ("By meaning ({model})", "뜻으로 찾은 영화({model})"),
    "search_meaning": ("Search by meaning too", "뜻으로도 찾기"),
    "search_meaning_help": (
        "The base model reads your words as a query. Such films are judged without hiding that it found them.",
        "기본 모델이 입력한 말을 질의로 보고 찾습니다. 이 모델이 찾았다는 것을 알고 판정하게 됩니다.",
    ),
    "find_about": (
        "Search the whole catalogue and judge right here, or go to the film's card. Every answer is saved at once.",
        "카탈로그 전체에서 찾아 바로 판정하거나 그 영화의 카드로 갈 수 있습니다. 답변은 바로 저장됩니다.",
    ),
    "find_label": (
        "Title, person, year or genre; or what the film is about",
        "제목, 인물, 연도, 장르 또는 영화 내용",
    ),
    "found_none": ("No film matches these words.", "이 말에 맞는 영화가 없습니다."),
    "found_elsewhere": ("All of these are listed above.", "모두 위에 있는 영화입니다."),
    "undo": ("Undo", "되돌리기"),
    # When nothing can be shown
    "no_model": (
        "No model could be loaded, so there are no candidate films. Look at the message above, then try again. "
        "Answers already given are safe.",
        "모델을 불러오지 못해 후보 영화를 찾을 수 없습니다. 위의 내용을 확인한 뒤 다시 시도해 주세요. 이미 남긴 답변은 안전합니다.",
    ),
    "no_database": (
        "Nothing can be saved now. Pass the message above to whoever looks after this installation, then try again. "
        "Answers that are not saved yet stay in this browser and are sent when it works again.",
        "지금은 저장할 수 없습니다. 위의 내용을 관리자에게 전한 뒤 다시 시도해 주세요. 아직 저장되지 않은 답변은 이 브라우저에 남아 있다가 다시 "
        "저장할 수 있게 되면 전송됩니다.",
    ),
    "retry": ("Try again", "다시 시도"),
    "to_models": ("Go to Models", "모델로 가기"),
}

"""The Progress page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "How far the labelling is, and what it needs next.",
        "라벨링이 어디까지 왔고 다음에 무엇이 필요한지 봅니다.",
    ),
    "reading": ("Reading the team's answers", "팀의 답변을 읽는 중"),
    "to_label": ("Go to Label", "라벨링하러 가기"),
    "to_review": ("Go to Review", "검토하러 가기"),
    "to_train": ("Go to Train", "학습하러 가기"),
    # What is needed next
    "need_train": (
        "{count} more train queries with a positive film until a model can be trained.",
        "'맞음' 영화가 있는 학습용 질의가 {count}개 더 있으면 모델을 학습할 수 있습니다.",
    ),
    "need_train_one": (
        "{count} more train query with a positive film until a model can be trained.",
        "'맞음' 영화가 있는 학습용 질의가 {count}개 더 있으면 모델을 학습할 수 있습니다.",
    ),
    "need_settle": (
        "{count} pairs are answered both ways. Settle them, and training can start.",
        "답이 서로 엇갈린 쌍이 {count}개 있습니다. 답을 정하면 학습을 시작할 수 있습니다.",
    ),
    "need_settle_one": (
        "{count} pair is answered both ways. Settle it, and training can start.",
        "답이 서로 엇갈린 쌍이 {count}개 있습니다. 답을 정하면 학습을 시작할 수 있습니다.",
    ),
    "need_test": (
        "{count} more test queries with a positive film until the tuned model can be judged.",
        "'맞음' 영화가 있는 평가용 질의가 {count}개 더 있으면 튜닝 모델을 평가할 수 있습니다.",
    ),
    "need_test_one": (
        "{count} more test query with a positive film until the tuned model can be judged.",
        "'맞음' 영화가 있는 평가용 질의가 {count}개 더 있으면 튜닝 모델을 평가할 수 있습니다.",
    ),
    "need_test_why": (
        "Below {least} test queries that differ, no difference between two models can be told from chance.",
        "결과가 달라진 평가용 질의가 {least}개보다 적으면 두 모델의 차이가 우연인지 알 수 없습니다.",
    ),
    "need_films": (
        "At least {count} more films in the top {top} of the test queries to judge until a comparison can be trusted.",
        "평가용 질의의 상위 {top}편에서 영화를 {count}편 이상 더 판정하면 비교 결과를 믿을 수 있습니다.",
    ),
    "need_films_one": (
        "At least {count} more film in the top {top} of the test queries to judge until a comparison can be trusted.",
        "평가용 질의의 상위 {top}편에서 영화를 {count}편 이상 더 판정하면 비교 결과를 믿을 수 있습니다.",
    ),
    "need_films_why": (
        "Films that nobody has judged count as not relevant, so {share} % of each model's top {top} have to be judged.",
        "아무도 판정하지 않은 영화는 맞지 않는 것으로 계산되므로, 모델마다 상위 {top}편의 {share}% 이상을 판정해야 합니다.",
    ),
    "need_checking": (
        "Enough to train on. The top {top} of the test queries are being looked up.",
        "학습할 라벨은 충분합니다. 평가용 질의의 상위 {top}편을 확인하는 중입니다.",
    ),
    "need_unknown": (
        "Enough to train on. The top {top} of the test queries could not be looked up.",
        "학습할 라벨은 충분합니다. 평가용 질의의 상위 {top}편은 확인하지 못했습니다.",
    ),
    "need_none": (
        "The labels suffice to train a model and to judge it. More train queries with a positive film make it better.",
        "라벨이 모델을 학습하고 평가하기에 충분합니다. '맞음' 영화가 있는 학습용 질의가 늘면 모델이 더 좋아집니다.",
    ),
    # By split
    "split_train": ("Train queries with a positive", "'맞음'이 있는 학습용 질의"),
    "split_dev": ("Dev queries with a positive", "'맞음'이 있는 개발용 질의"),
    "split_test": ("Test queries with a positive", "'맞음'이 있는 평가용 질의"),
    "split_of": ("{done} of {total}", "{done} / {total}"),
    "split_pairs": ("{count} pairs judged", "판정한 쌍 {count}개"),
    # Days
    "days": ("Answers a day", "하루 답변 수"),
    "days_none": (
        "Nobody has answered yet. The first answers on the Label page show here.",
        "아직 답변이 없습니다. 라벨링 페이지에서 답하면 여기에 나타납니다.",
    ),
    "days_shown": ("Days shown: {count}. Imports are left out.", "최근 {count}일. 가져온 라벨은 빼고 셉니다."),
    "day": ("Day", "날짜"),
    "answers": ("Answers", "답변"),
    # Curators
    "curators": ("Curators", "큐레이터"),
    "curator": ("Curator", "큐레이터"),
    "today": ("Today", "오늘"),
    "per_minute": ("Films a minute", "분당 영화 수"),
    "per_minute_why": (
        "While at work: pauses of two minutes and more between two answers are left out.",
        "판정하는 동안만 셉니다. 답변 사이가 2분 이상 벌어진 시간은 뺍니다.",
    ),
    "alike": ("Alike with others", "다른 사람과 같은 답"),
    "alike_why": (
        "Of the pairs that somebody else decided too. More on the Review page.",
        "다른 사람도 판정한 쌍 가운데 답이 같은 비율입니다. 자세한 내용은 검토 페이지에 있습니다.",
    ),
    "shared": ("Shared pairs", "공통 쌍"),
    "last": ("Last answer", "마지막 답변"),
    # Queries
    "queries": ("Queries", "질의"),
    "queries_none": (
        "There are no queries yet. Add what viewers ask for on the Label page.",
        "아직 질의가 없습니다. 라벨링 페이지에서 관객이 찾을 법한 말을 추가해 주세요.",
    ),
    "queries_pick": (
        "Click a row to label the query. A column's name sorts the table.",
        "행을 누르면 그 질의를 라벨링합니다. 열 이름을 누르면 정렬됩니다.",
    ),
    "query": ("Query", "질의"),
    "use": ("Use", "용도"),
    "positives": ("Positive", "맞음"),
    "negatives": ("Negative", "아님"),
    "unsure": ("Unsure", "모르겠음"),
    "conflicts": ("Both ways", "엇갈림"),
    "top_base": ("Base top {top}", "기본 상위 {top}"),
    "top_tuned": ("Tuned top {top}", "튜닝 상위 {top}"),
    "top_why": (
        "How many of the {top} films that the model ranks first have been judged.",
        "모델이 가장 앞에 놓은 {top}편 가운데 판정한 영화 수입니다.",
    ),
    "looking_up": ("Looking up what the models rank first", "모델이 앞에 놓은 영화를 확인하는 중"),
    "held_by": ("At work now", "지금 작업 중"),
}

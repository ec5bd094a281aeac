"""The Compare page: kept comparisons, what is handed on of them, and the decision."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Every comparison is kept as it was made: figures, rankings and the labels they were scored with. Click one to "
        "open it.",
        "비교는 만든 그대로 보관합니다. 수치와 순위, 채점에 쓴 라벨이 모두 남습니다. 행을 누르면 열립니다.",
    ),
    "none": (
        "Nothing has been compared yet. Compare two models by the numbers, and the comparison is kept here.",
        "아직 비교한 기록이 없습니다. ‘수치로 보기’에서 두 모델을 비교하면 여기에 보관됩니다.",
    ),
    "damaged": (
        "Comparisons that cannot be read and are not listed: {count}. The first: {reason}",
        "읽을 수 없는 비교 {count}건은 목록에서 뺐습니다. 첫 번째: {reason}",
    ),
    "loading": ("Reading the kept comparisons", "보관한 비교를 읽는 중"),
    "when": ("Made", "작성 시각"),
    "queries": ("Queries", "질의"),
    "queries_of": ("{count} {split}", "{split} {count}개"),
    "difference": ("Difference", "차이"),
    "difference_help": (
        "In nDCG@10, tuned minus base.",
        "nDCG@10 기준, 튜닝 모델 점수에서 기본 모델 점수를 뺀 값입니다.",
    ),
    "verdict": ("Verdict", "판정"),
    "list_alt": ("Kept comparisons, newest first", "보관한 비교, 최신순"),
    "back": ("All kept comparisons", "보관함 목록"),
    # Verdicts in short
    "verdict_better": ("Better", "더 좋음"),
    "verdict_worse": ("Worse", "더 나쁨"),
    "verdict_no_difference": ("No difference", "차이 없음"),
    "verdict_cannot_tell": ("Cannot tell yet", "판단 보류"),
    "verdict_label_more": ("More labels needed", "라벨 부족"),
    # What is handed on
    "report": ("Report (HTML)", "보고서 (HTML)"),
    "report_help": (
        "One file with verdict, charts and the queries that changed most. Opens in any browser, also without a network.",
        "판정, 도표, 가장 크게 바뀐 질의를 담은 파일 하나입니다. 네트워크 없이 어느 브라우저에서나 열립니다.",
    ),
    "trec": ("TREC files (zip)", "TREC 파일 (zip)"),
    "trec_help": (
        "Both rankings and the labels as TREC runs and qrels, with the measures as CSV. Other tools get the same figures "
        "from them.",
        "두 모델의 순위와 라벨을 TREC run·qrels로, 지표를 CSV로 담았습니다. 다른 도구로 채점해도 같은 수치가 나옵니다.",
    ),
    "trec_none": (
        "This comparison was made before rankings were kept, so there are no TREC files. Compare the two models again to "
        "have them.",
        "순위를 보관하기 전에 만든 비교라 TREC 파일이 없습니다. 두 모델을 다시 비교하면 받을 수 있습니다.",
    ),
    "csv": ("Queries (CSV)", "질의별 점수 (CSV)"),
    "csv_help": (
        "Every query with both scores and the difference of each measure. Opens in Excel.",
        "질의마다 두 모델의 점수와 지표별 차이를 담았습니다. 엑셀에서 열립니다.",
    ),
    "link": ("Link", "링크"),
    "link_help": (
        "Opens this comparison. Copy it with the button on its right.",
        "이 비교로 바로 열리는 주소입니다. 오른쪽 버튼으로 복사할 수 있습니다.",
    ),
    "made_from": ("What the figures were made from", "수치의 출처"),
    # The decision
    "decision": ("Decide", "결정"),
    "promote": ("Put the tuned model to use", "튜닝 모델을 사용하기"),
    "promote_sure": (
        "The verdict is “{verdict}”, not “{better}”. Put {run} to use all the same?",
        "판정이 ‘{better}’이 아니라 ‘{verdict}’입니다. 그래도 {run} 모델을 사용할까요?",
    ),
    "promote_yes": ("Yes, put it to use", "네, 사용합니다"),
    "promoted": ("{run} is in use now.", "이제 {run} 모델을 사용합니다."),
    "not_a_run": (
        "Only a model tuned here can be put to use; {name} is none.",
        "여기서 튜닝한 모델만 사용 모델로 정할 수 있습니다. {name}은(는) 해당하지 않습니다.",
    ),
    "roll_back": ("Roll back to {model}", "{model} 모델로 되돌리기"),
    "roll_back_base": ("Roll back to the base model", "기본 모델로 되돌리기"),
    "roll_back_help": (
        "In use before this one, chosen by {who} on {when}.",
        "바로 앞에 사용하던 모델입니다. {who} 님이 {when}에 선택했습니다.",
    ),
    "roll_back_help_unnamed": ("In use before this one.", "바로 앞에 사용하던 모델입니다."),
    "rolled_back": ("{model} is in use again.", "다시 {model} 모델을 사용합니다."),
    "rolled_back_base": ("The base model is in use again.", "다시 기본 모델을 사용합니다."),
    "name_first": ("To decide, say who you are first.", "결정하려면 먼저 이름을 알려 주세요."),
}

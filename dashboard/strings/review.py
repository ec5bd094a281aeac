"""The Review page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Where the team's answers differ, what is worth a second look, and how far you agree.",
        "답변이 서로 다른 곳, 다시 볼 만한 답변, 팀의 판정이 얼마나 일치하는지를 한곳에서 봅니다.",
    ),
    "part": ("What to review", "검토할 내용"),
    "part_differences": ("Differences", "엇갈린 판정"),
    "part_second_look": ("Second look", "다시 볼 답변"),
    "part_agreement": ("Agreement", "일치도"),
    "reading": ("Reading the team's answers", "팀의 답변을 읽는 중"),
    "names": ("Show names", "이름 보기"),
    "names_help": (
        "Hidden at first, so that the answer counts and not who gave it.",
        "누가 답했는지가 아니라 답변 자체를 볼 수 있도록 처음에는 가려 둡니다.",
    ),
    "someone": ("Curator {number}", "큐레이터 {number}"),
    "to_label": ("Go to Label", "라벨링하러 가기"),
    "to_settle": ("Settle them on the Review page", "검토 페이지에서 답 정하기"),
    "open_query": ("Open the query", "질의 열기"),
    "gone": ("Film {movie} is no longer in the catalogue.", "영화 {movie}: 지금은 카탈로그에 없습니다."),
    "no_synopsis": ("There is no synopsis of this film.", "이 영화는 줄거리가 없습니다."),
    "more": ("Full synopsis and details", "줄거리 전체와 상세 정보"),
    # Differences
    "state": ("Show", "보기"),
    "state_open": ("Open ({count})", "정할 것 ({count})"),
    "state_settled": ("Settled ({count})", "정한 것 ({count})"),
    "nobody_twice": (
        "Nobody has judged the same film twice yet. Raise the share of queries judged by two in the project settings on "
        "the Label page.",
        "같은 영화를 두 사람이 판정한 경우가 아직 없습니다. 라벨링 페이지의 프로젝트 설정에서 두 사람이 판정하는 질의의 "
        "비율을 높여 주세요.",
    ),
    "none_open": (
        "Nothing is open: on the {count} pairs that more than one of you decided, the answers agree or are settled.",
        "정할 것이 없습니다. 두 사람 이상이 판정한 {count}쌍은 모두 답이 같거나 이미 정해졌습니다.",
    ),
    "none_settled": (
        "Nothing has been settled yet. Decide on a pair under “Open” and it moves here.",
        "아직 정한 것이 없습니다. '정할 것'에서 답을 정하면 여기로 옮겨집니다.",
    ),
    "opposite": ("answered both ways", "맞음·아님으로 갈림"),
    "graded": ("two grades of positive", "'맞음'의 정도가 다름"),
    "alike_now": ("nobody differs now", "지금은 의견이 같음"),
    "fits": ("Fits", "맞음"),
    "fits_perfectly": ("Fits perfectly", "꼭 맞음"),
    "decide": ("What counts for the team?", "팀의 답을 정해 주세요"),
    "decide_anew": ("Decide anew", "다시 정하기"),
    "note": ("Why, in your words. Optional.", "그렇게 정한 이유를 적어 주세요. 쓰지 않아도 됩니다."),
    "settled_now": ("Settled: {film}, {answer}.", "정했습니다: {film}, {answer}."),
    "settled_by": ("Settled: {answer}, by {who}, {when}", "정한 답: {answer} ({who}, {when})"),
    "settled": ("Settled: {answer}, {when}", "정한 답: {answer} ({when})"),
    "undo": ("Undo", "되돌리기"),
    "undone": ("Taken back. The pair is open again.", "되돌렸습니다. 다시 정할 수 있습니다."),
    "undone_before": (
        "That had been taken back already.",
        "이미 되돌린 답입니다.",
    ),
    # Second look
    "look_why": (
        "Nothing here says that an answer is wrong. Open the query and look again: giving an answer anew, the same or "
        "another, takes it off this list.",
        "답변이 틀렸다는 뜻이 아닙니다. 질의를 열어 한 번 더 보고, 같은 답이든 다른 답이든 다시 답하면 목록에서 "
        "빠집니다.",
    ),
    "look_none": (
        "Nothing stands out. Here you will find answers that came very quickly, and answers that contradict each other.",
        "눈에 띄는 답변이 없습니다. 아주 빠르게 남긴 답변이나 서로 어긋나는 답변이 생기면 여기에 모입니다.",
    ),
    "mine": ("Mine only", "내 답변만"),
    "look_none_mine": ("None of your answers stands out.", "내 답변 중에는 눈에 띄는 것이 없습니다."),
    "contradictory": ("Answers that contradict each other", "서로 어긋나는 답변"),
    "rushed": ("Answers that came quickly", "아주 빠르게 남긴 답변"),
    "you": ("You", "나"),
    "colleague": ("A colleague", "동료"),
    "rushed_pace": (
        "{answer} after {seconds} s; usually {usual} s",
        "{answer}, {seconds}초 만에 답변 (평소 {usual}초)",
    ),
    "rushed_streak": (
        "{answer} after {seconds} s, one of {count} equal answers in a row",
        "{answer}, {seconds}초 만에 답변 (같은 답 {count}개가 이어짐)",
    ),
    "rushed_rule": (
        "An answer is listed when it came within 0.8 s of the film appearing, and either that is under a third of what "
        "the same curator usually takes, or ten or more equal answers in a row came as quickly.",
        "영화가 나타난 뒤 0.8초 안에 답한 것 가운데, 그 큐레이터가 평소 들이는 시간의 3분의 1이 안 되거나 같은 답이 "
        "그만큼 빠르게 10개 이상 이어진 답변을 모았습니다.",
    ),
    "contradictory_rule": (
        "Listed are opposite answers of one curator about one film for queries that differ in spacing, case or final "
        "punctuation alone, and answers that changed more than twice.",
        "띄어쓰기·대소문자·끝 문장부호만 다른 질의에서 같은 영화에 반대로 답했거나, 답을 세 번 이상 바꾼 경우입니다.",
    ),
    "changed": ("changed {count} times: {answers}", "{count}번 바꿈: {answers}"),
    "for_query": ("{answer}: {query}", "{answer}: {query}"),
    "and_more": ("and {count} more", "이 밖에 {count}건 더 있습니다"),
    # Agreement
    "alpha": ("Krippendorff's alpha", "크리펜도르프 알파"),
    "alpha_help": (
        "How far all curators agree beyond chance: 1 is full agreement, 0 what guessing would give. Unsure is left out.",
        "모든 큐레이터의 판정이 우연을 넘어 얼마나 일치하는지 나타냅니다. 1이면 완전히 일치, 0이면 찍은 것과 같은 "
        "수준입니다. '모르겠음'은 빼고 계산합니다.",
    ),
    "in_common": ("Pairs decided by two or more", "두 명 이상이 판정한 쌍"),
    "curators": ("Curators", "큐레이터 수"),
    "interval": ("95% interval {low} to {high}", "95% 구간 {low} ~ {high}"),
    "no_interval": ("no interval: the pairs do not vary", "구간 없음: 답이 모두 같습니다"),
    "pairs_table": ("Every two curators", "두 사람씩"),
    "first": ("Curator", "큐레이터"),
    "second": ("and", "함께 판정한 사람"),
    "pairs": ("Pairs in common", "공통 쌍"),
    "alike": ("Alike", "같은 답"),
    "kappa": ("Cohen's kappa", "코언 카파"),
    "kappa_interval": ("95% interval", "95% 구간"),
    "in_words": ("In words", "풀이"),
    "kappa_help": (
        "Agreement beyond chance: 1 is full agreement, 0 what guessing would give.",
        "우연을 넘은 일치 정도입니다. 1이면 완전히 일치, 0이면 찍은 것과 같은 수준입니다.",
    ),
    "reading_good": ("Good", "잘 맞음"),
    "reading_fair": ("Fair", "대체로 맞음"),
    "reading_doubtful": ("Doubtful: talk over the differences", "많이 엇갈림: 기준을 함께 맞춰 보세요"),
    "reading_undefined": (
        "Cannot be told: every answer was the same",
        "알 수 없음: 모두 같은 답만 했습니다",
    ),
    "reading_open": ("{reading}; not certain yet", "{reading} (아직 확실하지 않음)"),
    "reading_rule": (
        "Good is .80 and above, fair .67 and above, as usual for relevance judgments (Manning, Raghavan and Schütze "
        "2008, 8.5). “Not certain yet” means that the interval reaches into another of these: more pairs in common "
        "would tell. Where many curators disagree, sharpen the guidelines before labelling on.",
        "적합성 판정에서 흔히 쓰는 기준(Manning·Raghavan·Schütze 2008, 8.5절)에 따라 0.80 이상은 '잘 맞음', 0.67 "
        "이상은 '대체로 맞음'입니다. '아직 확실하지 않음'은 구간이 다른 단계에 걸친다는 뜻으로, 함께 판정한 쌍이 "
        "늘면 분명해집니다. 여러 사람이 엇갈리면 라벨링을 이어 가기 전에 판정 기준을 다듬어 주세요.",
    ),
}

"""The Compare page: judging two models without knowing which is which."""

TEXTS: dict[str, tuple[str, str]] = {
    "hidden": (
        "Two models, their names hidden while you judge. Choose others under **Side by side**.",
        "비교할 두 모델의 이름은 판정하는 동안 숨깁니다. 다른 모델은 **나란히 보기**에서 골라 주세요.",
    ),
    "no_tuned": (
        "Nothing is tuned yet. Train a model first, or choose two other models under Side by side, such as search by "
        "words.",
        "아직 튜닝한 모델이 없습니다. 먼저 학습하거나, 나란히 보기에서 단어 검색처럼 다른 두 모델을 골라 주세요.",
    ),
    "one_model": (
        "The same model stands on both sides. Choose two different ones under Side by side.",
        "양쪽에 같은 모델이 선택되어 있습니다. 나란히 보기에서 서로 다른 모델을 골라 주세요.",
    ),
    "to_side": ("To Side by side", "나란히 보기로 이동"),
    "no_queries": (
        "There are no queries yet. Add some on the Label page, then judge here whose films suit them better.",
        "아직 질의가 없습니다. 라벨링 화면에서 질의를 추가하면 어느 쪽 영화가 더 나은지 여기서 판정할 수 있습니다.",
    ),
    "none_among": ("There are no {split} queries.", "{split} 질의가 없습니다."),
    # What is judged
    "form": ("How to judge", "판정 방식"),
    "form_side_by_side": ("Two lists", "두 목록"),
    "form_interleaved": ("One mixed list", "섞은 목록"),
    "form_help": (
        "Two lists: say which of two top tens is better. One mixed list: the two models take turns at adding their best "
        "film, and you mark the films that answer the query; each mark counts for the model that added the film. "
        "Answers of the two kinds are never counted together.",
        "두 목록: 두 상위 10편 가운데 더 나은 쪽을 고릅니다. 섞은 목록: 두 모델이 번갈아 가장 좋은 영화를 내어 만든 목록에서 "
        "질의에 맞는 영화를 표시하면, 그 영화를 낸 모델의 점수가 됩니다. 두 방식의 결과는 합치지 않습니다.",
    ),
    "among": ("Queries", "질의 구분"),
    "among_all": ("All queries", "모든 질의"),
    "among_help": (
        "Preferences are no labels and never train, so queries of every split may be judged. Only test queries show how "
        "a model does on what it has not learnt.",
        "여기서 남기는 선호는 라벨이 아니며 학습에 쓰지 않으므로 어떤 질의든 판정할 수 있습니다. 다만 배우지 않은 질의에 대한 성능은 "
        "평가용 질의로만 알 수 있습니다.",
    ),
    # Judging
    "which": ("Which list answers this query better?", "어느 목록이 이 질의에 더 잘 맞나요?"),
    "mark_all": ("Mark every film that answers this query.", "이 질의에 맞는 영화를 모두 표시해 주세요."),
    "a": ("A", "A"),
    "b": ("B", "B"),
    "nothing_found": ("No film was found.", "찾은 영화가 없습니다."),
    "no_list": (
        "One of the two found no film for this query, so there is no mixed list. Skip it, or judge it as two lists.",
        "두 모델 중 하나가 이 질의에서 영화를 찾지 못해 섞은 목록을 만들 수 없습니다. 건너뛰거나 두 목록으로 판정해 주세요.",
    ),
    "prefer_a": ("A is better", "A가 더 나음"),
    "prefer_b": ("B is better", "B가 더 나음"),
    "same": ("Same", "비슷함"),
    "skip": ("Skip", "건너뛰기"),
    "undo": ("Undo", "되돌리기"),
    "mark": ("Answers it", "맞음"),
    "done_marked": ("Done ({count} marked)", "완료 ({count}편 표시)"),
    "progress": ("{done} of {total} queries judged", "질의 {total}개 중 {done}개 판정"),
    "skipped_before": ("You skipped this query before.", "앞에서 건너뛴 질의입니다."),
    "too_soon": (
        "That press came before this query could be read, so it was not counted.",
        "질의를 읽기 전에 누른 것으로 보여 답으로 저장하지 않았습니다.",
    ),
    "undone": ("Taken back. Judge the query again.", "되돌렸습니다. 다시 판정해 주세요."),
    "undone_elsewhere": (
        "Taken back. That query is not among those shown now.",
        "되돌렸습니다. 그 질의는 지금 고른 질의 구분에 들어 있지 않습니다.",
    ),
    "nothing_to_undo": ("There is nothing to take back.", "되돌릴 답이 없습니다."),
    "all_judged": (
        "You have judged all {total} queries. Thank you! Now the results may be looked at.",
        "질의 {total}개를 모두 판정했습니다. 고맙습니다! 이제 결과를 보셔도 됩니다.",
    ),
    "all_but_skipped": (
        "You have judged {done} of {total} queries and skipped the other {skipped}.",
        "질의 {total}개 중 {done}개를 판정했고, 나머지 {skipped}개는 건너뛰었습니다.",
    ),
    "again": ("Judge the skipped ones ({count})", "건너뛴 질의 판정하기 ({count}개)"),
    # Results
    "reveal": ("Reveal the results", "결과 공개"),
    "reveal_why": (
        "Looking unblinds: whoever knows which model is ahead judges differently from then on, and stopping as soon as the "
        "figures please proves nothing. Decide beforehand how many queries to judge, and look when they are done.",
        "결과를 보면 더는 블라인드가 아닙니다. 어느 모델이 앞서는지 알면 이후 판정이 달라지고, 마음에 드는 수치가 나왔을 때 멈추면 아무것도 "
        "증명되지 않습니다. 판정할 질의 수를 미리 정하고, 다 마친 뒤에 확인해 주세요.",
    ),
    "no_answers": (
        "Nobody has judged these two models in this way yet.",
        "이 두 모델을 이 방식으로 판정한 사람이 아직 없습니다.",
    ),
    "verdict_preferred": (
        "Curators prefer the tuned model: it won {tuned} of {decided} decided queries, {share} (95% interval {low} to "
        "{high}, p {p}).",
        "큐레이터들은 튜닝 모델을 더 좋게 봅니다. 승부가 난 질의 {decided}개 중 {tuned}개에서 이겼습니다: {share} (95% 구간 {low} ~ "
        "{high}, p {p}).",
    ),
    "verdict_not_preferred": (
        "Curators prefer the base: the tuned model won only {tuned} of {decided} decided queries, {share} (95% interval "
        "{low} to {high}, p {p}). Keep the base.",
        "큐레이터들은 기본 모델을 더 좋게 봅니다. 튜닝 모델은 승부가 난 질의 {decided}개 중 {tuned}개에서만 이겼습니다: {share} (95% "
        "구간 {low} ~ {high}, p {p}). 기본 모델을 계속 쓰시길 권합니다.",
    ),
    "verdict_cannot_tell": (
        "It cannot be told yet: the tuned model won {tuned} of {decided} decided queries, {share}, and chance alone would "
        "explain that (95% interval {low} to {high}, p {p}). Judge more queries.",
        "아직 판단할 수 없습니다. 튜닝 모델이 승부가 난 질의 {decided}개 중 {tuned}개에서 이겼지만({share}) 우연으로도 나올 수 있는 "
        "결과입니다(95% 구간 {low} ~ {high}, p {p}). 질의를 더 판정해 주세요.",
    ),
    "verdict_too_few": (
        "It cannot be told yet: queries that one of the two won so far: {decided}. Below 6 any outcome may be chance. "
        "Judge more queries.",
        "아직 판단할 수 없습니다. 승부가 난 질의가 {decided}개뿐이라 우연일 수 있습니다(6개 이상 필요). 질의를 더 판정해 주세요.",
    ),
    "wins_base": ("Base wins", "기본 모델 승"),
    "ties": ("Ties", "무승부"),
    "wins_tuned": ("Tuned wins", "튜닝 모델 승"),
    "share": ("Tuned, of decided", "튜닝 모델 승률"),
    "share_help": (
        "Of the queries that one of the two won, the part that the tuned model won, with its 95% interval.",
        "승부가 난 질의 가운데 튜닝 모델이 이긴 비율과 그 95% 구간입니다.",
    ),
    "interval": ("{low} to {high}", "{low} ~ {high}"),
    "how_counted": (
        "A query counts once: a model wins it when more than half of the curators who judged it prefer that model, else "
        "it is a tie. Ties and skipped queries say nothing of which is better and take no part in the test (exact sign "
        "test; Clopper-Pearson interval).",
        "질의는 한 번만 셉니다. 판정한 큐레이터의 절반을 넘게 선택한 모델이 그 질의에서 이기고, 아니면 무승부입니다. 무승부와 건너뛴 질의는 "
        "검정에 넣지 않습니다(정확 부호 검정, Clopper-Pearson 구간).",
    ),
    "by_curator": ("By curator", "큐레이터별"),
    "by_query": ("Query by query", "질의별 결과"),
    "curator": ("Curator", "큐레이터"),
    "skipped": ("Skipped", "건너뜀"),
    "for_base": ("For the base", "기본 모델"),
    "for_neither": ("For neither", "비슷함"),
    "for_tuned": ("For the tuned", "튜닝 모델"),
    "outcome": ("Outcome", "결과"),
    "curators_alt": ("How often each curator preferred either model", "큐레이터마다 어느 모델을 선호했는지"),
    "queries_alt": ("How many curators preferred either model, by query", "질의마다 어느 모델을 선호했는지"),
}

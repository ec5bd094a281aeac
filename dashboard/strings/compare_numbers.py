"""The Compare page, by the numbers."""

TEXTS: dict[str, tuple[str, str]] = {
    "split": ("Queries", "질의 구분"),
    "split_test": ("Test queries", "평가용 질의"),
    "split_dev": ("Dev queries", "개발용 질의"),
    "split_own": ("Queries of your own", "직접 정한 질의"),
    "split_help": (
        "Test queries never take part in a training and give the final figure. Dev queries choose the best state of a "
        "model, so they flatter it. The two are never mixed, and train queries are never scored.",
        "평가용 질의는 학습에 쓰지 않으며 최종 수치를 냅니다. 개발용 질의는 가장 좋은 모델을 고르는 데 쓰므로 점수가 "
        "후하게 나옵니다. 둘은 섞지 않으며 학습용 질의는 채점하지 않습니다.",
    ),
    "no_labels": (
        "No {split} query has a film judged positive, so nothing can be scored. Label films for {split} queries first.",
        "{split} 질의 가운데 ‘맞음’으로 판정한 영화가 없어 채점할 수 없습니다. {split} 질의부터 라벨링해 주세요.",
    ),
    "not_yet": (
        "These two models have not been compared on the {count} {split} queries yet.",
        "두 모델을 {split} 질의 {count}개로 비교한 기록이 없습니다.",
    ),
    "start": ("Compare on {count} queries", "질의 {count}개로 비교하기"),
    "again": ("Compare again with the current labels ({count} queries)", "현재 라벨로 다시 비교하기 (질의 {count}개)"),
    "stale": (
        "The labels or the catalogue have changed since these figures were made ({when}).",
        "이 수치를 낸 뒤({when}) 라벨이나 카탈로그가 바뀌었습니다.",
    ),
    "working": ("Loading both models", "두 모델을 불러오는 중"),
    "encoding": ("Embedding texts: {done} of {total}", "글 임베딩 중: {total}건 중 {done}건"),
    "made": (
        "{queries} {which} queries scored, {left_out} left out for want of a positive film. Made on {when}.",
        "{which} 질의 {queries}개를 채점했습니다. ‘맞음’ 영화가 없어 뺀 질의 {left_out}개. 작성 {when}",
    ),
    "base_not_yet": (
        "The base has not been scored on the {count} {which} queries in this session yet.",
        "{which} 질의 {count}개로 기본 모델을 아직 채점하지 않았습니다.",
    ),
    "base_start": ("Score the base", "기본 모델 채점하기"),
    "base_made": (
        "{queries} {which} queries scored, {left_out} left out for want of a positive film.",
        "{which} 질의 {queries}개를 채점했습니다. ‘맞음’ 영화가 없어 뺀 질의 {left_out}개.",
    ),
    "measure": ("Measure", "지표"),
    "model": ("Model", "모델"),
    "score": ("Score", "점수"),
    "difference": ("Difference", "차이"),
    "interval": ("95% interval", "95% 구간"),
    "p_help": (
        "How often a difference this large would come about by chance if the models were equally good (sign-flip "
        "test). All measures but nDCG@10 are corrected for being several (Holm). A dash: fewer than 6 queries differ.",
        "두 모델이 똑같이 좋을 때 우연히 이만한 차이가 날 확률입니다(부호 반전 검정). nDCG@10 외의 지표는 여러 번 "
        "검정한 만큼 보정했습니다(Holm). 점수가 다른 질의가 6개 미만이면 계산하지 않습니다.",
    ),
    "wins": ("Wins/ties/losses", "승 / 무 / 패"),
    "wins_help": (
        "On how many queries the tuned model scores higher, the same, lower.",
        "튜닝 모델의 점수가 더 높은, 같은, 더 낮은 질의 수입니다.",
    ),
    "base_bounds": ("Base bounds", "기본 범위"),
    "tuned_bounds": ("Tuned bounds", "튜닝 범위"),
    "bounds_help": (
        "How low and how high the value could be once the unjudged films that it looks at were judged. A dash: the "
        "measure has no such bounds.",
        "아직 판정하지 않은 영화를 모두 판정했을 때 나올 수 있는 가장 낮은 값과 높은 값입니다. 줄표는 이런 범위가 없는 "
        "지표입니다.",
    ),
    "detectable": ("Smallest detectable", "알 수 있는 최소 차이"),
    "detectable_with": ("difference in nDCG@10, with {count} queries", "nDCG@10 기준, 질의 {count}개"),
    "detectable_help": (
        "In nDCG@10: a true difference of this size would be found 4 times in 5 with so many queries that vary so much. "
        "Smaller ones need more labelled queries.",
        "nDCG@10 기준입니다. 실제 차이가 이만큼이면 이 정도의 질의로 다섯 번 중 네 번은 알아냅니다. 더 작은 차이를 "
        "보려면 질의를 더 라벨링해 주세요.",
    ),
    "measures_alt": ("Measures of both models", "두 모델의 지표"),
    "plot_alt": (
        "Each measure of the base and the tuned model, from 0 to 1",
        "기본 모델과 튜닝 모델의 지표, 0부터 1까지",
    ),
    "queries": ("Query by query", "질의별 결과"),
    "queries_pick": (
        "nDCG@10 of both models. Click a query to see its films side by side.",
        "두 모델의 nDCG@10입니다. 질의를 누르면 영화를 나란히 볼 수 있습니다.",
    ),
    "queries_alt": ("Each query with both scores", "질의별 두 모델의 점수"),
    "place_help": ("By the difference: 1 gained most.", "차이가 큰 순서이며 1이 가장 많이 오른 질의입니다."),
    "gain": ("Gain", "증감"),
    "gain_help": (
        "The difference drawn: above the middle the tuned model gains, below it loses.",
        "차이를 그린 막대입니다. 가운데 위는 튜닝 모델이 오른 것, 아래는 내린 것입니다.",
    ),
    "rbo_help": (
        "How alike the two rankings are down to rank 100, the top counting most (rank-biased overlap, p = .9): 1 is the "
        "same, 0 has no film in common.",
        "두 모델의 100위까지 순위가 얼마나 비슷한지입니다(순위 편향 중복도, p = .9). 위쪽일수록 크게 반영하며 1은 같고 "
        "0은 겹치는 영화가 없습니다.",
    ),
    "jaccard_help": (
        "Films in both top tens over films in either.",
        "두 모델의 상위 10편 중 공통 영화의 비율입니다(합집합 대비 교집합).",
    ),
    "queries_shown": ("Queries shown", "표시할 질의"),
    "queries_ends": ("Best {ends} and worst {ends}", "가장 좋아진 {ends}개와 나빠진 {ends}개"),
    "queries_all": ("All {count} queries", "질의 {count}개 모두"),
    "unjudged": ("Not judged", "미판정"),
    "unjudged_help": (
        "Films of either top ten that nobody has judged. They count as not relevant.",
        "상위 10편 중 아무도 판정하지 않은 영화 수입니다. 점수에서는 맞지 않는 영화로 칩니다.",
    ),
    # Slices
    "slices": ("Where the difference lies (nDCG@10)", "차이가 나는 곳 (nDCG@10)"),
    "slices_unknown": (
        "This comparison was made before slices were kept. Compare again to see them.",
        "부분별 수치를 기록하기 전에 만든 비교입니다. 다시 비교하면 볼 수 있습니다.",
    ),
    "slices_what": ("How the queries are divided", "질의를 나누는 기준"),
    "count": ("Queries", "질의 수"),
    "slice": ("Part of the queries", "질의 부분"),
    "slice_p_help": (
        "Sign-flip test within the part, corrected for asking about so many parts (Holm). Fewer than 6 queries are too "
        "few for any answer.",
        "부분 안에서 한 부호 반전 검정이며 여러 부분을 검정한 만큼 보정했습니다(Holm). 질의가 6개 미만이면 판단할 수 "
        "없습니다.",
    ),
    "slice_too_few": ("under {count} queries", "질의 {count}개 미만"),
    "way_language": ("Language", "언어"),
    "way_kind": ("Kind", "종류"),
    "way_length": ("Length", "길이"),
    "way_training": ("Training", "학습"),
    "way_popularity": ("Films", "영화"),
    "way_language_help": ("The language of the query.", "질의의 언어입니다."),
    "way_kind_help": ("The kind of the query, as the team names it.", "팀이 붙인 질의의 종류입니다."),
    "way_length_help": ("The number of words of the query.", "질의의 단어 수입니다."),
    "way_training_help": (
        "Never seen: no film judged positive for the query was positive for a query that the run learnt from.",
        "처음 보는 영화란 그 질의에 ‘맞음’인 영화가 학습한 질의의 ‘맞음’에 하나도 없었다는 뜻입니다.",
    ),
    "way_popularity_help": (
        "Head films are the few that hold half of all positive labels (and are positive for two queries at least). A "
        "query is of head films when at least half of its positive films are, else of tail films.",
        "자주 나오는 영화는 모든 ‘맞음’ 라벨의 절반을 차지하는 소수의 영화입니다(질의 2개 이상에서 ‘맞음’). 질의의 ‘맞음’ "
        "영화 중 절반 이상이 그런 영화이면 자주 나오는 쪽, 아니면 드문 쪽입니다.",
    ),
    "slice_ko": ("Korean", "한국어"),
    "slice_en": ("English", "영어"),
    "slice_short": ("up to {short} words", "단어 {short}개까지"),
    "slice_medium": ("{medium_from} to {medium} words", "단어 {medium_from}~{medium}개"),
    "slice_long": ("{long} words and more", "단어 {long}개부터"),
    "slice_seen": ("films seen in training", "학습에서 본 영화"),
    "slice_unseen": ("films never seen in training", "학습에서 본 적 없는 영화"),
    "slice_head": ("head (often positive)", "자주 나오는 영화"),
    "slice_tail": ("tail (seldom positive)", "드물게 나오는 영화"),
    # What to judge
    "missing": ("Pairs that nobody has judged: {count}", "아직 판정하지 않은 쌍: {count}개"),
    "missing_order": (
        "Those first that can move the difference most.",
        "차이를 가장 크게 바꿀 수 있는 것부터 보여 드립니다.",
    ),
    "missing_together": (
        "All of them together leave the difference between {low} and {high}.",
        "모두 판정하면 차이는 {low}에서 {high} 사이가 됩니다.",
    ),
    "missing_click": (
        "Click one to judge the films of its query.",
        "누르면 그 질의의 영화를 판정할 수 있습니다.",
    ),
    "missing_in_files": (
        "These queries come from files: add the judgments there, then upload them again.",
        "파일에서 가져온 질의이므로 파일에 판정을 더한 뒤 다시 올려 주세요.",
    ),
    "missing_alt": (
        "Unjudged pairs, those that can move the difference most first",
        "차이를 크게 바꿀 수 있는 미판정 쌍",
    ),
    "moves": ("Can move it by", "바뀔 수 있는 폭"),
    "moves_help": (
        "How far the difference in mean nDCG@10 could go, up or down, if this film alone were judged.",
        "이 영화 하나만 판정했을 때 평균 nDCG@10 차이가 위아래로 바뀔 수 있는 폭입니다.",
    ),
    # Queries of one's own
    "which_picked": ("picked", "고른"),
    "which_uploaded": ("uploaded", "올린"),
    "own_help": (
        "Some of the known queries, or queries of yours from files with their judgments. Train queries never count, nor "
        "do queries whose text is nearly the same.",
        "등록된 질의 일부를 고르거나, 판정이 있는 질의 파일을 올려 비교합니다. 학습용 질의와 글이 거의 같은 질의는 세지 "
        "않습니다.",
    ),
    "own_way": ("Where the queries come from", "질의 출처"),
    "own_picked": ("Pick from the known queries", "등록된 질의에서 고르기"),
    "own_uploaded": ("Upload files", "파일 올리기"),
    "own_all": ("All", "전체"),
    "own_by_hand": ("By hand", "직접 고르기"),
    "own_all_of": ("All {count} of them, or pick some", "{count}개 모두 (또는 골라 주세요)"),
    "own_chosen": ("{count} by hand", "직접 고른 {count}개"),
    "own_name": ("Name of the set", "질의 묶음 이름"),
    "own_count": (
        "{count} queries, {scorable} of them with a film judged positive.",
        "질의 {count}개, 그중 ‘맞음’ 영화가 있는 질의 {scorable}개.",
    ),
    "own_train_left_out": (
        "Left out because a model may have learnt from them: {count} train queries",
        "모델이 학습했을 수 있어 뺀 학습용 질의: {count}개",
    ),
    "own_use": ("Use", "쓰임"),
    "own_no_labels": (
        "None of these queries has a film judged positive, so nothing can be scored. Choose others, or label films for "
        "them first.",
        "이 질의들에는 ‘맞음’으로 판정한 영화가 없어 채점할 수 없습니다. 다른 질의를 고르거나 먼저 라벨링해 주세요.",
    ),
    "own_earlier": ("Compared before", "이전 비교"),
    "own_earlier_hint": ("Open one of {count}", "{count}개 중에서 열기"),
    "own_other": ("Choose other queries", "다른 질의 고르기"),
    "own_gone": (
        "The comparison that the address names is not there any more. Choose queries to compare on.",
        "주소에 적힌 비교를 찾을 수 없습니다. 비교할 질의를 골라 주세요.",
    ),
    "own_upload": ("Queries and judgments", "질의와 판정 파일"),
    "own_upload_help": (
        "A file of queries (JSONL, TSV or CSV with query_id and text) together with TREC or BEIR qrels, or one of the "
        "formats that labels are exported in. The films are those of the catalogue. Nothing is added to the labels.",
        "질의 파일(query_id와 text가 있는 JSONL, TSV, CSV)과 TREC 또는 BEIR qrels를 함께 올리거나, 라벨을 내보낸 형식의 "
        "파일을 올려 주세요. 영화는 카탈로그에서 찾으며 라벨에는 아무것도 더하지 않습니다.",
    ),
    "own_reading": ("Reading the files", "파일을 읽는 중"),
    "own_skip": (
        "Leave out lines whose film is not in the catalogue ({count})",
        "카탈로그에 없는 영화가 있는 줄 빼기 ({count}줄)",
    ),
    "own_problems": (
        "Problems in these files: {count}. Mend them and upload again.",
        "파일에 문제가 {count}건 있습니다. 고쳐서 다시 올려 주세요.",
    ),
    # The verdict
    "verdict_better": (
        "The tuned model is better: {delta} nDCG@10, 95% interval {low} to {high}, {wins} queries better, {losses} worse "
        "(of {queries} {which} queries; p {p}).",
        "튜닝 모델이 더 좋습니다. nDCG@10 {delta}, 95% 구간 {low} ~ {high}, 좋아진 질의 {wins}개, 나빠진 질의 {losses}개 "
        "({which} 질의 {queries}개, p {p}).",
    ),
    "verdict_worse": (
        "The tuned model is worse: {delta} nDCG@10, 95% interval {low} to {high}, {losses} queries worse, {wins} better "
        "(of {queries} {which} queries; p {p}). Keep the base.",
        "튜닝 모델이 더 나쁩니다. nDCG@10 {delta}, 95% 구간 {low} ~ {high}, 나빠진 질의 {losses}개, 좋아진 질의 {wins}개 "
        "({which} 질의 {queries}개, p {p}). 기본 모델을 계속 쓰시길 권합니다.",
    ),
    "verdict_no_difference": (
        "No difference that matters: {delta} nDCG@10, and the 95% interval, {low} to {high}, stays within 0.02 of zero; "
        "{wins} queries better, {losses} worse (of {queries} {which} queries).",
        "의미 있는 차이가 없습니다. nDCG@10 {delta}, 95% 구간({low} ~ {high})이 ±0.02 안에 있습니다. 좋아진 질의 {wins}개, "
        "나빠진 질의 {losses}개 ({which} 질의 {queries}개).",
    ),
    "verdict_same": (
        "No difference: both models score the same on all {queries} {which} queries.",
        "차이가 없습니다. {which} 질의 {queries}개 모두에서 두 모델의 점수가 같습니다.",
    ),
    "verdict_cannot_tell": (
        "It cannot be told yet: {delta} nDCG@10, 95% interval {low} to {high}, {wins} queries better, {losses} worse (of "
        "{queries} {which} queries). With so many queries a difference of about {detectable} would show; smaller ones "
        "need more labelled queries.",
        "아직 판단할 수 없습니다. nDCG@10 {delta}, 95% 구간 {low} ~ {high}, 좋아진 질의 {wins}개, 나빠진 질의 {losses}개 "
        "({which} 질의 {queries}개). 이 질의 수로는 {detectable} 정도의 차이부터 드러납니다. 더 작은 차이를 보려면 질의를 "
        "더 라벨링해 주세요.",
    ),
    "verdict_too_few": (
        "It cannot be told yet: {wins} queries better, {losses} worse, so the models differ on only {differing} of "
        "{queries} {which} queries, and below 6 any difference may be chance. Label more queries.",
        "아직 판단할 수 없습니다. {which} 질의 {queries}개 중 좋아진 질의 {wins}개, 나빠진 질의 {losses}개로 점수가 다른 "
        "질의가 {differing}개뿐이라 우연일 수 있습니다(6개 이상 필요). 질의를 더 라벨링해 주세요.",
    ),
    "verdict_label_more": (
        "It cannot be told yet: judge these {pairs} pairs. Of the films in the top tens only {judged_base} (base) and "
        "{judged_tuned} (tuned) are judged, and unjudged films count as not relevant.",
        "아직 판단할 수 없습니다. 아래 {pairs}쌍을 판정해 주세요. 상위 10편 중 판정된 비율이 기본 {judged_base}, 튜닝 "
        "{judged_tuned}이며, 미판정 영화는 맞지 않는 것으로 계산됩니다.",
    ),
    "verdict_label_one": (
        "It cannot be told yet: judge this pair. Of the films in the top tens only {judged_base} (base) and "
        "{judged_tuned} (tuned) are judged, and unjudged films count as not relevant.",
        "아직 판단할 수 없습니다. 아래 한 쌍을 판정해 주세요. 상위 10편 중 판정된 비율이 기본 {judged_base}, 튜닝 "
        "{judged_tuned}이며, 미판정 영화는 맞지 않는 것으로 계산됩니다.",
    ),
}

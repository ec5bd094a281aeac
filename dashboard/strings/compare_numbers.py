"""The Compare page, by the numbers."""

TEXTS: dict[str, tuple[str, str]] = {
    "to_label_pairs": ("Label the missing films", "미판정 영화 라벨링하기"),
    "split": ("Queries", "질의 구분"),
    "split_test": ("Test queries", "평가용 질의"),
    "split_dev": ("Dev queries", "개발용 질의"),
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
        "{queries} {split} queries scored, {left_out} left out for want of a positive film. Made on {when}.",
        "{split} 질의 {queries}개를 채점했습니다. ‘맞음’ 영화가 없어 뺀 질의 {left_out}개. 작성 {when}",
    ),
    "base_not_yet": (
        "The base has not been scored on the {count} {split} queries in this session yet.",
        "{split} 질의 {count}개로 기본 모델을 아직 채점하지 않았습니다.",
    ),
    "base_start": ("Score the base", "기본 모델 채점하기"),
    "base_made": (
        "{queries} {split} queries scored, {left_out} left out for want of a positive film.",
        "{split} 질의 {queries}개를 채점했습니다. ‘맞음’ 영화가 없어 뺀 질의 {left_out}개.",
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
    "wins": ("Wins / ties / losses", "승 / 무 / 패"),
    "wins_help": (
        "On how many queries the tuned model scores higher, the same, lower.",
        "튜닝 모델의 점수가 더 높은, 같은, 더 낮은 질의 수입니다.",
    ),
    "measures_alt": ("Measures of both models", "두 모델의 지표"),
    "plot_alt": (
        "Each measure of the base and the tuned model, from 0 to 1",
        "기본 모델과 튜닝 모델의 지표, 0부터 1까지",
    ),
    "queries": ("Query by query", "질의별 결과"),
    "queries_pick": ("Click a query to see its films side by side.", "질의를 누르면 영화를 나란히 볼 수 있습니다."),
    "queries_alt": ("Each query with both scores", "질의별 두 모델의 점수"),
    "base_score": ("Base nDCG@10", "기본 nDCG@10"),
    "tuned_score": ("Tuned nDCG@10", "튜닝 nDCG@10"),
    "overlap": ("In both", "공통"),
    "overlap_help": ("Films that both top tens share.", "두 모델의 상위 10편에 모두 있는 영화 수입니다."),
    "unjudged": ("Not judged", "미판정"),
    "unjudged_help": (
        "Films of either top ten that nobody has judged. They count as not relevant.",
        "상위 10편 중 아무도 판정하지 않은 영화 수입니다. 점수에서는 맞지 않는 영화로 칩니다.",
    ),
    # The verdict
    "verdict_better": (
        "The tuned model is better: nDCG@10 {delta} on {queries} {split} queries (95% interval {low} to {high}, p {p}).",
        "튜닝 모델이 더 좋습니다. {split} 질의 {queries}개에서 nDCG@10 {delta} (95% 구간 {low} ~ {high}, p {p}).",
    ),
    "verdict_worse": (
        "The tuned model is worse: nDCG@10 {delta} on {queries} {split} queries (95% interval {low} to {high}, p {p}). "
        "Keep the base.",
        "튜닝 모델이 더 나쁩니다. {split} 질의 {queries}개에서 nDCG@10 {delta} (95% 구간 {low} ~ {high}, p {p}). 기본 "
        "모델을 계속 쓰시길 권합니다.",
    ),
    "verdict_no_difference": (
        "No difference that matters: nDCG@10 {delta} on {queries} {split} queries, and the 95% interval ({low} to "
        "{high}) stays within 0.02 of zero.",
        "의미 있는 차이가 없습니다. {split} 질의 {queries}개에서 nDCG@10 {delta}, 95% 구간({low} ~ {high})이 ±0.02 안에 "
        "있습니다.",
    ),
    "verdict_same": (
        "No difference: both models score the same on all {queries} {split} queries.",
        "차이가 없습니다. {split} 질의 {queries}개 모두에서 두 모델의 점수가 같습니다.",
    ),
    "verdict_cannot_tell": (
        "It cannot be told yet: nDCG@10 {delta} on {queries} {split} queries (95% interval {low} to {high}). With so "
        "many queries a difference of about {detectable} would show; smaller ones need more labelled queries.",
        "아직 판단할 수 없습니다. {split} 질의 {queries}개에서 nDCG@10 {delta} (95% 구간 {low} ~ {high}). 이 질의 수로는 "
        "{detectable} 정도의 차이부터 드러납니다. 더 작은 차이를 보려면 질의를 더 라벨링해 주세요.",
    ),
    "verdict_too_few": (
        "It cannot be told yet: the models differ on only {differing} of {queries} {split} queries, and below 6 any "
        "difference may be chance. Label more queries.",
        "아직 판단할 수 없습니다. {split} 질의 {queries}개 중 점수가 다른 질의가 {differing}개뿐이라 우연일 수 "
        "있습니다(6개 이상 필요). 질의를 더 라벨링해 주세요.",
    ),
    "verdict_label_more": (
        "Label more first: of the films in the top tens only {judged_base} (base) and {judged_tuned} (tuned) are "
        "judged, and unjudged films count as not relevant. {pairs} films are missing.",
        "라벨이 더 필요합니다. 상위 10편 중 판정된 비율이 기본 {judged_base}, 튜닝 {judged_tuned}이며, 미판정 영화는 맞지 "
        "않는 것으로 계산됩니다. {pairs}편을 더 판정해 주세요.",
    ),
}

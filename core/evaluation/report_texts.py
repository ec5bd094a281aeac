"""The sentences of a report, (English, Korean): a file that is handed on must read without the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Language = Literal["ko", "en"]

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Comparison of two film retrievers", "영화 검색 모델 비교 보고서"),
    "base": ("Base", "기본 모델"),
    "tuned": ("Tuned", "튜닝 모델"),
    "scored": (
        "{queries} {split} queries scored, {left_out} left out for want of a film judged positive",
        "{split} 질의 {queries}개 채점, ‘맞음’ 영화가 없어 뺀 질의 {left_out}개",
    ),
    "split_test": ("test", "평가용"),
    "split_dev": ("dev", "개발용"),
    # Verdict
    "better": ("The tuned model is better", "튜닝 모델이 더 좋습니다"),
    "worse": ("The tuned model is worse", "튜닝 모델이 더 나쁩니다"),
    "no_difference": ("No difference that matters", "의미 있는 차이가 없습니다"),
    "cannot_tell": ("It cannot be told yet", "아직 판단할 수 없습니다"),
    "label_more": ("More labels are needed first", "라벨이 더 필요합니다"),
    "figures": (
        "nDCG@10 {delta} (95% interval {low} to {high}, p {p}); it differs on {differing} of {queries} queries.",
        "nDCG@10 {delta} (95% 구간 {low} ~ {high}, p {p}). 질의 {queries}개 중 {differing}개에서 점수가 다릅니다.",
    ),
    "figures_one": (
        "nDCG@10 {delta} on a single query, which allows no interval.",
        "질의가 하나뿐이라 구간을 낼 수 없습니다. nDCG@10 {delta}.",
    ),
    "judged": (
        "Of the films in the top tens, {judged_base} (base) and {judged_tuned} (tuned) are judged; {pairs} are missing "
        "and count as not relevant.",
        "상위 10편 중 판정된 비율은 기본 {judged_base}, 튜닝 {judged_tuned}입니다. 미판정 {pairs}편은 맞지 않는 것으로 "
        "계산했습니다.",
    ),
    "detectable": (
        "With this many queries a difference of about {detectable} would show four times in five.",
        "이 질의 수로는 {detectable} 정도의 차이를 다섯 번 중 네 번꼴로 알아낼 수 있습니다.",
    ),
    # Measures
    "measures": ("Measures", "지표"),
    "measure": ("Measure", "지표"),
    "difference": ("Difference", "차이"),
    "interval": ("95% interval", "95% 구간"),
    "wins": ("Wins / ties / losses", "승 / 무 / 패"),
    "intervals_title": ("Differences with their 95% intervals", "지표별 차이와 95% 구간"),
    "intervals_note": (
        "A line that crosses zero: the difference may be chance. To the right, the tuned model is better.",
        "선이 0에 걸치면 우연일 수 있는 차이입니다. 오른쪽일수록 튜닝 모델이 좋습니다.",
    ),
    # Queries
    "queries_title": ("Difference of every query in nDCG@10", "질의별 nDCG@10 차이"),
    "queries_note": (
        "One bar a query, the largest gain first: {wins} gain, {ties} stay the same, {losses} lose.",
        "막대 하나가 질의 하나이며, 많이 오른 순서입니다. 상승 {wins}개, 동일 {ties}개, 하락 {losses}개.",
    ),
    "best": ("Queries that gained most", "가장 많이 오른 질의"),
    "worst": ("Queries that lost most", "가장 많이 내린 질의"),
    "best_none": ("No query gained.", "점수가 오른 질의가 없습니다."),
    "worst_none": ("No query lost.", "점수가 내린 질의가 없습니다."),
    "query": ("Query", "질의"),
    "overlap": ("In both", "공통"),
    "unjudged": ("Not judged", "미판정"),
    "lists": ("Both top tens", "두 모델의 상위 10편"),
    "marks": (
        "✓ judged relevant, ✗ judged not relevant, · not judged",
        "✓ 맞음, ✗ 아님, · 미판정",
    ),
    # Slices
    "slices": ("nDCG@10 in parts of the queries", "질의 구분별 nDCG@10"),
    "slice": ("Part", "구분"),
    "count": ("Queries", "질의 수"),
    "slices_note": (
        "p is corrected for being asked of several parts (Holm). Where it is missing, too few queries differ.",
        "p는 여러 구분을 함께 검정한 만큼 보정했습니다(Holm). p가 없으면 점수가 다른 질의가 너무 적은 것입니다.",
    ),
    "way_language": ("Language", "언어"),
    "way_kind": ("Kind", "유형"),
    "way_length": ("Length", "길이"),
    "way_training": ("Film in training", "학습한 영화"),
    "way_popularity": ("Film popularity", "영화 인기도"),
    "value_ko": ("Korean", "한국어"),
    "value_en": ("English", "영어"),
    "value_short": ("short (up to 4 words)", "짧음(4단어까지)"),
    "value_medium": ("medium (5 to 15 words)", "중간(5~15단어)"),
    "value_long": ("long (16 words or more)", "김(16단어 이상)"),
    "value_seen": ("its film was trained on", "정답 영화를 학습함"),
    "value_unseen": ("its film was never trained on", "정답 영화를 학습하지 않음"),
    "value_head": ("often an answer", "자주 정답인 영화"),
    "value_tail": ("seldom an answer", "드물게 정답인 영화"),
    # Lineage
    "lineage": ("What the figures were made from", "수치의 출처"),
    "lineage_name": ("Comparison", "비교 이름"),
    "lineage_when": ("Made", "작성 시각"),
    "lineage_split": ("Queries of", "질의 구분"),
    "lineage_base": ("Base", "기본 모델"),
    "lineage_tuned": ("Tuned", "튜닝 모델"),
    "lineage_set": ("Query set", "질의 묶음"),
    "lineage_depth": ("Films ranked a query", "질의당 순위에 올린 영화 수"),
    "lineage_catalog": ("Catalogue (sha256)", "카탈로그(sha256)"),
    "lineage_queries": ("Texts of the queries (sha256)", "질의 글(sha256)"),
    "lineage_qrels": ("Labels (sha256)", "라벨(sha256)"),
    "lineage_rankings": ("Rankings kept (sha256)", "보관한 순위(sha256)"),
    "lineage_rankings_none": ("not kept: made before they were", "보관 안 됨: 순위를 보관하기 전에 만든 비교"),
    "origin_name": ("name", "이름"),
    "origin_origin": ("origin", "출처"),
    "origin_files": ("files", "파일"),
    "origin_train_left_out": ("train queries left out", "뺀 학습용 질의"),
    "origin_embedder": ("weights (sha256)", "가중치(sha256)"),
    "origin_index": ("index (sha256)", "색인(sha256)"),
    "origin_device": ("computed on", "연산 장치"),
    # How to read it
    "method": ("How to read the figures", "수치를 읽는 법"),
    "method_measures": (
        "nDCG@10: how near the first ten come to the best possible order, by grade. R@k: share of the relevant films "
        "among the first k. RR@10: 1 over the rank of the first relevant film. AP: mean precision at the relevant "
        "films. P@10: share of the first ten that is relevant. Judged@10: share of the first ten that somebody judged.",
        "nDCG@10: 상위 10편이 등급으로 본 최선의 순서에 얼마나 가까운지. R@k: 맞는 영화 중 상위 k편에 든 비율. "
        "RR@10: 처음 나온 맞는 영화 순위의 역수. AP: 맞는 영화마다 그 순위까지의 정밀도를 잰 평균. "
        "P@10: 상위 10편 중 맞는 영화의 비율. Judged@10: 상위 10편 중 누군가 판정한 비율.",
    ),
    "method_test": (
        "Intervals are Student's t over the queries; p comes from the paired sign-flip test, is missing below 6 "
        "queries that differ, and is corrected (Holm) for all measures but nDCG@10.",
        "구간은 질의 단위 t 구간이고, p는 짝지은 부호 반전 검정의 값입니다. 점수가 다른 질의가 6개 미만이면 "
        "p를 내지 않으며, nDCG@10 외의 지표는 여러 번 검정한 만큼 보정했습니다(Holm).",
    ),
    "method_unjudged": (
        "Films that nobody judged count as not relevant.",
        "아무도 판정하지 않은 영화는 맞지 않는 것으로 계산합니다.",
    ),
    "titles": (
        "Titles are those of the catalogue when this report was written; a film that has left it is shown by its id.",
        "영화 제목은 보고서를 만든 때의 카탈로그를 따르며, 카탈로그에서 빠진 영화는 아이디로 표시합니다.",
    ),
}


def speaking(language: Language) -> Callable[..., str]:
    """Return a function from a key, and what fills its placeholders, to a sentence."""

    def text(key: str, **values: object) -> str:
        sentence = TEXTS[key][1 if language == "ko" else 0]
        return sentence.format(**values) if values else sentence

    return text

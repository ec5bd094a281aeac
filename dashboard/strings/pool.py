"""What to judge: the modes of the Label page, colleagues at work, and the team's settings.

The English of a setting is the description of the field itself.
"""

from core.judgments import Project

LABELS: dict[str, tuple[str, str]] = {
    "depth": ("Films from each system", "시스템마다 가져올 영화 수"),
    "random_share": ("Random films (%)", "무작위 영화 비율(%)"),
    "overlap": ("Queries judged by two (%)", "두 사람이 판정하는 질의 비율(%)"),
    "graded": ("Two grades of positive", "'맞음'을 두 단계로 나누기"),
    "remote_images": ("Load posters from the web", "포스터를 웹에서 불러오기"),
}

KOREAN: dict[str, str] = {
    "depth": "질의마다 각 시스템이 후보로 내놓는 영화 수입니다.",
    "random_share": "후보 중에서 카탈로그 전체에서 무작위로 뽑는 영화의 비율입니다. 어느 시스템도 찾지 못한 영화까지 판정하므로 "
    "평가 결과가 한쪽으로 치우치지 않습니다.",
    "overlap": "판정이 얼마나 일치하는지 알아보기 위해 두 사람이 함께 판정하는 질의의 비율입니다.",
    "graded": "'맞음'을 맞음과 꼭 맞음의 두 단계로 나눕니다.",
    "remote_images": "카탈로그에 적힌 주소에서 포스터를 불러옵니다. 그 주소의 서버가 접속 사실을 알게 됩니다.",
}

TEXTS: dict[str, tuple[str, str]] = {
    **LABELS,
    **{f"{name}_why": (Project.model_fields[name].description or "", KOREAN[name]) for name in LABELS},
    "mode": ("What to judge", "판정 방식"),
    "mode_fill": ("Finish queries", "질의별 판정"),
    "mode_disagree": ("Where models disagree", "모델 순위 차이"),
    "mode_hard": ("Hard negatives", "발굴한 오답 후보"),
    "mode_gaps": ("Gaps in Compare", "비교에 빠진 판정"),
    "mode_fill_why": (
        "All that any system proposes for a query.",
        "모든 시스템이 내놓은 후보를 질의별로 판정합니다.",
    ),
    "mode_disagree_why": (
        "Films that base and tuned rank furthest apart come first.",
        "두 모델의 순위가 크게 엇갈리는 영화부터 판정합니다.",
    ),
    "mode_hard_why": (
        "Films a training took for negatives, judged by nobody.",
        "학습에서 판정 없이 오답으로 쓴 영화를 확인합니다.",
    ),
    "mode_gaps_why": (
        "Unjudged films in a model's top ten, test queries first.",
        "상위 10편 중 판정되지 않은 영화를 평가용 질의부터 봅니다.",
    ),
    "no_tuned": (
        "There is no tuned model in use to disagree with the base. Train one and put it to use first.",
        "지금 사용 중인 학습 모델이 없어서 기본 모델과 비교할 수 없습니다. 먼저 모델을 학습한 뒤 사용하도록 설정해 주세요.",
    ),
    "no_mined": (
        "No training has mined negatives yet. Start one with mined negatives, and its films come here to be checked.",
        "오답 후보를 발굴한 학습이 아직 없습니다. 오답 후보를 발굴하도록 학습하면 그 영화들이 여기에 나옵니다.",
    ),
    "mode_done": (
        "Nothing is left to judge in this mode.",
        "이 방식으로 판정할 영화가 더 없습니다.",
    ),
    "mode_done_filter": (
        "Nothing is left to judge in this mode under the present filter.",
        "현재 필터에서는 이 방식으로 판정할 영화가 더 없습니다.",
    ),
    "to_fill": ("Finish queries instead", "질의별 판정으로 바꾸기"),
    "settings": ("Project settings", "프로젝트 설정"),
    "settings_about": ("These settings hold for the whole team.", "팀 전체에 적용되는 설정입니다."),
    "settings_saved": ("Project settings saved.", "프로젝트 설정을 저장했습니다."),
    "held_by": (
        "{names} is working on this query too. Your answers count as well.",
        "{names} 님도 이 질의를 판정하고 있습니다. 내 답변도 함께 저장됩니다.",
    ),
    "enough_at_work": (
        "Others are at work on the queries that are left ({count}), or have judged them. Pick one from the list all "
        "the same, or come back later.",
        "남은 질의 {count}개는 다른 큐레이터가 판정하고 있거나 이미 판정했습니다. 그래도 하려면 목록에서 고르고, 아니면 나중에 다시 와 주세요.",
    ),
    "only_skipped": (
        "Only queries that you skipped are left ({count}). They are at the end of the list.",
        "내가 건너뛴 질의 {count}개만 남았습니다. 목록 끝에서 고를 수 있습니다.",
    ),
    "skipped": ("skipped, {reason}: {query}", "건너뜀({reason}): {query}"),
}

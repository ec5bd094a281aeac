"""The frame: navigation, language, curator."""

TEXTS: dict[str, tuple[str, str]] = {
    "label": ("Label", "라벨링"),
    "train": ("Train", "학습"),
    "compare": ("Compare", "비교"),
    "catalog": ("Catalogue", "카탈로그"),
    "models": ("Models", "모델"),
    "help": ("Help", "도움말"),
    "language": ("Language", "언어"),
    "curator": ("Curator", "큐레이터"),
    "curator_new": ("Your name", "이름"),
    "curator_known": ("I am", "나는"),
    "curator_none": ("Who are you?", "누구신가요?"),
    "curator_use": ("Continue", "계속"),
    "curator_change": ("Change", "바꾸기"),
    "curator_why": (
        "Your name goes with every answer, so that the team can see who judged what. It is not a password.",
        "답변마다 이름이 함께 남아 누가 판단했는지 팀이 알 수 있습니다. 비밀번호는 아닙니다.",
    ),
}

"""The frame: navigation, language, curator."""

TEXTS: dict[str, tuple[str, str]] = {
    "label": ("Label", "라벨링"),
    "review": ("Review", "검토"),
    "progress": ("Progress", "진행 상황"),
    "train": ("Train", "학습"),
    "compare": ("Compare", "비교"),
    "chatbot": ("Chatbot", "챗봇"),
    "catalog": ("Catalogue", "카탈로그"),
    "labels": ("Manage labels", "라벨 관리"),
    "models": ("Models", "모델"),
    "activity": ("Activity", "활동 기록"),
    "help": ("Help", "도움말"),
    "language": ("Language", "언어"),
    "curator": ("Curator", "큐레이터"),
    "curator_new": ("Your name", "이름"),
    "curator_known": ("I am (answers so far)", "나는 (지금까지 답변 수)"),
    "curator_none": ("Who are you?", "누구신가요?"),
    "curator_use": ("Continue", "계속"),
    "curator_change": ("Change", "바꾸기"),
    "curator_why": (
        "Your name goes with every answer, so that the team can see who judged what. It says who answered and proves "
        "nothing: anyone who can open this page can enter any name. This browser remembers it.",
        "답변마다 이름이 함께 남아 누가 판단했는지 팀이 알 수 있습니다. 이름은 누구의 답변인지 표시할 뿐 본인 확인은 아니며, 이 페이지를 "
        "열 수 있는 사람은 어떤 이름이든 쓸 수 있습니다. 이 브라우저가 이름을 기억합니다.",
    ),
    "curator_close": (
        "“{name}” is nearly a name that is already here. Is this you?",
        "'{name}'와(과) 거의 같은 이름이 이미 있습니다. 본인인가요?",
    ),
    "curator_is_me": ("Yes, I am {name}", "네, {name}입니다"),
    "curator_is_new": ("No, I am somebody else: {name}", "아니요, 다른 사람입니다: {name}"),
    "curator_taken": (
        "The answers that Reelign ships are under the name “{name}”. Choose another.",
        "'{name}'은(는) Reelign에 기본으로 들어 있는 답변의 이름입니다. 다른 이름을 써 주세요.",
    ),
}

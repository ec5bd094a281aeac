"""What the dashboard says of the team's object store."""

TEXTS: dict[str, tuple[str, str]] = {
    "trouble": ("Team store not in sync", "팀 저장소와 동기화되지 않음"),
    "stays": (
        "Everything made here stays here, and reaches the others once the store can be used again.",
        "여기서 만든 것은 모두 그대로 있으며, 저장소를 다시 쓸 수 있게 되면 다른 서버에도 전달됩니다.",
    ),
}

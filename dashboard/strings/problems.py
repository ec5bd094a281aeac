"""What is said when something is wrong."""

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("This did not work", "작업을 마치지 못했습니다"),
    "unexpected": (
        "Something unexpected happened ({kind}). Nothing you saved is lost. Reload the page; if it comes back, send the "
        "server's log to whoever looks after this installation.",
        "예상하지 못한 문제가 생겼습니다({kind}). 저장한 내용은 그대로 있습니다. 페이지를 새로 고쳐 보시고, 계속되면 "
        "서버 로그를 관리자에게 전해 주세요.",
    ),
}

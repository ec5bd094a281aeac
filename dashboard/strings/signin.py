"""Signing in, roles, and what a role does not allow."""

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Sign in", "로그인"),
    "why": (
        "Reelign asks who you are. The name you sign in with goes with every answer and everything else you change.",
        "로그인해 주세요. 로그인한 이름은 모든 답변과 변경 내용에 함께 기록됩니다.",
    ),
    "in": ("Sign in", "로그인하기"),
    "in_with": ("Sign in with {provider}", "{provider} 계정으로 로그인하기"),
    "out": ("Sign out", "로그아웃"),
    "no_entry": ("You have no role here yet", "아직 역할이 없습니다"),
    "no_name": ("Nobody can tell who you are", "누구인지 확인할 수 없습니다"),
    "no_role": (
        "You have signed in, but nobody has given you a role. Ask an admin of this Reelign for one, with the name above.",
        "로그인은 되었지만 아직 역할이 없습니다. 위의 이름을 알려 주고 관리자에게 역할을 요청해 주세요.",
    ),
    "no_admin": (
        "You have signed in, but there is no admin yet who could give you a role. Whoever runs this server names the first "
        "one in the environment variable {variable} and starts it again.",
        "로그인은 되었지만 역할을 줄 관리자가 아직 없습니다. 서버 운영자가 환경 변수 {variable}에 첫 관리자를 적고 서버를 다시 시작해야 "
        "합니다.",
    ),
    "nameless": (
        "The provider names neither a verified e-mail address nor a subject, so Reelign cannot tell who you are. Whoever "
        "runs this server must let it pass on one of the two.",
        "인증 서비스가 확인된 이메일 주소도 계정 식별자도 알려 주지 않아 누구인지 알 수 없습니다. 서버 운영자가 둘 중 하나를 전달하도록 "
        "설정해야 합니다.",
    ),
    "look_again": ("Look again", "다시 확인"),
    "needs": (
        "This takes the role “{role}” or one above it; yours is “{has}”. An admin can change it.",
        "'{role}' 이상의 역할이 필요합니다. 지금 역할은 '{has}'입니다. 관리자가 바꿀 수 있습니다.",
    ),
    "needs_any": (
        "This takes the role “{role}” or one above it. An admin can give it.",
        "'{role}' 이상의 역할이 필요합니다. 관리자에게 요청해 주세요.",
    ),
    "role_viewer": ("viewer", "열람자"),
    "role_curator": ("curator", "큐레이터"),
    "role_trainer": ("trainer", "학습 담당자"),
    "role_admin": ("admin", "관리자"),
}

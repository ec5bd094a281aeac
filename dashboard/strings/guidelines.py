"""The guideline: the panel, its editor and its versions, and the text that holds until a team writes its own."""

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("How to judge", "판정 기준"),
    "new": ("new version", "새 버전"),
    "shipped": (
        "This text comes with Reelign. Your team can write its own.",
        "Reelign에 들어 있는 기본 문구입니다. 팀에 맞게 고쳐 쓸 수 있습니다.",
    ),
    "version": ("Version {version} · {annotator} · {when}", "버전 {version} · {annotator} · {when}"),
    "edit": ("Edit", "고치기"),
    "versions": ("Versions", "지난 버전"),
    "edit_title": ("Edit the guideline", "판정 기준 고치기"),
    "edit_about": (
        "Everybody who judges here sees this text. Markdown works (headings, lists, bold, links); HTML and pictures do "
        "not. Every version is kept, and each answer records the version that held.",
        "여기서 판정하는 모든 사람이 이 글을 봅니다. 마크다운(제목, 목록, 굵게, 링크)을 쓸 수 있고 HTML과 그림은 쓸 수 없습니다. 모든 "
        "버전이 남으며, 답변마다 그때의 버전이 함께 기록됩니다.",
    ),
    "text": ("Guideline", "판정 기준"),
    "preview": ("Preview", "미리 보기"),
    "save": ("Save as a new version", "새 버전으로 저장"),
    "saved": ("The guideline is saved as version {version}.", "판정 기준을 버전 {version}(으)로 저장했습니다."),
    "unchanged": ("Nothing was changed.", "바뀐 내용이 없습니다."),
    "meanwhile": (
        "What a colleague changed while you were writing. Take over what you need, then save again.",
        "글을 고치는 동안 동료가 바꾼 내용입니다. 필요한 부분을 반영한 뒤 다시 저장해 주세요.",
    ),
    "versions_title": ("Versions of the guideline", "판정 기준의 지난 버전"),
    "no_versions": (
        "Nobody has changed the text that comes with Reelign.",
        "아직 기본 문구를 고친 사람이 없습니다.",
    ),
    "choose": ("Version", "버전"),
    "changed": ("Changed since version {version}", "버전 {version}에서 바뀐 내용"),
    "changed_first": ("Changed since the text that comes with Reelign", "기본 문구에서 바뀐 내용"),
    "whole": ("The whole text", "전체 글"),
    "default": (
        """Imagine the person who typed the query, and the chatbot answering with this one film.

- **Positive**: you would be glad if the chatbot recommended this film for this request.
- **Negative**: the film misses what was asked for, however good it is. A film that shares only a genre or an actor \
with the request is negative.
- **Unsure**: you do not know the film well enough, or the request can be read both ways. An unsure answer never trains \
and never scores, so do not guess.

When the request describes one particular film, that film is positive and films that merely resemble it are negative.

Judge every film by itself. There may be several positives, or none.""",
        """질의를 입력한 사람에게 챗봇이 이 영화 한 편을 추천했다고 상상해 보세요.

- **맞음**: 이 요청에 챗봇이 이 영화를 추천하면 반가울 때.
- **아님**: 아무리 좋은 영화라도 요청과 맞지 않을 때. 장르나 배우만 겹치는 영화도 아님입니다.
- **모르겠음**: 영화를 잘 모르거나 요청이 두 가지로 읽힐 때. 모르겠음은 학습에도 점수에도 쓰이지 않으니 추측하지 마세요.

요청이 특정한 영화 한 편을 떠올리려는 것이라면 그 영화만 맞음이고, 비슷하기만 한 영화는 아님입니다.

영화마다 따로 판정하세요. 맞음이 여러 편일 수도, 하나도 없을 수도 있습니다.""",
    ),
}

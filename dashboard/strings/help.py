"""The Help page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Reelign teaches the chatbot's film search what your team means. It is a loop of three steps.",
        "Reelign은 챗봇의 영화 검색이 우리 팀의 기준을 배우도록 돕습니다. 세 단계를 되풀이하면 됩니다.",
    ),
    "loop": ("The loop", "작업 순서"),
    "loop_label": (
        "For a query, say of each candidate film whether it fits. Who proposed the film stays hidden, so that no model "
        "is favoured.",
        "질의마다 후보 영화가 맞는지 판정합니다. 어느 모델이 추천했는지는 숨겨서 특정 모델에 유리하지 않게 합니다.",
    ),
    "loop_train": (
        "One click starts a training from all answers so far. You may close the browser meanwhile. If the tuned model "
        "is not better than its base, Reelign says so.",
        "버튼 하나로 지금까지의 답변을 모두 써서 학습을 시작합니다. 그동안 브라우저를 닫아도 됩니다. 튜닝 모델이 기본 "
        "모델보다 낫지 않으면 그렇다고 알려 드립니다.",
    ),
    "loop_compare": (
        "See both models answer side by side. Films that nobody has judged are marked; judging them makes the "
        "comparison fair. Then the loop begins again.",
        "두 모델의 결과를 나란히 봅니다. 아직 아무도 판정하지 않은 영화는 따로 표시되며, 이를 판정해야 비교가 "
        "공정해집니다. 그런 다음 처음부터 되풀이합니다.",
    ),
    "judging": ("How to judge", "판정 기준"),
    "judging_where": (
        "This is the guideline that holds now. It stands beside the cards of the Label page, where the team edits it; "
        "every version is kept, and each answer records the version that held.",
        "지금 적용되는 판정 기준입니다. 라벨링 화면의 왼쪽에서 볼 수 있고 팀이 직접 고칠 수 있습니다. 모든 버전이 남으며, 답변마다 그때의 "
        "버전이 함께 기록됩니다.",
    ),
    "judging_undo": (
        "Everything can be taken back: the key for undo walks back through all your answers, one at a time.",
        "모든 답변은 되돌릴 수 있습니다. 되돌리기 키를 누를 때마다 최근 답변부터 하나씩 거슬러 올라갑니다.",
    ),
    "keys": ("Keys on the Label page", "라벨링 단축키"),
    "keys_key": ("Key", "키"),
    "keys_action": ("What it does", "동작"),
    "keys_why": (
        "Keys rest while you type in a box and while a dialog or a list is open. They work under a Korean input method too. A "
        "key that is held down is not taken for many presses, and a card has to be on screen for a moment before an "
        "answer counts.",
        "글을 입력하는 동안이나 대화 상자 또는 목록이 열려 있는 동안에는 단축키가 작동하지 않습니다. 한글 입력 상태에서도 쓸 수 "
        "있습니다. 키를 계속 누르고 있어도 여러 번 누른 것으로 세지 않으며, 카드가 화면에 잠시 보인 뒤의 답변만 저장됩니다.",
    ),
    "key_positive": ("Positive, and on to the next film", "맞음, 다음 영화로"),
    "key_perfect": (
        "Fits perfectly, and on to the next film (when positive answers are of two grades)",
        "꼭 맞음, 다음 영화로(맞음을 두 등급으로 나눌 때)",
    ),
    "key_negative": ("Negative, and on to the next film", "아님, 다음 영화로"),
    "key_unsure": ("Unsure, and on to the next film", "모르겠음, 다음 영화로"),
    "key_undo": ("Take back your last answer and show the film again", "마지막 답변을 되돌리고 그 영화를 다시 보기"),
    "key_previous": ("Previous film, without an answer", "답하지 않고 이전 영화로"),
    "key_next": ("Next film, without an answer", "답하지 않고 다음 영화로"),
    "key_note": ("Write a note on this film", "이 영화에 메모 남기기"),
    "key_grid": (
        "All films of the query as a grid, or one card",
        "질의의 영화를 모두 바둑판으로 보기, 또는 한 장씩 보기",
    ),
    "key_help": ("Show the keys", "단축키 보기"),
    "splits": ("What a query is used for", "질의의 용도"),
    "splits_why": (
        "Before anything is judged, each query is set aside for one use, and keeps it.",
        "질의마다 판정하기 전에 용도가 하나 정해지고, 그 뒤로 바뀌지 않습니다.",
    ),
    "splits_close": (
        "A new query that is close to one already here joins its use. The same request in two uses would test the "
        "model on what it has learnt.",
        "이미 있는 질의와 비슷한 새 질의는 그 질의와 같은 용도로 쓰입니다. 같은 요청이 두 용도에 나뉘면 이미 배운 내용으로 모델을 평가하게 "
        "됩니다.",
    ),
    "queries": ("Leaving a query, finding a film", "질의 건너뛰기와 영화 찾기"),
    "queries_next": (
        "**Next query** leaves a query for later: it waits behind the others and comes back to you.",
        "**다음 질의**를 누르면 지금 질의를 나중으로 미룹니다. 다른 질의 뒤에서 기다리다가 다시 나옵니다.",
    ),
    "queries_skip": (
        "**Skip** takes a query out of your list for a reason. It stays open for everybody else, counts as no answer, "
        "and neither trains nor scores. You find it, marked, at the end of the list of queries, where it can be taken "
        "back in.",
        "**건너뛰기**를 누르고 이유를 고르면 내 차례에서 그 질의가 빠집니다. 다른 사람에게는 계속 나오고, 답변으로 세지 않으며, 학습에도 점수에도 "
        "쓰이지 않습니다. 질의 목록 끝에 표시되어 있으며 거기서 취소할 수 있습니다.",
    ),
    "queries_found": (
        "**Find a film** adds what the candidates lack. A film that somebody searched for is recorded as such, so it can "
        "be told from those that the systems proposed.",
        "**영화 찾기**로 후보에 없는 영화를 더할 수 있습니다. 검색으로 찾은 영화라는 것이 함께 기록되어 시스템이 내놓은 후보와 구별됩니다.",
    ),
    "settings": ("Project settings", "프로젝트 설정"),
    "settings_why": (
        "They hold for the whole team and are changed on the Label page. Each change is kept with who made it.",
        "팀 전체에 적용되며 라벨링 화면에서 바꿉니다. 누가 바꿨는지 함께 남습니다.",
    ),
    "measures": ("What the measures mean", "지표의 뜻"),
    "measures_why": (
        "All are between 0 and 1, higher is better, and are averages over queries that have a positive film.",
        "모두 0과 1 사이이며 높을수록 좋습니다. 맞는 영화가 하나라도 있는 질의들의 평균입니다.",
    ),
    "measure": ("Measure", "지표"),
    "meaning": ("In one sentence", "한 문장으로"),
    "measure_ndcg": (
        "How good the first ten films are as a list: positives count more the higher they stand, and 1 means no better "
        "order is possible.",
        "상위 10편의 목록이 얼마나 좋은지: 맞는 영화가 위에 있을수록 높고, 1이면 더 나은 순서가 없습니다.",
    ),
    "measure_recall": (
        "The share of all positive films that are among the first k.",
        "맞는 영화 전체 가운데 상위 k편 안에 들어온 비율입니다.",
    ),
    "measure_rr": (
        "How soon the first positive film comes: 1 when it is first, 1/2 when second, 0 when it is not among ten.",
        "처음으로 맞는 영화가 얼마나 빨리 나오는지: 첫째면 1, 둘째면 1/2, 상위 10편에 없으면 0입니다.",
    ),
    "measure_judged": (
        "The share of the first ten films that somebody has judged: when it is low, the other figures are not yet to "
        "be trusted.",
        "상위 10편 가운데 판정된 영화의 비율입니다. 이 값이 낮으면 다른 지표를 아직 믿기 어렵습니다.",
    ),
    "training": ("What a training does", "학습할 때 일어나는 일"),
    "training_trials": (
        "**Trial trainings.** With fewer than 60 train queries, each trial sets a part of the queries aside, trains on "
        "the rest and is scored on that part. The epoch and the strength that do best over all parts are used for the "
        "last training, on all queries.",
        "**시험 학습.** 학습용 질의가 60개 미만이면, 질의 일부를 떼어 두고 나머지로 학습한 뒤 떼어 둔 질의로 점수를 매기는 일을 "
        "되풀이합니다. 모든 묶음을 합쳐 가장 좋았던 에포크와 강도로, 질의 전체를 써서 마지막으로 학습합니다.",
    ),
    "training_titles": (
        "**Films found by their own title.** Titles are not labelled, so this shows what a training costs elsewhere. "
        "A model that loses too much of it is not offered, however much its scores rose.",
        "**제목으로 영화 찾기.** 제목은 라벨링하지 않으므로, 학습하면서 다른 능력을 잃지 않았는지 보여 줍니다. 이 값이 많이 "
        "떨어진 모델은 점수가 올라도 권하지 않습니다.",
    ),
    "training_mined": (
        "**Mined negatives.** A training may take films that the base ranks high, and nobody has judged, for negatives. "
        "They wait among the films of their query on the Label page, to be confirmed or put right.",
        "**발굴한 오답 후보.** 기본 모델이 상위에 올렸지만 아직 아무도 판정하지 않은 영화를 오답으로 다룰 수 있습니다. 이런 영화는 "
        "라벨링 화면에서 해당 질의의 후보로 나오니 판정해 주세요.",
    ),
    "chatbot": ("Into the chatbot", "챗봇에 쓰기"),
    "chatbot_why": (
        "The Chatbot page shows what a language model receives from two models for the same question, and fetches an "
        "answer for each where one is configured. `python -m core serve` gives the chatbot the same over HTTP, always "
        "from the model in use; `docs/serving.md` tells developers how to ask.",
        "챗봇 화면에서는 같은 질문에 두 모델이 언어 모델에 넘겨주는 글을 나란히 보고, 설정되어 있으면 답변도 받아 볼 수 있습니다. "
        "`python -m core serve`는 같은 글을 HTTP로 챗봇에 전달하며, 언제나 사용 중인 모델로 답합니다. 개발자용 안내는 "
        "`docs/serving.md`에 있습니다.",
    ),
    "safe": ("Your answers are safe", "답변은 안전합니다"),
    "safe_why": (
        "An answer is kept in your browser until the server has it on disk, and sent again if the connection or the "
        "server fails. “Saved” means on disk. Nothing is ever deleted: a changed answer is kept beside the earlier one, "
        "with name and time.",
        "답변은 서버 디스크에 저장될 때까지 브라우저에 남아 있으며, 연결이나 서버가 끊기면 다시 보냅니다. '저장됨'은 디스크에 "
        "저장되었다는 뜻입니다. 아무것도 지우지 않으며, 고친 답변은 이름과 시각과 함께 이전 답변 옆에 남습니다.",
    ),
}

"""The Chatbot page."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "What your chatbot's language model receives for a question: these texts, and nothing else of the catalogue.",
        "챗봇의 언어 모델이 질문과 함께 받는 글입니다. 카탈로그에서 이 글 말고는 아무것도 보지 못합니다.",
    ),
    "question": ("Question", "질문"),
    "question_hint": ("What would somebody ask the chatbot?", "챗봇에 무엇을 물어볼까요?"),
    "k": ("Films to find", "찾을 영화 수"),
    "budget": ("Budget in characters", "글자 수 한도"),
    "budget_help": (
        "Of the films' texts together. About 4 Latin characters, or one Korean syllable, are a token.",
        "영화 글을 모두 합친 글자 수입니다. 영문은 4자, 한글은 1자가 토큰 하나쯤 됩니다.",
    ),
    "ask": (
        "Ask something to see both contexts next to each other, exactly as the language model receives them.",
        "질문을 입력하면 두 모델이 넘겨주는 글을, 언어 모델이 받는 그대로 나란히 볼 수 있습니다.",
    ),
    "same": ("Both contexts are the same.", "두 모델이 넘겨주는 글이 똑같습니다."),
    "same_films": (
        "Both contexts hold the same films, in another order.",
        "두 모델이 넘겨주는 영화는 같고 순서만 다릅니다.",
    ),
    "differ": (
        "Films in both contexts: **{shared}**. Only in the base's: **{base}**. Only in the tuned model's: **{tuned}**.",
        "두 모델 모두에 있는 영화 **{shared}편**, 기본 모델에만 **{base}편**, 튜닝 모델에만 **{tuned}편**입니다.",
    ),
    "size": (
        "{films} films · {characters} of {budget} characters · about {tokens} tokens",
        "영화 {films}편 · {budget}자 중 {characters}자 · 약 {tokens}토큰",
    ),
    "left_out": (
        "{count} more were found and did not fit.",
        "{count}편을 더 찾았지만 글자 수가 넘쳐 넣지 못했습니다.",
    ),
    "shortened": ("shortened", "줄거리 줄임"),
    "only_here": ("only here", "여기에만"),
    "nothing_found": ("Nothing was found, so the model receives no film.", "찾은 영화가 없어 빈 글이 전달됩니다."),
    "system": (
        "The instruction that comes first (system message, the same on both sides)",
        "맨 앞에 붙는 지시문(시스템 메시지, 양쪽이 같음)",
    ),
    "user": ("The films and the question (user message)", "영화와 질문(사용자 메시지)"),
    "json": ("As JSON, for a chat endpoint", "JSON으로 보기(채팅 API용)"),
    # Answers
    "configure": (
        "To fetch answers here, set `REELIGN_LLM_URL` (as in `http://127.0.0.1:11434/v1`), `REELIGN_LLM_MODEL` and, where "
        "it needs one, REELIGN_LLM_KEY, then start the dashboard again.",
        "여기서 답변까지 받아 보려면 `REELIGN_LLM_URL`(예: `http://127.0.0.1:11434/v1`)과 `REELIGN_LLM_MODEL`, 필요하면 "
        "REELIGN_LLM_KEY 환경 변수를 설정하고 대시보드를 다시 시작해 주세요.",
    ),
    "fetch": ("Fetch an answer for each", "답변 받아 보기"),
    "fetch_one": ("Fetch an answer", "답변 받아 보기"),
    "fetch_where": (
        "Sends what is shown here to {model} at {place}. An answer may differ from one time to the next.",
        "여기에 보이는 글을 {place}의 {model} 모델에 보냅니다. 같은 글에도 답변은 매번 다를 수 있습니다.",
    ),
    "fetching": ("Waiting for {model}", "{model}의 답변을 기다리는 중"),
    "answer": ("Answer", "답변"),
    "cites": ("Films it cites", "답변에 인용된 영화"),
    "cites_none": ("It cites no film of its context.", "전달된 영화를 하나도 인용하지 않았습니다."),
    "cites_unknown": (
        "It cites numbers that its context does not have: {numbers}.",
        "전달된 글에 없는 번호를 인용했습니다: {numbers}",
    ),
    "no_answer": ("There is no answer", "답변을 받지 못했습니다"),
    "trouble_unreachable": (
        "{place} cannot be reached. Is it running, and is REELIGN_LLM_URL right?",
        "{place}에 연결할 수 없습니다. 서버가 켜져 있는지, REELIGN_LLM_URL이 맞는지 확인해 주세요.",
    ),
    "trouble_timeout": (
        "{place} has not answered in time. Try again, or choose a smaller model.",
        "{place}에서 제때 답이 오지 않았습니다. 다시 시도하거나 더 작은 모델을 써 주세요.",
    ),
    "trouble_key": (
        "{place} does not accept the key. Set REELIGN_LLM_KEY to a valid one and start the dashboard again.",
        "{place}에서 키를 받아들이지 않았습니다. REELIGN_LLM_KEY를 올바른 키로 바꾸고 대시보드를 다시 시작해 주세요.",
    ),
    "trouble_not_found": (
        "{place} knows no model “{model}”, or REELIGN_LLM_URL lacks a part such as /v1. {detail}",
        "{place}에 '{model}' 모델이 없거나, REELIGN_LLM_URL에 /v1 같은 부분이 빠져 있습니다. {detail}",
    ),
    "trouble_busy": (
        "{place} takes no more requests for now. Wait a little, then try again. {detail}",
        "{place}에서 지금은 요청을 더 받지 않습니다. 잠시 뒤 다시 시도해 주세요. {detail}",
    ),
    "trouble_refused": ("{place} refused the request. {detail}", "{place}에서 요청을 거절했습니다. {detail}"),
    "trouble_unreadable": (
        "{place} sent no answer that can be read. Is it an OpenAI-compatible endpoint?",
        "{place}에서 온 답을 읽을 수 없습니다. OpenAI와 호환되는 주소인지 확인해 주세요.",
    ),
}

"""The Compare page's part on similar films."""

TEXTS: dict[str, tuple[str, str]] = {
    "no_vectors": (
        "“{name}” searches by words, which gives films no place near each other. Choose a model above to see which "
        "films it places together.",
        "‘{name}’은 단어로 검색하므로 영화 사이의 거리가 없습니다. 위에서 모델을 선택하면 어떤 영화끼리 가까운지 볼 수 "
        "있습니다.",
    ),
    "measuring": ("Measuring where films lie", "영화의 위치를 재는 중"),
    "drawing": ("Drawing the map", "지도를 그리는 중"),
    # The answer
    "closer": (
        "Similar films lie closer together: of a film’s ten nearest films, {tuned} {kin} under the tuned model and "
        "{base} under the base (95% interval of the difference {low} to {high}; {chance} by chance).",
        "비슷한 영화끼리 더 가까워졌습니다. 가장 가까운 10편 중 {kin} 영화가 튜닝 모델에서는 평균 {tuned}편, 기본 "
        "모델에서는 {base}편입니다(차이의 95% 구간 {low} ~ {high}, 우연이라면 {chance}편).",
    ),
    "farther": (
        "Similar films lie farther apart: of a film’s ten nearest films, {tuned} {kin} under the tuned model and "
        "{base} under the base (95% interval of the difference {low} to {high}; {chance} by chance).",
        "비슷한 영화끼리 더 멀어졌습니다. 가장 가까운 10편 중 {kin} 영화가 튜닝 모델에서는 평균 {tuned}편, 기본 모델에서는 "
        "{base}편입니다(차이의 95% 구간 {low} ~ {high}, 우연이라면 {chance}편).",
    ),
    "no_clear_change": (
        "No clear change: of a film’s ten nearest films, {tuned} {kin} under the tuned model and {base} under the base "
        "(95% interval of the difference {low} to {high}; {chance} by chance).",
        "뚜렷한 변화가 없습니다. 가장 가까운 10편 중 {kin} 영화가 튜닝 모델에서는 평균 {tuned}편, 기본 모델에서는 "
        "{base}편입니다(차이의 95% 구간 {low} ~ {high}, 우연이라면 {chance}편).",
    ),
    "same_vectors": (
        "Both models place every film alike: a training on the query side alone moves no film. Side by side shows what "
        "it changed for searches.",
        "두 모델에서 영화의 위치가 모두 같습니다. 질의 쪽만 학습하면 영화는 움직이지 않습니다. 검색이 어떻게 달라졌는지는 "
        "나란히 보기에서 확인해 주세요.",
    ),
    "cannot_tell": (
        "It cannot be told whether similar films lie closer together: at least 40 films are needed that share a genre "
        "or a franchise with another film.",
        "비슷한 영화끼리 가까워졌는지 판단할 수 없습니다. 다른 영화와 장르나 시리즈가 겹치는 영화가 40편 이상 있어야 "
        "합니다.",
    ),
    "kin_genre_purity": ("share a genre with it", "장르가 겹치는"),
    "kin_franchise_purity": ("are of its franchise", "시리즈가 같은"),
    # The figures
    "figures_alt": ("How similar films lie under both models", "두 모델에서 비슷한 영화가 놓인 정도"),
    "figure": ("Figure", "지표"),
    "chance": ("By chance", "우연"),
    "chance_help": (
        "What films drawn by lot would give instead of the ten nearest.",
        "가장 가까운 10편 대신 아무 영화나 10편을 뽑았을 때의 값입니다.",
    ),
    "better": ("Better", "좋은 방향"),
    "higher": ("higher", "높을수록"),
    "lower": ("lower", "낮을수록"),
    "count": ("Measured on", "측정 대상"),
    "count_films": ("{count} films", "영화 {count}편"),
    "count_pairs": ("{count} pairs", "{count}쌍"),
    "genre_purity": ("Genre purity", "장르 순도"),
    "genre_purity_means": (
        "the share of a film’s ten nearest films that have a genre in common with it. Models read the genres, so part "
        "of it is no feat of theirs; the difference is.",
        "가장 가까운 10편 가운데 장르가 하나라도 겹치는 영화의 비율입니다. 모델은 장르도 읽으므로 값 자체보다 두 모델의 "
        "차이를 보세요.",
    ),
    "franchise_purity": ("Franchise purity", "시리즈 순도"),
    "franchise_purity_means": (
        "the share of a film’s ten nearest films that belong to its franchise, {most} at most here. No model is told "
        "the franchise.",
        "가장 가까운 10편 가운데 같은 시리즈인 영화의 비율입니다(이 카탈로그에서 최대 {most}). 시리즈는 모델에 알려 주지 "
        "않습니다.",
    ),
    "alignment": ("Alignment", "정렬도"),
    "alignment_means": (
        "the mean squared distance from the {split} queries to the films judged positive for them. Lower means that "
        "queries lie nearer to their answers.",
        "{split} 질의와 ‘맞음’으로 판정된 영화 사이 거리 제곱의 평균입니다. 낮을수록 질의가 답에 가깝습니다.",
    ),
    "uniformity": ("Uniformity", "균일도"),
    "uniformity_means": (
        "how evenly films use the space, from 0 (all in one place) to about −4. Lower keeps different films apart; a "
        "model that gains alignment by crowding everything together shows here.",
        "영화가 공간에 얼마나 고르게 퍼져 있는지를 0(모두 한곳)에서 약 −4까지로 나타냅니다. 낮을수록 서로 다른 영화가 잘 "
        "구분됩니다. 모든 영화를 한데 모아 정렬도만 높인 모델은 여기서 드러납니다.",
    ),
    "no_genre_purity": (
        "No two films share a genre, so genre purity cannot be measured.",
        "장르가 겹치는 영화가 없어 장르 순도를 잴 수 없습니다.",
    ),
    "no_franchise_purity": (
        "No two films of this catalogue name the same franchise, so franchise purity cannot be measured. Import a "
        "column such as TMDB’s belongs_to_collection to have it.",
        "시리즈가 같은 영화가 카탈로그에 없어 시리즈 순도를 잴 수 없습니다. TMDB의 belongs_to_collection 같은 열을 가져오면 "
        "잴 수 있습니다.",
    ),
    "no_alignment": (
        "No {split} query has a film judged positive, so there is no alignment yet.",
        "{split} 질의 가운데 ‘맞음’으로 판정된 영화가 없어 정렬도를 잴 수 없습니다.",
    ),
    "no_uniformity": (
        "One film alone has no uniformity.",
        "영화가 한 편뿐이어서 균일도를 잴 수 없습니다.",
    ),
    "intervals": (
        "Films that lie together move together, so intervals are taken over up to 16 groups of similar films, not over "
        "single films; that of alignment is over queries. They say nothing of another training.",
        "가까이 있는 영화는 함께 움직이므로 구간은 영화 하나하나가 아니라 비슷한 영화를 묶은 최대 16개 그룹으로 계산합니다. "
        "정렬도의 구간은 질의를 기준으로 계산합니다. 다시 학습했을 때의 변동은 포함하지 않습니다.",
    ),
    "sampled": (
        "Measured on {measured} films drawn by lot from {films}; their neighbours are sought among all.",
        "영화 {films}편 중 무작위로 뽑은 {measured}편으로 쟀습니다. 이웃은 전체에서 찾았습니다.",
    ),
    # The film and its neighbours
    "neighbours": ("Films near a film", "한 영화의 이웃"),
    "find": ("Find a film", "영화 찾기"),
    "find_hint": ("Title, person, year or genre", "제목, 인물, 연도, 장르"),
    "found": ("Films found", "찾은 영화"),
    "found_none": (
        "No film fits. Shorten the search text.",
        "맞는 영화가 없습니다. 검색어를 줄여 보세요.",
    ),
    "found_more": (
        "{count} films found, the first {shown} listed. The map marks up to {marked} of them.",
        "영화 {count}편을 찾아 앞의 {shown}편을 표시했습니다. 지도에는 최대 {marked}편까지 표시합니다.",
    ),
    "pick_first": (
        "Find a film above, or click one in a list or on the map: its ten nearest films under both models appear here.",
        "위에서 영화를 찾거나 목록 또는 지도에서 누르면 두 모델에서 가장 가까운 10편이 여기에 나타납니다.",
    ),
    "gone": (
        "The film “{film}” is not in this catalogue. Find another.",
        "‘{film}’ 영화는 이 카탈로그에 없습니다. 다른 영화를 찾아 주세요.",
    ),
    "details": ("About this film", "영화 정보"),
    "summary": (
        "Of its ten nearest films, **{kept}** are the same under both models; **{entered}** came in, **{left}** left. "
        "**{base}** share a genre under the base, **{tuned}** under the tuned model.",
        "가장 가까운 10편 중 **{kept}편**은 두 모델에서 같고 **{entered}편**이 들어오고 **{left}편**이 빠졌습니다. 장르가 "
        "겹치는 영화는 기본 모델 **{base}편**, 튜닝 모델 **{tuned}편**입니다.",
    ),
    "alone": ("It is the only film.", "영화가 이 한 편뿐입니다."),
    "entered": ("Came in, was {rank}", "새로 등장 (기존 {rank}위)"),
    "left": ("Left, now {rank}", "빠짐 (현재 {rank}위)"),
    "up": ("Up {steps}", "{steps}계단 상승"),
    "down": ("Down {steps}", "{steps}계단 하락"),
    "same": ("Same place", "그대로"),
    "same_franchise": ("Same franchise", "같은 시리즈"),
    "similarity_help": (
        "✓ marks what a film shares with the one above. The figure is the cosine of both films. Its scale differs from "
        "model to model, so compare places, not figures.",
        "✓는 위 영화와 겹치는 장르입니다. 숫자는 두 영화의 코사인 유사도이며 모델마다 눈금이 다르므로 숫자보다 순위를 "
        "비교해 주세요.",
    ),
    # The map
    "map": ("The map of films", "영화 지도"),
    "map_alt": ("Films as the {side} model places them", "{side}이 배치한 영화"),
    "colour": ("Colour by", "색 기준"),
    "by_genre": ("First genre", "첫 장르"),
    "by_decade": ("Decade", "연대"),
    "by_language": ("Language", "언어"),
    "decade": ("{decade}s", "{decade}년대"),
    "other": ("Other", "그 외"),
    "how_to": (
        "Drag over an area to list its films, click a film to choose it, hold Ctrl and turn the wheel to zoom, "
        "double-click to let go. Lines lead from where a chosen film was under the base to where it is now; of more than "
        "{lines} films, for those that moved most.",
        "영역을 끌면 그 안의 영화를 목록으로 보여 드리고, 영화를 누르면 선택합니다. Ctrl을 누른 채 휠을 돌리면 확대되고 두 번 "
        "누르면 해제됩니다. 선은 선택한 영화가 기본 모델에서 있던 자리에서 지금 자리까지를 나타내며, {lines}편이 넘으면 가장 많이 "
        "움직인 영화만 그립니다.",
    ),
    "how_to_alone": (
        "Drag over an area to list its films, click a film to choose it, hold Ctrl and turn the wheel to zoom, "
        "double-click to let go.",
        "영역을 끌면 그 안의 영화를 목록으로 보여 드리고, 영화를 누르면 선택합니다. Ctrl을 누른 채 휠을 돌리면 확대되고 두 번 "
        "누르면 해제됩니다.",
    ),
    "explained": (
        "Both maps have the same two axes, which show {explained} of how films differ (base {base}, tuned {tuned}): "
        "films that look near may be far apart, so trust the lists above. The tuned model was laid over the base by a "
        "shift and a rotation, which change no distance between films.",
        "두 지도는 축이 같으며 영화 사이 차이의 {explained}만 보여 줍니다(기본 {base}, 튜닝 {tuned}). 지도에서 가까워 보여도 "
        "실제로는 멀 수 있으니 위 목록을 믿어 주세요. 튜닝 모델은 평행 이동과 회전으로 기본 모델에 맞추었으며, 이때 영화 사이의 "
        "거리는 바뀌지 않습니다.",
    ),
    "explained_alone": (
        "The two axes show {explained} of how films differ: films that look near may be far apart, so trust the list "
        "above.",
        "두 축은 영화 사이 차이의 {explained}만 보여 줍니다. 지도에서 가까워 보여도 실제로는 멀 수 있으니 위 목록을 믿어 주세요.",
    ),
    "drawn": (
        "{drawn} of {films} films are drawn, chosen by lot; the film above, its neighbours and films found always are.",
        "영화 {films}편 중 무작위로 고른 {drawn}편을 그렸습니다. 위 영화와 그 이웃, 찾은 영화는 항상 표시합니다.",
    ),
    "selected": ("Films selected on the map: {count}", "지도에서 고른 영화: {count}편"),
    "selected_first": ("The first {shown} are listed.", "앞의 {shown}편만 표시합니다."),
    "open": ("Click a film to see its neighbours.", "영화를 누르면 이웃을 볼 수 있습니다."),
    "moved_most": ("Films that moved most", "가장 많이 움직인 영화"),
    "moved": ("Moved", "이동 거리"),
    "moved_help": (
        "How far the film lies from where it was, in all dimensions, once both models are aligned. 1 is as far as two "
        "films with a cosine of 0.5.",
        "두 모델을 맞춘 뒤 모든 차원에서 잰, 원래 자리에서 떨어진 거리입니다. 1은 코사인 유사도가 0.5인 두 영화 사이의 거리와 "
        "같습니다.",
    ),
    "kept": ("Neighbours kept", "유지된 이웃"),
    "kept_help": (
        "How many of its ten nearest films under the base are still among them.",
        "기본 모델에서 가장 가까운 10편 중 튜닝 모델에서도 가까운 영화 수입니다.",
    ),
    "selected_alt": ("Films selected on the map", "지도에서 고른 영화"),
    "moved_alt": ("Films that moved most", "가장 많이 움직인 영화"),
    # Languages that films are in, by ISO 639-1
    "language_de": ("German", "독일어"),
    "language_en": ("English", "영어"),
    "language_es": ("Spanish", "스페인어"),
    "language_fr": ("French", "프랑스어"),
    "language_hi": ("Hindi", "힌디어"),
    "language_it": ("Italian", "이탈리아어"),
    "language_ja": ("Japanese", "일본어"),
    "language_ko": ("Korean", "한국어"),
    "language_pt": ("Portuguese", "포르투갈어"),
    "language_ru": ("Russian", "러시아어"),
    "language_sv": ("Swedish", "스웨덴어"),
    "language_zh": ("Chinese", "중국어"),
    "language_cn": ("Cantonese", "광둥어"),
}

"""The Labels page: files in, files out, snapshots."""

TEXTS: dict[str, tuple[str, str]] = {
    "intro": (
        "Bring in judgments that you have, hand yours to other tools, and keep frozen sets of them.",
        "이미 있는 판정을 가져오고, 라벨을 다른 도구로 내보내고, 한 시점의 라벨을 스냅샷으로 남깁니다.",
    ),
    "part": ("What to do", "할 일"),
    "import": ("Import", "가져오기"),
    "export": ("Export", "내보내기"),
    "snapshots": ("Snapshots", "스냅샷"),
    "no_films": (
        "There is no catalogue yet, so no judgment could say which film it means. Import films first.",
        "아직 카탈로그가 없어 어떤 영화에 대한 판정인지 알 수 없습니다. 먼저 영화를 가져와 주세요.",
    ),
    "no_labels": (
        "There are no labels yet. Judge some films, or import judgments.",
        "아직 라벨이 없습니다. 영화를 판정하거나 판정 파일을 가져와 주세요.",
    ),
    "to_label": ("Go to Label", "라벨링하러 가기"),
    "to_catalog": ("Go to Catalogue", "카탈로그로 가기"),
    "to_review": ("Go to Review", "검토하러 가기"),
    # Formats
    "format": ("Format", "형식"),
    "format_trec": ("TREC qrels", "TREC qrels"),
    "format_beir": ("BEIR", "BEIR"),
    "format_pairs": ("Pairs (anchor, positive)", "문장 쌍(anchor, positive)"),
    "format_triplets": ("Triplets (anchor, positive, negative)", "삼중항(anchor, positive, negative)"),
    "format_tuples": ("N-tuples (anchor, positive, negative_1…n)", "n-튜플(anchor, positive, negative_1…n)"),
    "format_texts": ("Pairs, triplets or n-tuples of texts", "문장 쌍·삼중항·n-튜플"),
    "format_jsonl": ("JSONL", "JSONL"),
    "format_csv": ("CSV", "CSV"),
    "format_quepid": ("Quepid CSV", "Quepid CSV"),
    "holds_trec": (
        "qrels.txt and queries.tsv: the team's grade of each decided pair, and each query's text, language, kind and "
        "use. Lost: who judged, notes, unsure answers.",
        "qrels.txt와 queries.tsv: 결정된 쌍마다 팀의 등급, 질의의 글·언어·종류·용도를 담습니다. 누가 판정했는지, 메모, "
        "모르겠음은 빠집니다.",
    ),
    "holds_beir": (
        "A folder with every film's text, the queries, and a qrels file for each use. Lost: who judged, notes, unsure "
        "answers, a query's language and kind.",
        "모든 영화의 글, 질의, 용도별 qrels 파일이 든 폴더입니다. 누가 판정했는지, 메모, 모르겠음, 질의의 언어와 종류는 빠집니다.",
    ),
    "holds_pairs": (
        "Texts for sentence-transformers, a row for each film judged positive, a file for each use. Lost: the films "
        "judged negative, ids, grades, who judged, notes.",
        "sentence-transformers용 글입니다. '맞음' 영화마다 한 줄, 용도마다 파일 하나입니다. '아님' 영화, 아이디, 등급, 누가 "
        "판정했는지, 메모는 빠집니다.",
    ),
    "holds_triplets": (
        "Texts for sentence-transformers, every film of a query at least once, and the pairs beside them. Lost: ids, "
        "grades, who judged, notes, and negatives of queries without a positive.",
        "sentence-transformers용 글입니다. 질의의 모든 영화가 한 번 이상 나오고 문장 쌍도 함께 들어 있습니다. 아이디, 등급, 누가 "
        "판정했는지, 메모, '맞음'이 없는 질의의 '아님'은 빠집니다.",
    ),
    "holds_tuples": (
        "Texts for sentence-transformers, up to five negatives in a row. Lost: ids, grades, who judged, notes, and "
        "queries that lack a positive or a negative.",
        "sentence-transformers용 글로, 한 줄에 '아님'이 최대 다섯 편입니다. 아이디, 등급, 누가 판정했는지, 메모, '맞음'이나 '아님'이 "
        "없는 질의는 빠집니다.",
    ),
    "holds_jsonl_now": (
        "Everybody's own answers with grade, note and time, and all queries. Imported elsewhere it gives the same "
        "labels. Lost: answers that were changed or undone.",
        "모두의 답변을 등급·메모·시각과 함께, 모든 질의와 함께 담습니다. 다른 곳에서 가져오면 같은 라벨이 됩니다. 고치거나 되돌린 "
        "예전 답변은 빠집니다.",
    ),
    "holds_jsonl": (
        "One row a pair with the team's answer, unsure ones too, and who gave it. Lost: notes and times.",
        "쌍마다 한 줄씩 팀의 답변과 답한 사람을 담습니다. 모르겠음도 들어 있습니다. 메모와 시각은 빠집니다.",
    ),
    "holds_csv": (
        "A table for Excel, one row a pair with the film's title, unsure ones too. Lost: notes and times.",
        "엑셀로 여는 표입니다. 쌍마다 한 줄씩 영화 제목과 함께, 모르겠음도 담습니다. 메모와 시각은 빠집니다.",
    ),
    "holds_quepid_now": (
        "A Quepid book: query, docid and a column a curator. Lost: notes, unsure and settled answers, a query's id, "
        "kind and use.",
        "Quepid의 Book: query, docid, 큐레이터마다 한 열입니다. 메모, 모르겠음, 팀이 정한 답, 질의의 아이디·종류·용도는 빠집니다.",
    ),
    "holds_quepid": (
        "A Quepid case: query, docid, rating. Lost: who judged, notes, unsure answers, a query's id, kind and use.",
        "Quepid의 Case: query, docid, rating입니다. 누가 판정했는지, 메모, 모르겠음, 질의의 아이디·종류·용도는 빠집니다.",
    ),
    # Importing
    "upload": ("Files of judgments", "판정 파일"),
    "upload_help": (
        "TREC qrels with a file of queries, a BEIR folder as zip, pairs, triplets or n-tuples of texts, JSONL, CSV, or "
        "Quepid's CSV. Several files may belong together.",
        "질의 파일을 곁들인 TREC qrels, zip으로 묶은 BEIR 폴더, 문장 쌍·삼중항·n-튜플, JSONL, CSV, Quepid CSV를 쓸 수 있습니다. 함께 "
        "쓰는 파일은 한꺼번에 올려 주세요.",
    ),
    "upload_first": (
        "Choose one file or several. You will see what they would change, and everything that is wrong with them, before "
        "anything is written.",
        "파일을 하나 이상 선택해 주세요. 무엇이 바뀌고 무엇이 잘못되었는지 먼저 보여 드리며, 확인하기 전에는 아무것도 저장하지 "
        "않습니다.",
    ),
    "format_told": ("By content: {name}", "내용으로 판단: {name}"),
    "format_unknown": ("Choose a format", "형식을 골라 주세요"),
    "cannot_tell": (
        "The content does not tell the format. Choose it above, or give files with the columns of one: query,docid,rating, "
        "for example.",
        "내용만으로는 형식을 알 수 없습니다. 위에서 고르거나, query,docid,rating처럼 정해진 열이 있는 파일을 올려 주세요.",
    ),
    "whose": ("Whose judgments", "누구의 판정"),
    "whose_help": (
        "For answers without a name in the file. Names in JSONL, CSV and Quepid books are kept.",
        "파일에 이름이 없는 답변에 쓰입니다. JSONL, CSV, Quepid Book에 적힌 이름은 그대로 둡니다.",
    ),
    "whose_hint": ("Name", "이름"),
    "whose_first": (
        "Say whose judgments these are. A name goes with every answer.",
        "누구의 판정인지 알려 주세요. 답변마다 이름이 함께 남습니다.",
    ),
    "use": ("Use of the queries", "질의의 용도"),
    "use_help": (
        "A use is fixed once a query has been judged. Queries for the final score never train.",
        "한 번 판정한 질의의 용도는 바뀌지 않습니다. 평가용 질의는 학습에 쓰지 않습니다.",
    ),
    "use_file": ("As the file says", "파일에 적힌 대로"),
    "reading": ("Reading the files", "파일을 읽는 중"),
    "recognised": (
        "{format} · {lines} lines with a judgment",
        "{format} · 판정이 있는 줄 {lines}개",
    ),
    "new": ("New", "새 판정"),
    "changed": ("Changed", "바뀌는 판정"),
    "same": ("The same", "그대로"),
    "queries_new": ("New queries", "새 질의"),
    "queries_known": ("Known queries", "있던 질의"),
    "changed_help": (
        "The same person has answered differently before. The earlier answer stays in the history.",
        "같은 사람이 전에 다르게 답한 판정입니다. 예전 답변도 기록에 남습니다.",
    ),
    "uses": (
        "Use of these queries: train {train}, dev {dev}, test {test}",
        "질의의 용도: 학습용 {train}, 개발용 {dev}, 평가용 {test}",
    ),
    "people": ("Answers by {people}", "답변한 사람: {people}"),
    "person": ("{name} ({count})", "{name} {count}개"),
    "duplicates": (
        "Lines that only repeat earlier ones: {count}. Each judgment counts once.",
        "앞의 줄을 되풀이할 뿐인 줄이 {count}개 있습니다. 판정은 한 번만 셉니다.",
    ),
    "contradicting": (
        "After this import {count} pairs will be answered both ways. They neither train nor score until one answer is "
        "agreed on under Review.",
        "가져오고 나면 {count}쌍이 맞음·아님으로 갈립니다. 검토 화면에서 팀의 답을 정하기 전까지는 학습에도 평가에도 쓰지 않습니다.",
    ),
    "skip_unknown": (
        "Leave out lines whose film is not found (lines: {lines}, films: {films})",
        "영화를 찾지 못한 {lines}줄 빼고 가져오기(영화 {films}편)",
    ),
    "skip_help": (
        "These lines are not imported. Everything else is, or nothing.",
        "이 줄만 빼고 나머지를 모두 가져옵니다. 하나라도 실패하면 아무것도 저장하지 않습니다.",
    ),
    "fatal": (
        "Problems that forbid this import: {count}. Mend the file and upload it again; nothing has been written.",
        "가져오기를 막는 문제가 {count}건 있습니다. 파일을 고쳐 다시 올려 주세요. 아직 저장된 것은 없습니다.",
    ),
    "remarks": ("Lines that are left out, by film: {count}.", "빼는 줄(영화별): {count}건."),
    "problems_first": ("The first {shown} are listed.", "앞의 {shown}건만 표시합니다."),
    "no_problems": ("No problems found.", "문제가 없습니다."),
    "problems_alt": ("Problems in the files by line and field", "줄과 항목별 파일 문제 목록"),
    "column_weight": ("Weight", "구분"),
    "column_file": ("File", "파일"),
    "column_line": ("Line", "줄"),
    "column_field": ("Field", "항목"),
    "column_value": ("Value", "값"),
    "column_message": ("What is wrong, and what to do", "내용과 할 일"),
    "forbids": ("Blocks", "불가"),
    "left_out": ("Left out", "제외"),
    "sample": ("What would change, the first {count}", "바뀌는 내용, 앞의 {count}건"),
    "sample_alt": ("Judgments of the file and what each would do", "파일의 판정과 바뀌는 내용"),
    "column_effect": ("Effect", "결과"),
    "column_answer": ("Answer", "답변"),
    "column_grade": ("Grade", "등급"),
    "column_person": ("By", "사람"),
    "column_before": ("Before", "이전 답변"),
    "effect_new": ("new", "추가"),
    "effect_same": ("same", "그대로"),
    "effect_changed": ("changed", "변경"),
    "effect_contradicts": ("both ways", "엇갈림"),
    "write": ("Import {count} judgments", "판정 {count}개 가져오기"),
    "write_queries": ("Add {count} queries", "질의 {count}개 추가하기"),
    "nothing_new": (
        "All of this is here already. There is nothing to import.",
        "모두 이미 있는 내용입니다. 가져올 것이 없습니다.",
    ),
    "written": (
        "Done: {count} judgments written, {queries} queries are new.",
        "가져왔습니다. 판정 {count}개를 저장했고 새 질의는 {queries}개입니다.",
    ),
    "written_contradicting": (
        "{count} pairs are now answered both ways.",
        "맞음·아님으로 갈린 쌍이 {count}개 생겼습니다.",
    ),
    # Exporting
    "source": ("Which labels", "어떤 라벨"),
    "source_now": ("Labels as they are now", "지금의 라벨"),
    "size": ("{queries} queries, {pairs} pairs", "질의 {queries}개, {pairs}쌍"),
    "size_answers": (
        "{queries} queries, {answers} answers of {people} people",
        "질의 {queries}개, {people}명의 답변 {answers}개",
    ),
    "as_csv": ("CSV instead of JSONL", "JSONL 대신 CSV로"),
    "download": ("Download {name}", "{name} 내려받기"),
    "conflicts": (
        "{count} pairs are answered both ways, so the team has no single answer to write. Agree on one, or choose "
        "JSONL, which holds everybody's own answers.",
        "맞음·아님으로 갈린 쌍이 {count}개 있어 팀의 답을 하나로 쓸 수 없습니다. 답을 정하거나, 각자의 답변을 그대로 담는 JSONL을 "
        "골라 주세요.",
    ),
    # Snapshots
    "snapshots_why": (
        "A snapshot freezes the labels under their sha256. Trainings read snapshots only, so a run can always say which "
        "labels it learnt from. Equal labels give the same snapshot.",
        "스냅샷은 한 시점의 라벨을 sha256과 함께 굳혀 둔 것입니다. 학습은 스냅샷만 읽으므로 어떤 라벨로 배웠는지 언제든 알 수 있습니다. "
        "라벨이 같으면 스냅샷도 같습니다.",
    ),
    "take": ("Take a snapshot now", "지금 스냅샷 만들기"),
    "take_known": (
        "The labels have not changed since {name} was taken.",
        "{name} 스냅샷과 라벨이 같습니다.",
    ),
    "take_conflicts": (
        "{count} pairs are answered both ways. Agree on one answer under Review before taking a snapshot.",
        "맞음·아님으로 갈린 쌍이 {count}개 있습니다. 검토 화면에서 답을 정한 뒤 스냅샷을 만들 수 있습니다.",
    ),
    "taken": ("Taken: {name}.", "스냅샷 {name}: 만들었습니다."),
    "none_yet": (
        "There are no snapshots yet. Take one now; each training takes one too.",
        "아직 스냅샷이 없습니다. 지금 만들어 보세요. 학습을 시작할 때도 자동으로 만들어집니다.",
    ),
    "list_alt": ("Snapshots, newest first", "스냅샷 목록, 최신순"),
    "column_name": ("Name", "이름"),
    "column_date": ("Date", "날짜"),
    "column_queries": ("Queries", "질의"),
    "column_pairs": ("Pairs", "쌍"),
    "column_runs": ("Runs", "학습 실행"),
    "column_runs_help": ("Runs that learnt from this snapshot", "이 스냅샷으로 학습한 실행"),
    "pick": (
        "Click a row to name, download or copy the sha256 of a snapshot.",
        "줄을 누르면 이름을 바꾸거나 내려받거나 sha256을 복사할 수 있습니다.",
    ),
    "sha": ("sha256", "sha256"),
    "runs": ("Trained from it: {runs}", "이 스냅샷으로 학습: {runs}"),
    "runs_none": ("No run has been trained from it.", "이 스냅샷으로 학습한 실행이 없습니다."),
    "rename": ("Name", "이름"),
    "rename_hint": ("before the second round", "2차 판정 전"),
    "rename_do": ("Save the name", "이름 저장"),
    "compare": ("Compare two", "두 스냅샷 비교"),
    "compare_one": (
        "There is only one snapshot. Change some labels and take another to compare the two.",
        "스냅샷이 하나뿐입니다. 라벨이 바뀐 뒤 하나 더 만들면 둘을 비교할 수 있습니다.",
    ),
    "before": ("Before", "이전"),
    "after": ("After", "이후"),
    "equal": ("Pairs, answers and uses are the same.", "쌍과 답변, 용도가 모두 같습니다."),
    "split": ("Use", "용도"),
    "pairs_added": ("Pairs added", "늘어난 쌍"),
    "pairs_removed": ("Pairs gone", "없어진 쌍"),
    "pairs_changed": ("Answers changed", "바뀐 답변"),
    "queries_added": ("Queries added", "늘어난 질의"),
    "queries_removed": ("Queries gone", "없어진 질의"),
    "moved": (
        "{count} queries have another use in the second one. Figures from the two are not comparable.",
        "용도가 달라진 질의가 {count}개 있어 두 스냅샷의 수치를 서로 비교할 수 없습니다.",
    ),
    "differences": ("Pairs that differ, the first {count}", "달라진 쌍, 앞의 {count}개"),
    "differences_alt": ("Pairs that differ between two snapshots", "두 스냅샷에서 달라진 쌍"),
    "change_added": ("added", "추가"),
    "change_removed": ("gone", "없어짐"),
    "change_changed": ("changed", "변경"),
}

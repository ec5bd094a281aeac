/* Drawing the lists: every text of a catalogue or a curator becomes a text node, never markup. */

Object.assign(ICONS, {
  conflict: "M1 21h22L12 2 1 21zm12-3h-2v-2h2v2zm0-4h-2v-4h2v4z",
  unjudged: "M12 2C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2zm0 18c-4.42 0-8-3.58-8-8s3.58-8 8-8 8 3.58 8 8-3.58 8-8 8z",
});

const SIGNS = { up: "↑", down: "↓", same: "=", new: "+", left_out: "−" };

function moveNode(move) {
  const sign = node("i", { "aria-hidden": "true" }, SIGNS[move.change]);
  return node("span", { class: `move ${move.change}`, title: move.whole }, sign, node("span", {}, move.text));
}

function markNode(name, labels) {
  return node("span", { class: `badge mark ${look(name)}` }, icon(look(name)), labels[name]);
}

// The title of a film with its year; the whole of it is said on hover where it does not fit.
function titleNode(film, onclick) {
  const whole = `${film.title}${film.year ? ` (${film.year})` : ""}`;
  const hover = film.other ? `${whole}\n${film.other}` : whole;
  return node("button", { type: "button", class: "title", title: hover, tabindex: "-1", onclick }, whole);
}

// One film of a list. `mark` is the name of what the labels say of it, empty where they say nothing.
function rowNode(row, film, mark, { scores, labels }, open) {
  const head = node("div", { class: "head" }, node("span", { class: "rank" }, String(row.rank)), titleNode(film, open));
  const signs = node("div", { class: "signs" }, ...row.moves.map(moveNode));
  if (mark) signs.append(markNode(mark, labels));
  const line = node("p", { class: "line", title: film.line }, film.line);
  const score = scores ? node("span", { class: "score" }, row.score) : null;
  return node("li", { class: "film", "data-movie": film.id, tabindex: "-1" }, head, node("div", { class: "facts" }, line, score), signs);
}

// A list under a line in its colour, which is the one that charts give the same model.
function listNode(list, color, rows, hint) {
  const head = node("header", {}, node("p", { class: "part" }, list.part), node("h3", { title: list.title }, list.title));
  const said = list.problem || (rows.length ? "" : list.note || hint);
  return node(
    "section",
    { class: "list", style: `--list-color: ${color || "var(--line)"}`, "aria-label": `${list.part}: ${list.title}` },
    head,
    rows.length ? node("p", { class: "note", title: list.note }, list.note) : null,
    said ? node("p", { class: list.problem ? "said trouble" : "said" }, said) : null,
    rows.length ? node("ol", {}, ...rows) : null,
  );
}

// A film in full, for the dialog.
function detailNodes(film, labels) {
  const heading = node("h3", {}, `${film.title}${film.year ? ` (${film.year})` : ""}`);
  const lines = film.more.map(([label, text]) => node("p", {}, label ? node("b", {}, `${label} `) : null, text));
  return [
    heading,
    film.other ? node("p", { class: "line" }, film.other) : null,
    node("p", { class: "line" }, film.facts),
    node("p", { class: film.synopsis ? "" : "line" }, film.synopsis || labels.no_synopsis),
    ...lines,
  ].filter((one) => one !== null);
}

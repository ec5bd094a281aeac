/* Drawing: every text of a catalogue or a curator becomes a text node, never markup. */

const ICONS = {
  positive:
    "M1 21h4V9H1v12zm22-11c0-1.1-.9-2-2-2h-6.31l.95-4.57.03-.32c0-.41-.17-.79-.44-1.06L14.17 1 7.59 7.59C7.22 7.95 7 " +
    "8.45 7 9v10c0 1.1.9 2 2 2h9c.83 0 1.54-.5 1.84-1.22l3.02-7.05c.09-.23.14-.47.14-.73v-2z",
  negative:
    "M15 3H6c-.83 0-1.54.5-1.84 1.22l-3.02 7.05c-.09.23-.14.47-.14.73v2c0 1.1.9 2 2 2h6.31l-.95 4.57-.03.32c0 " +
    ".41.17.79.44 1.06L9.83 23l6.59-6.59c.36-.36.58-.86.58-1.41V5c0-1.1-.9-2-2-2zm4 0v12h4V3h-4z",
  unsure:
    "M11 18h2v-2h-2v2zm1-16C6.48 2 2 6.48 2 12s4.48 10 10 10 10-4.48 10-10S17.52 2 12 2zm0 18c-4.41 0-8-3.59-8-8s3.59" +
    "-8 8-8 8 3.59 8 8-3.59 8-8 8zm0-14c-2.21 0-4 1.79-4 4h2c0-1.1.9-2 2-2s2 .9 2 2c0 2-3 1.75-3 5h2c0-2.25 3-2.5 " +
    "3-5 0-2.21-1.79-4-4-4z",
  perfect: "M12 17.27 18.18 21l-1.64-7.03L22 9.24l-7.19-.61L12 2 9.19 8.63 2 9.24l5.46 4.73L5.82 21z",
};

// What an action of a key answers: the answer, and its grade.
const ANSWERS = {
  positive: ["positive", 1],
  perfect: ["positive", 2],
  negative: ["negative", 0],
  unsure: ["unsure", null],
};

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made[name] = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

// Texts come in parts: plain and marked in turn, plain first.
function marked(parts) {
  return parts.map((part, place) => (place % 2 ? node("mark", {}, part) : document.createTextNode(part)));
}

function answerName(answer, grade, graded) {
  if (answer !== "positive" || !graded) return answer;
  return grade === 2 ? "perfect" : "fits";
}

function look(name) {
  return name === "fits" ? "positive" : name;
}

function badge(name, labels, text) {
  return node("span", { class: `badge ${look(name)}` }, icon(look(name)), text);
}

function poster(card) {
  if (!card.poster) return null;
  const image = node("img", { class: "poster", alt: "", loading: "lazy", referrerpolicy: "no-referrer", src: card.poster });
  image.onerror = () => image.remove();
  return image;
}

// One film; `standing` is the name of the answer that counts for it, empty without one.
function filmNode(card, standing, labels, small) {
  const title = node("h3", {}, node("span", { class: "title" }, ...marked(card.title)));
  if (card.year) title.append(` (${card.year})`);
  if (card.other) title.append(" ", node("span", { class: "other" }, ...marked(card.other)));
  const head = node("div", { class: "head" }, title);
  if (standing) head.append(badge(standing, labels, small ? labels[standing] : fill(labels.standing, { answer: labels[standing] })));
  const story = card.synopsis.length
    ? node("p", { class: "synopsis" }, ...marked(card.synopsis))
    : node("p", { class: "synopsis none" }, labels.no_synopsis);
  const body = node("div", { class: "body" }, head, node("p", { class: "facts" }, ...marked(card.facts)), story);
  if (card.note) body.append(node("p", { class: "note" }, fill(card.waiting ? labels.note_waiting : labels.note_saved, { note: card.note })));
  if (!small && card.more.length) body.append(moreNode(card, labels, story));
  return node("article", { class: "film", "data-movie": card.id, tabindex: "-1" }, poster(card), body);
}

function moreNode(card, labels, story) {
  const lines = card.more.map(([label, parts]) => node("p", {}, label ? node("b", {}, `${label} `) : null, ...marked(parts)));
  const more = node("details", { class: "more" }, node("summary", {}, labels.more), ...lines);
  more.ontoggle = () => story.classList.toggle("whole", more.open);
  return more;
}

// A button with its key printed on it.
function button(name, label, key, onclick) {
  const made = node("button", { type: "button", class: name, "data-action": name, "aria-keyshortcuts": key.shortcut, onclick });
  if (name in ICONS) made.append(icon(name));
  made.append(node("span", {}, label), node("kbd", { "aria-hidden": "true" }, key.printed));
  return made;
}

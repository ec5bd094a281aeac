/* What the lists look like, drawn anew after every press and every message.

   `Lists` (compare_lists.js) holds what is drawn: the server's data, the outbox, and which film is selected. */

const COPIED_FOR = 2000; // ms

class ListPanel {
  constructor(root) {
    this.root = root;
    this.stage = node("div", { class: "lists" });
    this.trouble = node("p", { class: "trouble", role: "alert" });
    this.hint = node("p", { class: "hint" });
    this.state = node("p", { class: "state", role: "status" });
    this.copy = node("button", { type: "button", class: "copy", onclick: () => this.copyLink() });
    this.details = node("dialog", { class: "details", onclose: () => this.focusRow() });
    const foot = node("footer", {}, this.trouble, this.state, node("div", { class: "keys" }, this.hint, this.copy));
    this.root.replaceChildren(this.stage, foot, this.details);
    this.stage.onmouseover = (event) => this.light(event.target.closest(".film")?.dataset.movie);
    this.stage.onmouseleave = () => this.light();
  }

  draw() {
    const { data } = this;
    const held = this.stage.contains(focused());
    const colors = getComputedStyle(this.root).getPropertyValue("--st-chart-categorical-colors").split(/,(?![^(]*\))/);
    const lists = data.lists.map((list, number) => listNode(list, colors[number], this.rows(list, number), data.hint));
    this.stage.replaceChildren(...(lists.length ? lists : [node("p", { class: "said" }, data.hint)]));
    this.light();
    if (held) this.focusRow();
    this.drawDetails();
    this.drawState();
    this.drawHint();
  }

  rows(list, number) {
    return list.rows.map((row) => {
      const film = this.data.films[row.id];
      const select = () => this.select({ list: number, id: row.id });
      const made = rowNode(row, film, this.mark(film), this.data, () => {
        select();
        this.open();
      });
      const here = Boolean(this.at) && this.at.list === number && this.at.id === row.id;
      made.toggleAttribute("aria-current", here);
      made.tabIndex = here ? 0 : -1;
      made.onclick = (event) => event.target.closest("button") || select();
      if (here && this.data.judged) made.append(this.answers(film));
      return made;
    });
  }

  // The buttons of the selected film; each says its key.
  answers(film) {
    const { labels, keys } = this.data;
    const own = this.own(film);
    const given = Object.keys(ANSWERS).filter((action) => action in keys);
    const made = given.map((action) => {
      const name = answerName(...ANSWERS[action], "perfect" in keys);
      const press = (event) => this.answer(action, event.timeStamp, "click");
      const one = button(action, labels[name], keys[action], press);
      one.title = labels[name];
      one.setAttribute("aria-pressed", String(name === own));
      return one;
    });
    return node("div", { class: "answers", role: "group" }, ...made);
  }

  // Make the film under the mouse stand out in every list, else the selected one.
  light(movieId = this.at ? this.at.id : "") {
    for (const film of this.stage.querySelectorAll(".film")) film.classList.toggle("same", film.dataset.movie === movieId);
  }

  focusRow() {
    const row = this.stage.querySelector("[aria-current]");
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  drawDetails() {
    if (!this.details.open || !this.at) return;
    const film = this.data.films[this.at.id];
    const mark = this.mark(film);
    const close = node("button", { type: "button", class: "close", onclick: () => this.details.close() }, this.data.labels.close);
    const below = node("div", { class: "below" }, mark && mark !== this.own(film) ? markNode(mark, this.data.labels) : null);
    if (this.data.judged) below.append(this.answers(film));
    below.append(close);
    this.details.replaceChildren(...detailNodes(film, this.data.labels), below);
  }

  drawState() {
    const { labels } = this.data;
    const waiting = this.outbox.entries.filter((entry) => !entry.undo).length;
    const text = waiting ? fill(labels.saving, { count: waiting }) : this.undoing ? labels.undoing : this.said;
    this.state.replaceChildren(text || "");
    this.trouble.replaceChildren(this.failed || "");
    this.copy.hidden = !navigator.clipboard || !this.data.link;
    this.copy.replaceChildren(labels.copy_link);
  }

  // Which keys count here, or how to come to the lists.
  drawHint() {
    const { labels, keys, lists, judged } = this.data;
    if (!lists.some((list) => list.rows.length)) return this.hint.replaceChildren();
    if (this.inBox(focused())) return this.hint.replaceChildren(labels.keys_box);
    const parts = [["↑ ↓ ← →", labels.keys_choose], ["Enter", labels.keys_open]];
    if (judged) {
      for (const action of Object.keys(ANSWERS).filter((one) => one in keys)) {
        parts.push([keys[action].printed, labels[answerName(...ANSWERS[action], "perfect" in keys)]]);
      }
      parts.push([keys.undo.printed, labels.undo]);
    }
    this.hint.replaceChildren(...parts.map(([key, label]) => node("span", {}, node("kbd", {}, key), ` ${label}`)));
  }

  async copyLink() {
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}?${this.data.link}`);
    this.copy.replaceChildren(this.data.labels.copied);
    setTimeout(() => this.copy.replaceChildren(this.data.labels.copy_link), COPIED_FOR);
  }
}

/* What the page shows of the cards, drawn anew after each press and each message; parts that stay the same are kept.

   `Cards` (label_card.js) holds what is drawn: the server's data, the outbox, and the film on screen. */

class Panel {
  build() {
    const { labels, keys } = this.data;
    const press = (action) => (event) => this.press(action, event.timeStamp, "click");
    const one = (action, label) => button(action, label, keys[action], press(action));
    this.query = node("h2", { class: "query" });
    this.placed = node("span", { class: "place" });
    this.turner = node("button", { type: "button", class: "view", onclick: press("grid"), "aria-keyshortcuts": keys.grid.shortcut });
    this.noticed = node("p", { class: "notice", role: "status" });
    this.stage = node("div", { class: "stage" });
    const given = Object.keys(ANSWERS).filter((action) => action in keys);
    const named = (action) => labels[answerName(...ANSWERS[action], given.includes("perfect"))];
    this.answers = node("div", { class: "answers", role: "group" }, ...given.map((action) => one(action, named(action))));
    this.moves = node("div", { class: "moves", role: "group" });
    this.moves.append(...["previous", "next", "undo", "note", "help"].map((action) => one(action, labels[action])));
    this.rests = node("p", { class: "rests" }, labels.keys_rest);
    this.trouble = node("p", { class: "trouble", role: "alert" });
    this.bar = node("div", { class: "bar", role: "progressbar", "aria-valuemin": "0" }, node("i"));
    this.judged = node("p", { class: "judged" });
    this.all = node("p", { class: "all" });
    this.mark = node("span", { class: "mark" });
    this.live = node("p", { class: "unseen", "aria-live": "polite" });
    this.help = this.helpNode(given, named);
    const top = node("header", {}, this.query, node("div", { class: "line" }, this.placed, this.mark, this.turner));
    const below = node("div", { class: "below" }, this.trouble, this.answers, this.moves);
    this.nodes.clear();
    this.root.replaceChildren(
      top, this.noticed, this.stage, below, this.rests, this.judged, this.bar, this.all, this.live, this.help,
    );
  }

  helpNode(given, named) {
    const { labels, keys } = this.data;
    const rows = Object.entries(keys).map(([action, key]) =>
      node("tr", {}, node("td", {}, node("kbd", {}, key.printed)), node("td", {}, given.includes(action) ? named(action) : labels[action])),
    );
    const close = node("button", { type: "button", autofocus: true }, labels.close);
    const help = node("dialog", { class: "keys", "aria-label": labels.help }, node("h3", {}, labels.help), node("table", {}, ...rows), close);
    close.onclick = () => help.close();
    help.onclose = () => this.current && this.show(this.current, this.data.waits.seen);
    return help;
  }

  placeText() {
    return fill(this.data.labels.place, { place: this.place(this.current) + 1, total: this.data.cards.length });
  }

  draw() {
    const { data } = this;
    this.query.replaceChildren(data.query.text);
    this.query.lang = data.query.lang;
    const card = this.current && this.card(this.current);
    this.placed.replaceChildren(card ? (card.found ? `${data.labels.from_search} · ` : "") + this.placeText() : "");
    const turn = this.view === "grid" ? data.labels.card : data.labels.grid;
    this.turner.replaceChildren(node("span", {}, turn), node("kbd", { "aria-hidden": "true" }, data.keys.grid.printed));
    this.noticed.replaceChildren(this.notice || "");
    this.drawStage(card);
    const standing = card ? this.standing(card) : "";
    for (const made of this.answers.children) {
      const name = answerName(...ANSWERS[made.dataset.action], "perfect" in data.keys);
      made.setAttribute("aria-pressed", String(name === standing));
      made.disabled = data.paused || !card;
    }
    const place = card ? this.place(card.id) : data.cards.length;
    for (const made of this.moves.children) {
      const ends = { previous: place === 0, next: place >= data.cards.length - 1, note: !card };
      made.disabled = data.paused || Boolean(ends[made.dataset.action]);
    }
    this.drawRest();
    this.drawState();
  }

  drawStage(card) {
    const grid = this.view === "grid";
    const held = this.stage.contains(focused());
    const shown = grid ? this.data.cards : card ? [card] : [];
    const nodes = shown.map((one) => this.nodeOf(one, grid));
    if (!shown.length || !card) nodes.push(node("p", { class: "opening" }, this.data.labels.opening));
    this.stage.className = `stage ${this.view}`;
    const same = nodes.length === this.stage.children.length && nodes.every((made, place) => made === this.stage.children[place]);
    if (!same) this.stage.replaceChildren(...nodes);
    if (!grid) {
      if (held && card) nodes[0].focus({ preventScroll: true });
      return;
    }
    for (const made of nodes) {
      const here = Boolean(card) && made.dataset.movie === card.id;
      made.toggleAttribute("aria-current", here);
      made.tabIndex = here ? 0 : -1;
      if (here && held) made.focus({ preventScroll: true });
      if (here && this.scrolled !== card.id) made.scrollIntoView({ block: "nearest" });
    }
    this.scrolled = card && card.id;
  }

  nodeOf(card, grid) {
    const standing = this.standing(card);
    const looks = JSON.stringify([card, standing, grid]);
    const known = this.nodes.get(card.id);
    if (known && known.looks === looks) return known.made;
    const made = filmNode(card, standing, this.data.labels, grid);
    if (grid) {
      made.onclick = (event) => {
        if (card.id !== this.current && !this.blocked()) this.show(card.id, this.data.waits.seen);
        else this.lastPress = event.timeStamp;
      };
    }
    this.nodes.set(card.id, { looks, made });
    return made;
  }

  drawRest() {
    this.rests.hidden = !keysRest() || this.data.paused;
  }

  // How far the work has come, and whether it is saved.
  drawState() {
    const { data, outbox } = this;
    const { labels } = data;
    const counts = { positive: 0, negative: 0, unsure: 0 };
    for (const card of data.cards) {
      const given = outbox.answerTo(this.queryId, card.id) || card;
      if (given.answer) counts[given.answer] += 1;
    }
    const judged = counts.positive + counts.negative + counts.unsure;
    this.judged.replaceChildren(fill(labels.progress_query, { judged, total: data.cards.length, ...counts }));
    this.bar.setAttribute("aria-valuenow", judged);
    this.bar.setAttribute("aria-valuemax", data.cards.length);
    this.bar.firstChild.style.width = `${(100 * judged) / data.cards.length}%`;
    const waiting = outbox.entries.filter((entry) => !entry.undo);
    const fresh = waiting.filter((entry) => !data.cards.some((card) => card.id === entry.movie_id && card.answer)).length;
    this.all.replaceChildren(fill(labels.progress_all, { ...data.counts, today: data.counts.today + fresh }));
    const failed = waiting.length > 0 && this.failed;
    const problem = data.problem && !waiting.length ? `${labels.not_saved}: ${data.problem}` : "";
    this.trouble.replaceChildren(failed ? fill(labels.kept, { reason: failed }) : this.refused || problem);
    let text = this.last ? fill(labels.saved, { film: this.last.film, answer: labels[this.last.name] }) : "";
    if (waiting.length) text = fill(failed ? labels.not_saved_count : labels.saving, { count: waiting.length });
    else if (this.undoing) text = labels.undoing;
    this.mark.className = `mark ${failed ? "failed" : waiting.length ? "saving" : text ? "done" : ""}`;
    this.mark.replaceChildren(text);
  }
}

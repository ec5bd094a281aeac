/* The films of one query in the browser: the next card is there at once, and an answer names the card on screen.

   An answer counts only for a film that was painted long enough ago to be seen, and not for a key that is held.
   It goes into the outbox; the server says what is on record. One message is under way at a time. */

const SEND_AGAIN_AFTER = 3000; // ms after the server could not save
const VIEW = "reelign/view";

class Cards extends Panel {
  constructor(parent) {
    super();
    this.root = parent.querySelector("#cards");
    this.line = new Line(() => this.fellSilent());
    this.resting = false; // after a message that could not be recorded
    this.failed = ""; // why
    this.lastPress = -Infinity;
    this.nodes = new Map();
    this.view = kept(VIEW) === "grid" ? "grid" : "card";
    this.onkeydown = (event) => this.keydown(event);
    this.onfocus = () => this.drawRest();
    document.addEventListener("keydown", this.onkeydown, true);
    document.addEventListener("focusin", this.onfocus);
    document.addEventListener("focusout", this.onfocus);
  }

  leave() {
    this.line.leave();
    clearTimeout(this.rest);
    document.removeEventListener("keydown", this.onkeydown, true);
    document.removeEventListener("focusin", this.onfocus);
    document.removeEventListener("focusout", this.onfocus);
  }

  // What comes from the server

  receive(component) {
    const before = this.data;
    const data = component.data;
    this.data = data;
    this.setTriggerValue = component.setTriggerValue;
    if (this.line.receive(component, `reelign/outbox/${data.store}/${data.curator}/`)) this.failed = "";
    this.outbox = this.line.outbox;
    if (!before || JSON.stringify([before.labels, before.keys]) !== JSON.stringify([data.labels, data.keys])) this.build();
    this.takeReply(data.reply);
    if (data.notice) this.notice = data.notice;
    if (data.paused) this.opening = false;
    if (data.turn !== this.turn) this.takeTurn();
    else if (!this.card(this.current)) this.showOpen(0);
    else if (before.paused && !data.paused) this.show(this.current, data.waits.seen);
    this.draw();
    this.post();
  }

  takeReply(reply) {
    if (reply.acknowledged.includes(this.undoing)) this.undoing = null;
    if (!this.line.takeReply(reply)) return;
    if (reply.refused.length) {
      this.outbox.remove(reply.refused.map((one) => one.event_id));
      this.refused = fill(this.data.labels.refused, { count: reply.refused.length, reason: reply.refused[0].reason });
    }
    this.failed = reply.problem;
    if (!reply.problem) return;
    this.outbox.remove([this.undoing]); // an undo that failed is not tried again behind the curator's back
    this.undoing = null;
    this.resting = true;
    this.rest = setTimeout(() => {
      this.resting = false;
      this.post();
    }, SEND_AGAIN_AFTER);
  }

  takeTurn() {
    const newQuery = this.queryId !== this.data.query.id;
    this.turn = this.data.turn;
    this.queryId = this.data.query.id;
    this.finished = false;
    if (newQuery) {
      this.nodes.clear();
      this.refused = "";
      if (focused() && focused().matches(TYPED_INTO) && !document.querySelector('[role="dialog"]')) focused().blur();
    }
    const wait = newQuery ? this.data.waits.read : this.data.waits.seen;
    if (this.outbox.answerTo(this.queryId, this.data.place)) this.showOpen(0, wait);
    else this.show(this.data.place, wait);
  }

  post() {
    const unsent = this.outbox.entries.length || (this.finished && this.told !== this.turn);
    if (this.line.awaited !== null || this.resting || !unsent) return;
    if (this.finished) this.told = this.turn;
    this.line.send({
      curator: this.data.curator,
      query_id: this.queryId,
      movie_id: this.current || "",
      finished: this.finished,
    });
  }

  fellSilent() {
    this.failed = this.data.labels.silent;
    this.told = null;
    this.drawState();
    this.post();
  }

  // The films

  card(movieId) {
    return this.data.cards.find((card) => card.id === movieId);
  }

  place(movieId) {
    return this.data.cards.findIndex((card) => card.id === movieId);
  }

  // The name of the answer that counts for a film here: waiting to be saved, or on record.
  standing(card) {
    const given = this.outbox.answerTo(this.queryId, card.id) || card;
    return given.answer ? answerName(given.answer, given.grade, this.data.graded) : "";
  }

  // The first film without an answer from a place on, round to the beginning.
  open(from) {
    const cards = this.data.cards;
    return [...cards.slice(from), ...cards.slice(0, from)].find((card) => !this.standing(card));
  }

  showOpen(from, wait = this.data.waits.seen) {
    const next = this.open(from);
    this.finished = !next;
    this.show(next ? next.id : null, wait);
  }

  // Put a film on screen. It counts as seen `wait` ms after it was painted: after this frame, and before the next.
  show(movieId, wait) {
    this.current = movieId;
    this.wait = wait;
    this.painted = null;
    this.draw();
    const turn = (this.shows = (this.shows || 0) + 1);
    const painted = () => {
      if (turn === this.shows && this.painted === null) this.painted = performance.now();
    };
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = painted;
      channel.port2.postMessage(null);
      requestAnimationFrame(painted);
    });
    const card = movieId && this.card(movieId);
    if (card) this.live.textContent = `${card.title.join("")} ${card.year ? `(${card.year})` : ""} ${this.placeText()}`;
  }

  // What the curator does

  blocked() {
    return this.data.paused || this.opening || this.undoing || !this.current || this.help.open;
  }

  // Whether a press at a time counts for the film on screen.
  counts(at, before) {
    if (this.blocked() || this.painted === null) return false;
    return at - this.painted >= this.wait && at - before >= this.data.waits.held;
  }

  keydown(event) {
    if (!this.root.isConnected) return this.leave();
    const inside = focused() && this.root.contains(focused());
    if (event.repeat && inside && (event.key === "Enter" || event.key === " ")) event.preventDefault();
    if (this.help.open || keysRest()) return;
    const action = actionOf(event, this.data.keys) || (this.view === "grid" && { ArrowUp: "up", ArrowDown: "down" }[event.code]);
    if (!action || (event.code.startsWith("Arrow") && focused() && focused().matches(ARROWS_OF_THEIR_OWN))) return;
    event.preventDefault();
    event.stopPropagation();
    this.press(action, event.timeStamp, "key", event.repeat);
  }

  press(action, at, method, repeated = false) {
    const before = this.lastPress;
    this.lastPress = at;
    if (action in ANSWERS) {
      if (!repeated && this.counts(at, before)) this.answer(action, at, method);
    } else if (["previous", "next", "up", "down"].includes(action)) {
      if (!this.data.paused && !this.opening && !this.undoing) this.move(action);
    } else if (!repeated && at - before >= this.data.waits.held) {
      if (action === "undo") this.undo();
      else if (action === "note") this.note();
      else if (action === "grid") this.turnView();
      else if (action === "help") this.help.showModal();
    }
  }

  answer(action, at, method) {
    const card = this.card(this.current);
    const changed = Boolean(this.standing(card));
    const place = this.place(card.id);
    const [answer, grade] = ANSWERS[action];
    this.outbox.add({
      event_id: newId(),
      query_id: this.queryId,
      movie_id: card.id,
      answer,
      grade,
      note: card.note,
      shown_at: this.line.time(this.painted),
      decided_at: this.line.time(at),
      place: place + 1,
      method,
    });
    this.last = { film: card.title.join(""), name: answerName(answer, grade, this.data.graded) };
    this.notice = "";
    // After a changed answer comes the next film, open or not: the curator is going over the query again.
    const after = Math.min(place + 1, this.data.cards.length - 1);
    if (changed) this.show(this.data.cards[after].id, this.data.waits.seen);
    else this.showOpen(place + 1);
    this.post();
  }

  undo() {
    if (this.undoing || this.data.paused || this.opening) return;
    this.undoing = this.outbox.addUndo();
    this.last = null;
    this.notice = "";
    this.draw();
    this.post();
  }

  move(action) {
    const columns = this.view === "grid" ? this.columns() : 1;
    const step = { previous: -1, next: 1, up: -columns, down: columns }[action];
    const last = this.data.cards.length - 1;
    const from = this.current ? this.place(this.current) : last + 1;
    const to = from + step;
    if (to < 0 || to > last) return;
    this.finished = false;
    this.show(this.data.cards[to].id, this.data.waits.seen);
  }

  columns() {
    const tops = [...this.stage.querySelectorAll(".film")].map((film) => film.offsetTop);
    return Math.max(1, tops.filter((top) => top === tops[0]).length);
  }

  note() {
    if (this.blocked()) return;
    this.opening = true; // keys rest from the press on, not only once the dialog is there
    setTimeout(() => (this.opening = false), SILENT_AFTER);
    this.setTriggerValue("note", this.current);
  }

  turnView() {
    this.view = this.view === "grid" ? "card" : "grid";
    keep(VIEW, this.view);
    this.nodes.clear();
    if (this.current) this.show(this.current, this.data.waits.seen);
    else this.draw();
  }
}

export default function (component) {
  return mount(component, Cards);
}

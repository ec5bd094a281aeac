/* Lists of films beside one another: one film is selected, in one list; it stands out in every list that has it.

   An answer shows at once and goes into the outbox; the server says what is on record. One message is under way at a
   time. What the server could not record is taken back and said. */

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }; // lists, rows

class Lists extends ListPanel {
  constructor(parent) {
    super(parent.querySelector("#lists"));
    this.line = new Line(() => this.fellSilent());
    this.at = null; // the selected film and the number of its list: { list, id }
    this.listeners = {
      keydown: (event) => this.keydown(event),
      focusin: () => this.drawHint(),
      focusout: () => this.drawHint(),
      input: (event) => this.typed(event),
      compositionend: () => clearTimeout(this.composing),
    };
    for (const [name, listener] of Object.entries(this.listeners)) document.addEventListener(name, listener, true);
  }

  leave() {
    this.line.leave();
    clearTimeout(this.composing);
    for (const [name, listener] of Object.entries(this.listeners)) document.removeEventListener(name, listener, true);
  }

  // What comes from the server

  receive(component) {
    const before = this.data;
    const data = component.data;
    this.data = data;
    this.setTriggerValue = component.setTriggerValue;
    this.line.receive(component, `reelign/compare/${data.store}/${data.curator}/`);
    this.outbox = this.line.outbox;
    this.takeReply(data.reply);
    this.takeAddress(data.address);
    if (!before || before.subject !== data.subject) {
      this.at = null;
      this.shownAt = performance.now();
      this.said = "";
      this.details.close();
    }
    if (data.notice.text) this.said = data.notice.text;
    if (data.notice.film) this.find(data.notice.film);
    else if (this.at) this.find(this.at.id, this.at.list);
    this.draw();
    this.post();
  }

  takeReply(reply) {
    if (reply.acknowledged.includes(this.undoing)) this.undoing = null;
    if (!this.line.takeReply(reply)) return;
    const reason = reply.problem || reply.refused.map((one) => one.reason)[0];
    this.failed = reason ? fill(this.data.labels.not_saved, { reason }) : "";
    if (!reason) return;
    this.outbox.remove(this.sent);
    this.undoing = null;
    this.said = "";
  }

  // What was typed comes into the address without a step of the history: the way back would lead through every letter.
  takeAddress(address) {
    if (!address || address === this.address) return;
    this.address = address;
    if (location.search.slice(1) !== address) history.replaceState(history.state, "", `${location.pathname}?${address}`);
  }

  post() {
    if (this.line.awaited !== null || !this.outbox.entries.length) return;
    this.sent = this.outbox.entries.map((entry) => entry.event_id);
    this.line.send({
      curator: this.data.curator,
      query_id: this.data.query,
      movie_id: this.at ? this.at.id : "",
      finished: false,
    });
  }

  fellSilent() {
    this.failed = this.data.labels.silent;
    this.draw();
    this.post();
  }

  // The films

  places(movieId) {
    return this.data.lists.map((list) => list.rows.findIndex((row) => row.id === movieId));
  }

  // Select a film where it is, in the list with this number if it can be; nothing where no list has it.
  find(movieId, list = 0) {
    const places = this.places(movieId);
    const there = places[list] >= 0 ? list : places.findIndex((place) => place >= 0);
    this.at = there < 0 ? null : { list: there, id: movieId };
  }

  // The name of the curator's own answer that counts here: waiting to be saved, or on record.
  own(film) {
    const given = this.outbox.answerTo(this.data.query, film.id) || film;
    return given.answer ? answerName(given.answer, given.grade, this.data.graded) : "";
  }

  // The name of what the labels say of a film together; an answer that waits to be saved shows at once.
  mark(film) {
    if (!this.data.query) return "";
    return this.outbox.answerTo(this.data.query, film.id) ? this.own(film) : film.mark;
  }

  // What the curator does

  keydown(event) {
    if (!this.root.isConnected) return this.leave();
    const at = focused();
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.inBox(at)) {
      if (event.code !== "ArrowDown" || !this.move(0, 1)) return;
      at.blur();
      return this.taken(event);
    }
    if (keysRest()) return;
    const step = STEPS[event.code];
    if (step && !this.details.open) {
      if (at && at.matches(ARROWS_OF_THEIR_OWN)) return;
      if (this.move(...step)) this.taken(event);
    } else if (event.code === "Enter" && at && at.matches(".film")) {
      this.open();
      this.taken(event);
    } else {
      const action = actionOf(event, this.data.keys);
      if (action !== "undo" && !(action in ANSWERS)) return;
      this.taken(event);
      if (event.repeat) return;
      if (action === "undo") this.undo();
      else this.answer(action, event.timeStamp, "key");
    }
  }

  taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  // Select the film that is so many lists and rows away, the same film in the other list if that has it. False without.
  move(lists, rows) {
    const filled = this.data.lists.map((_, number) => number).filter((number) => this.data.lists[number].rows.length);
    if (!filled.length) return false;
    if (!this.at) {
      this.select({ list: filled[0], id: this.data.lists[filled[0]].rows[0].id });
      return true;
    }
    const list = filled[filled.indexOf(this.at.list) + lists];
    if (list === undefined) return true;
    const there = this.data.lists[list].rows;
    const same = lists ? this.places(this.at.id)[list] : -1;
    const row = same >= 0 ? same : this.places(this.at.id)[this.at.list] + rows;
    this.select({ list, id: there[Math.min(Math.max(row, 0), there.length - 1)].id });
    return true;
  }

  select(at) {
    this.at = at;
    this.draw();
    this.focusRow();
  }

  answer(action, at, method) {
    if (!this.at || !this.data.judged) return;
    const film = this.data.films[this.at.id];
    const [answer, grade] = ANSWERS[action];
    const name = answerName(answer, grade, this.data.graded);
    if (this.own(film) === name) return;
    this.outbox.add({
      event_id: newId(),
      query_id: this.data.query,
      movie_id: film.id,
      answer,
      grade,
      note: film.note,
      shown_at: this.line.time(this.shownAt),
      decided_at: this.line.time(at),
      place: this.places(film.id)[this.at.list] + 1,
      method,
    });
    this.said = fill(this.data.labels.saved, { film: film.title, answer: this.data.labels[name] });
    this.failed = "";
    this.draw();
    this.post();
  }

  undo() {
    if (this.undoing || !this.data.judged) return;
    this.undoing = this.outbox.addUndo();
    this.failed = "";
    this.draw();
    this.post();
  }

  open() {
    this.details.showModal();
    this.draw();
    this.details.scrollTop = 0;
  }

  inBox(found) {
    return Boolean(found && this.data.box && found.closest(`.st-key-${this.data.box}`));
  }

  // The search box waits while an input method composes a syllable; whoever pauses then wants to see what there is.
  typed(event) {
    clearTimeout(this.composing);
    if (!event.isComposing || !this.inBox(event.target)) return;
    const text = event.target.value;
    this.composing = setTimeout(() => this.setTriggerValue("composed", text), this.data.composed);
  }
}

export default function (component) {
  return mount(component, Lists);
}

/* The line to the server: one message is under way at a time, with all that waits; the reply says what is on record. */

const SILENT_AFTER = 6000; // ms without a reply until a message counts as lost

class Line {
  // `fellSilent` is called where no reply has come; what was under way can then be sent again, under the same ids.
  constructor(fellSilent) {
    this.fellSilent = fellSilent;
    this.number = Math.floor(Math.random() * 1e9);
    this.awaited = null; // the number of the message under way
    this.clock = -Infinity; // the server's time at the moment 0 of performance.now()
  }

  leave() {
    clearTimeout(this.timer);
  }

  // Take in a run of the page. True where the answers of another curator or workspace wait from now on.
  receive({ data, setStateValue }, folder) {
    this.setStateValue = setStateValue;
    this.clock = Math.max(this.clock, data.now - performance.now());
    if (this.outbox && this.outbox.folder === folder) return false;
    this.outbox = new Outbox(folder);
    this.awaited = null;
    return true;
  }

  // The server's time at a moment of performance.now().
  time(moment) {
    return new Date(this.clock + moment).toISOString();
  }

  // Take away what is on record. True where this is the reply to the message under way.
  takeReply(reply) {
    this.outbox.remove(reply.acknowledged);
    if (reply.number !== this.awaited) return false;
    clearTimeout(this.timer);
    this.awaited = null;
    return true;
  }

  send(message) {
    this.number += 1;
    this.awaited = this.number;
    this.timer = setTimeout(() => {
      this.awaited = null;
      this.fellSilent();
    }, SILENT_AFTER);
    this.setStateValue("outbox", { number: this.number, ...message, entries: this.outbox.entries });
  }
}

// One `Kind` for each place on the page that a component is drawn in, however often it is drawn again.
const mounted = new WeakMap();

function mount(component, Kind) {
  const parent = component.parentElement;
  let kept = mounted.get(parent);
  if (!kept || !kept.root.isConnected) {
    if (kept) kept.leave();
    kept = new Kind(parent);
    mounted.set(parent, kept);
  }
  kept.receive(component);
  // Also called for a run that a newer one has overtaken, when what it drew is still there.
  return () => {
    if (!parent.isConnected) kept.leave();
  };
}

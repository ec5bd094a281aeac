/* What the curator has answered and the server has not yet said is on record, in the order of the presses.

   Every answer is also kept in the browser's storage under a name of its own, so that tabs do not write over one
   another, and a reload, a lost connection or a stopped server loses nothing. */

// A random UUID (version 4). crypto.randomUUID is missing where the page comes over plain http.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class Outbox {
  // `folder` begins the names in the storage: of one workspace and one curator.
  constructor(folder) {
    this.folder = folder;
    this.entries = this.kept();
  }

  kept() {
    const found = [];
    try {
      for (let place = 0; place < localStorage.length; place += 1) {
        const name = localStorage.key(place);
        if (!name.startsWith(this.folder)) continue;
        try {
          found.push(JSON.parse(localStorage.getItem(name)));
        } catch {
          localStorage.removeItem(name);
        }
      }
    } catch {
      return []; // a browser that keeps nothing: answers are safe once they are sent
    }
    return found.sort((one, other) => (one.decided_at < other.decided_at ? -1 : 1));
  }

  // Answers are told apart by their times when the page is opened anew, so none may be as early as the one before it,
  // even where the server's clock has been set back.
  add(entry) {
    const before = this.entries.findLast((other) => other.decided_at)?.decided_at;
    if (before && entry.decided_at <= before) entry.decided_at = new Date(Date.parse(before) + 1).toISOString();
    this.entries.push(entry);
    try {
      localStorage.setItem(this.folder + entry.event_id, JSON.stringify(entry));
    } catch {
      // full, or not allowed: the answer is still here and on its way
    }
  }

  // An undo that never arrived is not wanted after a reload, so it is not kept.
  addUndo() {
    const entry = { event_id: newId(), undo: true };
    this.entries.push(entry);
    return entry.event_id;
  }

  remove(ids) {
    const gone = new Set(ids);
    this.entries = this.entries.filter((entry) => !gone.has(entry.event_id));
    try {
      for (const id of gone) localStorage.removeItem(this.folder + id);
    } catch {
      // nothing was kept
    }
  }

  // The last waiting answer to a film of a query, if there is one.
  answerTo(queryId, movieId) {
    return this.entries.findLast((entry) => entry.query_id === queryId && entry.movie_id === movieId);
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // the choice holds until the page is left
  }
}

// The Myko session of this page: connects, asks its queries, notices silence, connects again. No
// DOM.
//
// States: "connecting", "connected", "lost" (waiting to retry). Only frames of the present socket
// count: what an abandoned one still says is ignored.

export const timing = {
  openMax: 5000, // a handshake that takes longer is given up
  idleBeforePing: 5000, // nothing heard for so long: ask
  answerToPing: 10_000, // a ping without any frame for so long: the connection is lost
  retryFirst: 250,
  retryMax: 2000,
  tick: 1000,
};

const never = () => {};

export class Connection {
  #options;
  #socket = null;
  #queries = new Map(); // tx -> item type
  #state = { phase: "connecting", clientId: "", retryAt: 0, reason: "" };
  #failures = 0;
  #openedAt = 0;
  #heardAt = 0;
  #pingedAt = 0; // 0: no ping is waiting for an answer
  #pings = 0;
  #retryTimer = null;

  // queries: {itemType: queryId}. on: {state, query, queryError, answer}.
  // open, now, later, cancel, every and uuid stand for the browser's own: tests bring theirs.
  constructor({ url, queries, on, open, now, later, cancel, every, uuid, random = Math.random }) {
    const handlers = { state: never, query: never, queryError: never, answer: never, ...on };
    this.#options = { url, queries, open, now, later, cancel, every, uuid, random, on: handlers };
  }

  get state() {
    return this.#state;
  }

  start() {
    this.#options.every(timing.tick, () => this.#tick());
    this.#connect();
  }

  // The network is said to be back, or the page is looked at again: do not wait for the timer.
  retryNow() {
    if (this.#state.phase === "lost") this.#connect();
  }

  // Returns the command's tx, or null when there is no connection.
  command(commandId, command) {
    if (this.#state.phase !== "connected") return null;
    const tx = this.#options.uuid();
    const createdAt = new Date(this.#options.now()).toISOString();
    const sent = this.#send("ws:m:command", { commandId, command: { tx, createdAt, ...command } });
    return sent ? tx : null;
  }

  // Asks for one type anew, as after responses were lost.
  askAgain(itemType) {
    for (const [tx, type] of this.#queries) {
      if (type !== itemType) continue;
      this.#queries.delete(tx);
      // tx in both places: one is where older servers look, the other where newer ones do.
      this.#sendText({ event: "ws:m:query-cancel", tx, data: { tx } });
    }
    this.#ask(itemType);
  }

  #connect() {
    this.#options.cancel(this.#retryTimer);
    this.#abandon();
    this.#openedAt = this.#options.now();
    this.#change({ phase: "connecting", clientId: "", retryAt: 0 });
    let socket;
    try {
      socket = this.#options.open(this.#options.url);
    } catch (error) {
      this.#lose(error.message);
      return;
    }
    this.#socket = socket;
    const mine = (handle) => (event) => {
      if (this.#socket === socket) handle(event);
    };
    socket.onopen = mine(() => this.#opened());
    socket.onmessage = mine((event) => this.#received(event.data));
    socket.onclose = mine((event) => this.#lose(closeWords(event)));
    socket.onerror = never; // the close that follows says all that a page may know
  }

  #opened() {
    this.#heardAt = this.#options.now();
    this.#pingedAt = 0;
    this.#change({ phase: "connected", reason: "" });
    this.#queries.clear();
    for (const itemType of Object.keys(this.#options.queries)) this.#ask(itemType);
  }

  #ask(itemType) {
    const tx = this.#options.uuid();
    this.#queries.set(tx, itemType);
    this.#send("ws:m:query", {
      queryId: this.#options.queries[itemType],
      queryItemType: itemType,
      query: { tx, createdAt: new Date(this.#options.now()).toISOString() },
    });
  }

  #received(text) {
    this.#heardAt = this.#options.now();
    this.#pingedAt = 0;
    if (typeof text !== "string") return;
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return; // "Error parsing message" and its like: the server says so in plain text
    }
    this.#handle(message);
  }

  #handle(message) {
    const data = message?.data;
    if (data === null || typeof data !== "object") return;
    const { on } = this.#options;
    switch (message.event) {
      case "ws:m:command":
        this.#commanded(data);
        break;
      case "ws:m:query-response":
        // It has proved to be a working connection: the next loss starts with a short wait.
        this.#failures = 0;
        if (this.#queries.has(data.tx)) on.query(this.#queries.get(data.tx), data);
        break;
      case "ws:m:query-error":
        if (this.#queries.has(data.tx)) on.queryError(this.#queries.get(data.tx), words(data));
        break;
      case "ws:m:command-response":
        on.answer({ tx: data.tx, ok: true, response: data.response });
        break;
      case "ws:m:command-error":
        on.answer({ tx: data.tx, ok: false, message: words(data) });
        break;
      case "ws:m:batch":
        if (Array.isArray(data)) for (const one of data) this.#handle(one);
        break;
      default: // pings too: a server's own ping must never be echoed
    }
  }

  #commanded({ commandId, command }) {
    if (commandId !== "SetClientId" && commandId !== "client:setId") return;
    const clientId = command?.clientId;
    if (typeof clientId === "string" && clientId !== "") this.#change({ clientId });
  }

  #tick() {
    const now = this.#options.now();
    const { phase } = this.#state;
    if (phase === "connecting" && now - this.#openedAt > timing.openMax) {
      this.#lose("no answer");
    } else if (phase === "connected") {
      // Counted from the ping, not from the last frame: timers of a hidden page run late.
      if (this.#pingedAt !== 0 && now - this.#pingedAt > timing.answerToPing) {
        this.#lose("the core fell silent");
      } else if (this.#pingedAt === 0 && now - this.#heardAt >= timing.idleBeforePing) {
        this.#pings += 1;
        this.#pingedAt = now;
        this.#send("ws:m:ping", { id: `launchpad-page-${this.#pings}`, timestamp: now });
      }
    }
  }

  #lose(reason) {
    this.#abandon();
    const full = Math.min(timing.retryMax, timing.retryFirst * 2 ** this.#failures);
    this.#failures += 1;
    // A little chance, so that many pages do not come back in the same instant.
    const wait = Math.round(full * (0.75 + 0.25 * this.#options.random()));
    this.#change({ phase: "lost", clientId: "", retryAt: this.#options.now() + wait, reason });
    this.#retryTimer = this.#options.later(wait, () => this.#connect());
  }

  #abandon() {
    const socket = this.#socket;
    this.#socket = null;
    this.#queries.clear();
    try {
      socket?.close();
    } catch {
      // It was closed already.
    }
  }

  #send(event, data) {
    return this.#sendText({ event, data });
  }

  #sendText(message) {
    try {
      this.#socket.send(JSON.stringify(message));
      return true;
    } catch {
      return false; // the close event follows
    }
  }

  #change(part) {
    this.#state = { ...this.#state, ...part };
    this.#options.on.state(this.#state);
  }
}

const words = (data) =>
  typeof data.message === "string" && data.message !== "" ? data.message : "no reason was given";

function closeWords({ code, reason }) {
  if (reason) return reason;
  return code === 1006 || code === undefined ? "" : `closed with code ${code}`;
}

// crypto.randomUUID exists on https and localhost only; a core is often plain http on a local
// network.
export function makeUuid(crypto) {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

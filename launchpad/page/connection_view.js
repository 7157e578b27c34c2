// The state of the connection, in words. The eye gets a countdown; the ear only what has changed.

import { byId, setAttribute, setText } from "./dom.js";

export class ConnectionView {
  #host;
  #line = byId("connection");
  #news = byId("connection-news");
  #wasLost = false;
  #told = "";

  constructor({ host }) {
    this.#host = host;
  }

  render(state, now) {
    if (state.phase === "lost") this.#wasLost = true;
    if (state.phase === "connected") this.#wasLost = false;
    // Between two tries it is still lost: the colour does not flicker.
    setAttribute(this.#line, "data-phase", this.#wasLost ? "lost" : state.phase);
    setText(this.#line, this.#words(state, now));
    document.title = this.#wasLost ? "Connection lost – Launchpad" : `${this.#host} – Launchpad`;
    this.#tell(state.phase);
  }

  #words({ phase, clientId, retryAt, reason }, now) {
    if (phase === "connected") {
      return clientId === ""
        ? `Connected to ${this.#host}`
        : `Connected to ${this.#host} as ${clientId}`;
    }
    const why = reason === "" ? "" : ` (${reason})`;
    if (phase === "lost") {
      const left = Math.max(1, Math.ceil((retryAt - now) / 1000));
      return `Connection to ${this.#host} lost${why}: retrying in ${left} s`;
    }
    return this.#wasLost
      ? `Connection to ${this.#host} lost${why}: connecting again …`
      : `Connecting to ${this.#host} …`;
  }

  #tell(phase) {
    if (phase === "connecting") return;
    if (this.#told === phase) return;
    this.#told = phase;
    setText(this.#news, phase === "lost" ? "Connection lost." : "Connected.");
  }
}

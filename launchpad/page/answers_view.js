// The log of commands: what was sent, what was answered, and how long it took. Newest first.

import { phaseWords } from "./commands.js";
import { el, setAttribute, setChildren, setHidden, setText } from "./dom.js";
import { clockTime, seconds } from "./words.js";

export class AnswersView {
  #list;
  #empty;
  #elements = new Map(); // tx -> {item, ...}

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  render(entries) {
    const known = new Set(entries.map((entry) => entry.tx));
    for (const tx of this.#elements.keys()) if (!known.has(tx)) this.#elements.delete(tx);
    setChildren(
      this.#list,
      entries.map((entry) => this.#update(entry)),
    );
    setHidden(this.#empty, entries.length > 0);
  }

  #update(entry) {
    let parts = this.#elements.get(entry.tx);
    if (!parts) this.#elements.set(entry.tx, (parts = makeEntry(entry)));
    setAttribute(parts.item, "data-phase", entry.phase);
    setText(parts.phase, phaseWords[entry.phase]);
    setText(parts.words, entry.words);
    setHidden(parts.words, entry.words === "");
    setText(parts.took, entry.took === null ? "" : seconds(entry.took));
    return parts.item;
  }
}

function makeEntry(entry) {
  const phase = el("span.phase");
  const words = el("p.words");
  const took = el("span.took");
  const time = el("time", {}, clockTime(entry.sentAt).slice(0, 8));
  const what = el("span.what", {}, entry.what);
  const head = el("div.row", {}, phase, " ", what, " ", took, " ", time);
  return { item: el("li.answer", {}, head, words), phase, words, took };
}

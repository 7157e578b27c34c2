// The commands that were sent and what became of each. No DOM.
//
// An answer belongs to the connection that the command went over: when it is lost, the answer never
// comes.

import { answerWords } from "./words.js";

export const answersKept = 50;
// A core forgets a command after 10 s; the answer may still come from one that does not.
export const answerWithin = 10_000;

export class Commands {
  #entries = []; // newest first
  #byTx = new Map();

  get entries() {
    return this.#entries;
  }

  // phase: "waiting", then "done", "refused", "silent" (no answer yet, perhaps never) or "lost".
  sent({ tx, actionId, what, now }) {
    const entry = { tx, actionId, what, sentAt: now, phase: "waiting", words: "", took: null };
    this.#entries.unshift(entry);
    this.#byTx.set(tx, entry);
    for (const old of this.#entries.splice(answersKept)) this.#byTx.delete(old.tx);
    return entry;
  }

  answered({ tx, ok, response, message }, now) {
    const entry = this.#byTx.get(tx);
    if (!entry || entry.phase === "done" || entry.phase === "refused") return false;
    entry.phase = ok ? "done" : "refused";
    entry.words = ok ? answerWords(response) : message;
    entry.took = now - entry.sentAt;
    return true;
  }

  // Returns whether anything changed.
  tick(now) {
    return this.#settle(
      (entry) => entry.phase === "waiting" && now - entry.sentAt > answerWithin,
      "silent",
      `no answer within ${answerWithin / 1000} s; it may still be carried out`,
    );
  }

  connectionLost() {
    return this.#settle(
      (entry) => entry.phase === "waiting" || entry.phase === "silent",
      "lost",
      "the connection was lost before an answer came; it may or may not have been carried out",
    );
  }

  isWaiting(actionId) {
    return this.#entries.some((entry) => entry.actionId === actionId && entry.phase === "waiting");
  }

  latest(actionId) {
    return this.#entries.find((entry) => entry.actionId === actionId);
  }

  #settle(which, phase, words) {
    const found = this.#entries.filter(which);
    for (const entry of found) Object.assign(entry, { phase, words });
    return found.length > 0;
  }
}

export const phaseWords = {
  waiting: "Waiting",
  done: "Done",
  refused: "Refused",
  silent: "No answer",
  lost: "Connection lost",
};

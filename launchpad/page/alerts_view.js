// How many targets have something wrong, in the header; a press shows one after the other.

import { el, setAttribute, setHidden, setText } from "./dom.js";
import { count } from "./words.js";

export class AlertsView {
  #frame;
  #button = el("button", { type: "button" });
  #ids = [];
  #next = 0;

  constructor(frame, { onSelect }) {
    this.#frame = frame;
    frame.append(this.#button);
    this.#button.addEventListener("click", () => {
      onSelect(this.#ids[this.#next % this.#ids.length]);
      this.#next += 1;
    });
  }

  // alerts: what fleet.js makes of them, the most severe first. Of targets that are not known there
  // is nothing to show.
  render(alerts, targets) {
    const known = [...alerts].filter(([id]) => targets.has(id));
    this.#ids = known.map(([id]) => id);
    if (known.length === 0) this.#next = 0;
    else setText(this.#button, count(known.length, "alert"));
    setAttribute(this.#button, "data-tone", known[0]?.[1].tone);
    this.#button.title = "Show the next target that has something wrong";
    setHidden(this.#frame, known.length === 0);
  }
}

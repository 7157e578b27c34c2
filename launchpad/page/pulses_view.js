// The list of lines. Draws once a frame at most, follows the end, and holds still while it is read.
//
// While the reader has scrolled up nothing is added or taken away: lines go on arriving in the
// buffer, and the button says how many. At the end again, the list catches up.

import { el, setHidden, setText } from "./dom.js";
import { clockTime, count, thousands } from "./words.js";

const rowsPerFrame = 250; // what a frame may add; the rest waits for the next one
// Rows are kept in blocks: the browser then lays out the blocks that changed, and not 5,000 rows
// each frame.
const rowsPerBlock = 100;
const nearEnd = 24; // px
const ordinary = ["", "stdout", "tty"]; // streams that need no mark

export class PulsesView {
  #box;
  #list;
  #jump;
  #buffer;
  #nameOf;
  #onChange;
  #wanted = () => true; // which lines belong to what is shown
  #shownTo = 0; // number of the last line that was drawn or passed over
  #countedTo = 0;
  #unseen = 0;
  #following = true;
  #lastTop = 0;
  #rows = new Map(); // line -> row
  #gone = []; // lines with a row that the buffer has dropped

  constructor({ box, list, jump, buffer, nameOf, onChange }) {
    this.#box = box;
    this.#list = list;
    this.#jump = jump;
    this.#buffer = buffer;
    this.#nameOf = nameOf;
    this.#onChange = onChange;
    buffer.onDrop = (line) => {
      if (this.#rows.has(line)) this.#gone.push(line);
    };
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    jump.addEventListener("click", () => this.#toEnd());
    new ResizeObserver(() => this.#stick()).observe(box);
  }

  // Shows other lines from now on.
  filter(wanted) {
    this.#wanted = wanted;
    this.#reset();
  }

  clear() {
    this.#buffer.clear();
    this.#reset();
  }

  // Returns whether more is waiting to be drawn.
  render() {
    this.#buffer.trim();
    const more = this.#following ? this.#catchUp() : this.#countUnseen();
    setHidden(this.#jump, this.#following || this.#unseen === 0);
    if (this.#unseen > 0) setText(this.#jump, `${thousands(this.#unseen)} new`);
    return more;
  }

  get isEmpty() {
    return this.#rows.size === 0;
  }

  get words() {
    const { size, limit, dropped } = this.#buffer;
    const kept = `${count(size, "line")} kept, ${thousands(limit)} at most.`;
    if (dropped === 0) return kept;
    return `${kept} ${count(dropped, "older line")} dropped, the busiest emitter's first.`;
  }

  #catchUp() {
    this.#removeGone();
    const rows = [];
    for (const line of this.#buffer.after(this.#shownTo)) {
      if (rows.length === rowsPerFrame) break;
      this.#shownTo = line.number;
      if (!this.#wanted(line)) continue;
      const row = makeRow(line, this.#nameOf(line.targetId));
      this.#rows.set(line, row);
      rows.push(row);
    }
    this.#unseen = 0;
    this.#countedTo = this.#shownTo;
    if (rows.length > 0) {
      this.#append(rows);
      this.#stick();
    }
    return rows.length === rowsPerFrame;
  }

  #removeGone() {
    for (const line of this.#gone) {
      const row = this.#rows.get(line);
      const block = row?.parentElement;
      row?.remove();
      this.#rows.delete(line);
      if (block?.childElementCount === 0) block.remove();
    }
    this.#gone = [];
  }

  #append(rows) {
    let block = this.#list.lastElementChild;
    for (const row of rows) {
      if (!block || block.childElementCount >= rowsPerBlock) {
        block = el("div.block", { role: "presentation" });
        this.#list.append(block);
      }
      block.append(row);
    }
  }

  #countUnseen() {
    for (const line of this.#buffer.after(this.#countedTo)) {
      this.#countedTo = line.number;
      if (this.#wanted(line)) this.#unseen += 1;
    }
    return false;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    if (scrollHeight - scrollTop - clientHeight <= nearEnd) {
      if (!this.#following) this.#toEnd();
    } else if (scrollTop < this.#lastTop) {
      this.#following = false; // moved up by hand: the page itself only ever moves down
    }
    this.#lastTop = scrollTop;
  }

  #toEnd() {
    this.#following = true;
    this.#unseen = 0;
    setHidden(this.#jump, true);
    if (document.activeElement === this.#jump) this.#box.focus();
    this.#stick();
    this.#onChange();
  }

  #stick() {
    if (!this.#following) return;
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#lastTop = this.#box.scrollTop;
  }

  #reset() {
    this.#list.replaceChildren();
    this.#rows.clear();
    this.#gone = [];
    this.#shownTo = 0;
    this.#lastTop = 0;
    this.#toEnd();
  }
}

function makeRow(line, targetName) {
  const time = clockTime(line.time);
  const text = el("span.text", {}, line.text);
  if (line.kind === "note") {
    const source = el("span.source", {}, `${targetName} `);
    return el("div.line.note", { role: "listitem" }, el("time", {}, time), " ", source, text);
  }
  const row = el(`div.line.${line.kind}`, { role: "listitem", "data-emitter-id": line.emitterId });
  const source = el("span.source", { title: line.emitterId }, `${targetName} `);
  row.append(el("time", { title: new Date(line.time).toISOString() }, time), " ", source);
  if (line.kind === "event") {
    row.append(el("span.tag", {}, line.emitter), " ");
  } else if (!ordinary.includes(line.stream)) {
    row.dataset.stream = line.stream;
    row.append(el("span.tag", {}, line.stream), " ");
  }
  row.append(text);
  if (line.cut > 0) {
    row.append(el("span.cut", {}, ` … ${count(line.cut, "more character")} not shown`));
  } else if (line.truncated) {
    row.append(el("span.cut", {}, " … cut short by the executor"));
  }
  return row;
}

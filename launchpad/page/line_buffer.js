// The lines that are kept: a bounded number, in order of arrival. No DOM.
//
// When it is full the emitter with the most lines gives up its oldest: a container that floods does
// not push out the one line in which another said why it died.

export class LineBuffer {
  #order = []; // lines in order of arrival, dropped ones among them until the next sweep
  #queues = new Map(); // emitter id -> {lines, head}
  #kept = 0;
  #next = 1;

  constructor({ limit, onDrop = () => {} }) {
    this.limit = limit;
    this.dropped = 0;
    this.onDrop = onDrop;
  }

  get size() {
    return this.#kept;
  }

  // The number of the last line that came: lines are numbered from 1.
  get last() {
    return this.#next - 1;
  }

  push(line) {
    line.number = this.#next;
    this.#next += 1;
    line.dropped = false;
    let queue = this.#queues.get(line.emitterId);
    if (!queue) this.#queues.set(line.emitterId, (queue = { lines: [], head: 0 }));
    queue.lines.push(line);
    this.#order.push(line);
    this.#kept += 1;
    // Some slack, so that the loudest is looked for once in a while and not for every line.
    if (this.#kept > this.limit * 1.1) this.trim();
  }

  trim() {
    while (this.#kept > this.limit) {
      const { loudest, lead } = this.#loudest();
      let rest = Math.max(1, Math.min(this.#kept - this.limit, lead));
      for (; rest > 0; rest -= 1) this.#dropOldest(loudest);
    }
    if (this.#order.length > this.#kept * 2 + 1000) {
      this.#order = this.#order.filter((line) => !line.dropped);
    }
  }

  clear() {
    for (const line of this.#order) line.dropped = true;
    this.#order = [];
    this.#queues.clear();
    this.#kept = 0;
  }

  // The kept lines after a number, oldest first.
  *after(number) {
    for (let at = this.#firstAfter(number); at < this.#order.length; at += 1) {
      if (!this.#order[at].dropped) yield this.#order[at];
    }
  }

  #firstAfter(number) {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order[middle].number > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #loudest() {
    let loudest = null;
    let most = -1;
    let second = 0;
    for (const queue of this.#queues.values()) {
      const size = queue.lines.length - queue.head;
      if (size > most) {
        second = Math.max(most, 0);
        most = size;
        loudest = queue;
      } else if (size > second) {
        second = size;
      }
    }
    return { loudest, lead: most - second };
  }

  #dropOldest(queue) {
    const line = queue.lines[queue.head];
    queue.lines[queue.head] = undefined;
    queue.head += 1;
    if (queue.head > 512 && queue.head * 2 > queue.lines.length) {
      queue.lines = queue.lines.slice(queue.head);
      queue.head = 0;
    }
    line.dropped = true;
    this.#kept -= 1;
    this.dropped += 1;
    this.onDrop(line);
  }
}

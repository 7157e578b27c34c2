// Several things that must hold within one scenario: all are tried, and all that fail are told.

export class Checks {
  #failed = [];
  #count = 0;

  // `check` throws, or answers false, where it does not hold.
  async that(words, check) {
    this.#count += 1;
    try {
      if ((await check()) === false) throw new Error("");
    } catch (error) {
      this.#failed.push(error.message ? `${words}: ${error.message}` : words);
    }
  }

  // The line for the scenario; throws if anything failed.
  done() {
    const good = `${this.#count - this.#failed.length} of ${this.#count}`;
    if (this.#failed.length === 0) return good;
    throw new Error([`${good} hold; these do not:`, ...this.#failed].join("\n"));
  }
}

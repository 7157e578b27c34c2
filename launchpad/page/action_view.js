// One action: its button, the form for its data, and what became of the last press.

import { phaseWords } from "./commands.js";
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { formOf, readForm } from "./schema.js";
import { seconds } from "./words.js";

let made = 0; // gives fields ids of their own

export class ActionView {
  #form;
  #inputs = new Map(); // field key -> {input, error}
  #action;
  #onPress;
  #available = false;

  constructor(action, { onPress }) {
    made += 1;
    this.#action = action;
    this.#onPress = onPress;
    this.#form = formOf(action.schema);
    const prefix = `action-${made}`;

    this.button = el("button.press", { type: "submit", "data-action-id": action.id });
    this.button.setAttribute("aria-describedby", `${prefix}-result`);
    this.result = el("p.result", { id: `${prefix}-result` });
    const fields = this.#form.fields.map((field, at) => this.#makeField(field, `${prefix}-${at}`));
    this.element = el(
      "form.action",
      { noValidate: true, autocomplete: "off" },
      this.button,
      fields.length > 0 ? el("div.fields", {}, ...fields) : null,
      this.#form.problem === "" ? null : el("p.hint", {}, this.#form.problem),
      this.result,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#press();
    });
    this.update(action);
  }

  // Two actions with the same face can share a form, and what is typed in it stays.
  static faceOf(action) {
    return JSON.stringify([action.id, action.schema ?? null]);
  }

  update(action) {
    this.#action = action;
    setText(this.button, nameOfAction(action));
  }

  // why: words for why it cannot be pressed, or empty.
  setState({ why, waiting, latest }) {
    this.#available = why === "" && !waiting;
    // aria-disabled and not disabled: the button stays where the keyboard is, and can be asked why.
    setAttribute(this.button, "aria-disabled", this.#available ? null : "true");
    setAttribute(this.button, "aria-busy", waiting ? "true" : null);
    const outcome = latest ? outcomeWords(latest) : "";
    setText(this.result, outcome);
    setAttribute(this.result, "data-phase", latest?.phase);
    this.button.title = why;
    setHidden(this.result, outcome === "");
  }

  #press() {
    if (!this.#available) return;
    const typed = new Map([...this.#inputs].map(([key, { input }]) => [key, input.value]));
    const { data, errors } = readForm(this.#form, typed);
    let first = null;
    for (const [key, { input, error }] of this.#inputs) {
      const words = errors.get(key) ?? "";
      setText(error, words);
      setHidden(error, words === "");
      setAttribute(input, "aria-invalid", words === "" ? null : "true");
      if (words !== "") first ??= input;
    }
    if (first) first.focus();
    else this.#onPress(this.#action, data);
  }

  #makeField(field, id) {
    const input = makeInput(field, id);
    const error = el("p.field-error", { id: `${id}-error`, role: "alert", hidden: true });
    const hint = field.hint === "" ? null : el("p.hint", { id: `${id}-hint` }, field.hint);
    const described = [hint?.id, error.id].filter(Boolean).join(" ");
    input.setAttribute("aria-describedby", described);
    if (field.required) input.setAttribute("aria-required", "true");
    this.#inputs.set(field.key, { input, error });
    const label = el("label", { for: id }, field.label);
    if (field.required) label.append(el("span.required", {}, " (required)"));
    return el(`div.field.${field.input}`, {}, label, input, error, hint);
  }
}

function makeInput(field, id) {
  const common = { id, name: field.key };
  if (field.input === "choice") {
    const nothing = field.required ? "choose" : "not given";
    const options = field.choices.map(({ label }, at) =>
      el("option", { value: String(at) }, label),
    );
    const select = el("select", common, el("option", { value: "" }, nothing), ...options);
    select.value = field.initial;
    return select;
  }
  if (field.input === "json") {
    return el("textarea", { ...common, rows: 2, spellcheck: false, value: field.initial });
  }
  // Numbers are text too: a number input hides what was mistyped, and it would be left out
  // unnoticed.
  const inputMode = { integer: "numeric", number: "decimal" }[field.input] ?? "text";
  return el("input", {
    ...common,
    type: "text",
    inputMode,
    spellcheck: false,
    value: field.initial,
  });
}

export function nameOfAction(action) {
  return typeof action.name === "string" && action.name !== ""
    ? action.name
    : action.id.replace(/^.*:/, "");
}

export function outcomeWords({ phase, words, took }) {
  if (phase === "waiting") return "Waiting for the answer …";
  const after = took === null ? "" : ` (${seconds(took)})`;
  return `${phaseWords[phase]}${words === "" ? "" : `: ${words}`}${after}`;
}

// The only ways in which this page makes elements: data reaches them as text, never as markup.

// el("p.note", {title: "..."}, "text", child): properties with a dash, and role, are attributes.
export function el(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

// Touches the document only where something changes: screen readers and selections notice.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

// Makes the children of an element exactly these, in this order, moving as few as possible.
export function setChildren(parent, children) {
  const keep = new Set(children);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child)
      parent.insertBefore(child, parent.children[index] ?? null);
  });
}

// Colours come from executors. The style object takes only what is a colour: nothing can be
// smuggled in.
export function setColour(element, background, foreground) {
  element.style.backgroundColor = typeof background === "string" ? background : "";
  element.style.color = typeof foreground === "string" ? foreground : "";
}

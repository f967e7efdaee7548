// Makes elements without any HTML text: what a service sends is never read as markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element: `h("p", {class: "x", on: {click}}, "text", child)`. */
export const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

/** An SVG element. */
export const svg = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** Asks for a decision in a modal dialog; resolves to true when it was confirmed. */
export function confirmed({ title, body, yes, no }) {
  return new Promise(answer => {
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title" }, title), h("div", {}, body),
      h("div", { class: "actions" },
        h("fluent-button", { appearance: "primary", on: { click: () => dialog.close("yes") } }, yes),
        h("fluent-button", { on: { click: () => dialog.close("") } }, no)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A slider over amounts of money, with its value in view and buttons for the values that matter.
import { h } from "./dom.js";
import { button } from "./parts.js";
import { placeOf } from "./scale.js";
import { money } from "./text.js";

let made = 0;

/** A slider named *name* over *offered*, amounts in order. *marks* are pairs of a text and an amount; the first one is
 * where it starts. `value()` is the chosen amount; *changed* is called whenever it moves. */
export function slider(name, label, offered, { marks, hint, changed }) {
  const id = `slider-${made += 1}`;
  const control = h("input", {
    type: "range", id, name, min: "0", max: String(offered.length - 1), step: "1", list: `${id}-marks`, "aria-describedby": `${id}-hint`,
  });
  const shown = h("output", { for: id, "aria-live": "off" });
  const value = () => offered[Number(control.value)];
  const tell = () => {
    shown.textContent = money(value());
    control.setAttribute("aria-valuetext", money(value()));
  };
  const move = to => {
    control.value = String(placeOf(offered, to));
    tell();
  };
  control.addEventListener("input", () => { tell(); changed(); });
  const jump = (text, amount) => button(`${text} ${money(amount)}`, () => { move(amount); changed(); }, { size: "small" });
  move(marks[0][1]);
  return {
    control, value,
    element: h("div", { class: "slider" },
      h("div", { class: "slider-head" }, h("label", { for: id }, label), shown), control,
      h("datalist", { id: `${id}-marks` }, marks.map(([text, amount]) => h("option", { value: String(placeOf(offered, amount)), label: text }))),
      h("p", { class: "hint", id: `${id}-hint` }, hint),
      h("div", { class: "actions" }, marks.map(([text, amount]) => jump(text, amount)))),
  };
}

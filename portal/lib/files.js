// Downloads of what a page shows, as CSV and for Excel.
import { download } from "./api.js";
import { h } from "./dom.js";
import { button } from "./parts.js";
import { t } from "./text.js";

/** Two buttons that download *path* with a suffix; *name* is the file's name without one. */
export const downloads = (path, query, name) => h("div", { class: "actions" }, ["xlsx", "csv"].map(kind =>
  button(t(`files.${kind}`), () => download(`${path}.${kind}`, query, `${name}.${kind}`))));

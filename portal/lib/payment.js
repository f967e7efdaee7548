// The payment provider's form in a frame of another origin (or of the portal's own card-form.html). Messages are
// exchanged with that origin only; no card number ever reaches this page.
import { post, read } from "./api.js";
import { h } from "./dom.js";
import { currentLanguage, t } from "./text.js";

const { paymentForm } = JSON.parse(document.querySelector("meta[name=credits]").content);
const SETTLED = ["succeeded", "declined", "cancelled"];
const POLL = 700;

const pause = () => new Promise(later => setTimeout(later, POLL));

/** A frame with the form. `collect()` resolves to a payment method's id; `confirm(secret)` to whether the holder agreed. */
export function paymentFrame() {
  const address = new URL(paymentForm || "../card-form.html", import.meta.url);
  const frame = h("iframe", { class: "payment-form", title: t("funds.form_title"), src: `${address.href}#language=${currentLanguage()}`, allow: "payment" });
  let waiting = null;
  let isReady = null;
  const ready = new Promise(done => { isReady = done; });
  const listen = ({ origin, source, data }) => {
    if (!frame.isConnected) return removeEventListener("message", listen);
    if (origin !== address.origin || source !== frame.contentWindow) return undefined;
    if (data.type === "ready") isReady();
    if (data.type === "size") frame.style.height = `${Math.min(Number(data.height) || 0, 640)}px`;
    if (data.type === "paymentMethod") waiting?.done(data.id);
    if (data.type === "confirmed") waiting?.done(data.ok);
    if (data.type === "error") waiting?.failed(new Error(data.message));
    return undefined;
  };
  addEventListener("message", listen);
  const ask = async message => {
    await ready;
    return new Promise((done, failed) => {
      waiting = { done, failed };
      frame.contentWindow.postMessage(message, address.origin);
    });
  };
  return { element: frame, collect: () => ask({ type: "collect" }), confirm: clientSecret => ask({ type: "confirm", clientSecret }) };
}

/** Lets the holder answer the bank (3-D Secure), in a dialog with a frame of its own. */
export async function authenticate(clientSecret) {
  const frame = paymentFrame();
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "bank-title" }, h("h2", { id: "bank-title" }, t("funds.bank_title")), frame.element);
  dialog.addEventListener("cancel", event => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
  try {
    return await frame.confirm(clientSecret);
  } finally {
    dialog.remove();
  }
}

/** Buys credit and stays with the purchase until it has ended. The key makes a second press harmless. */
export async function buy(order, key) {
  let purchase = await post("purchases", order, key);
  if (purchase.state === "requiresAction" && purchase.clientSecret) await authenticate(purchase.clientSecret);
  for (let tries = 0; !SETTLED.includes(purchase.state) && tries < 60; tries += 1) {
    await pause();
    purchase = await read(`purchases/${purchase.id}`);
  }
  return purchase;
}

/** Stores a card; resolves to true once it is listed, false when its holder did not confirm it. */
export async function storeCard(paymentMethod) {
  const answer = await post("payment-methods", { paymentMethod });
  if (answer.state !== "requiresAction") return true;
  return authenticate(answer.clientSecret);
}

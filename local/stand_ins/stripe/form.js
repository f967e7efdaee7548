"use strict";
// Messages are taken from, and sent to, pages of the service only.
const { service, cards } = document.documentElement.dataset;
const at = id => document.getElementById(id);
const NAMES = {
  pm_card_visa: "Visa 4242, succeeds",
  pm_card_mastercard: "Mastercard 4444, succeeds",
  pm_card_authenticationRequired: "Visa 3184, the bank always asks (3-D Secure)",
  pm_card_authenticationRequiredOnSetup: "Visa 3155, the bank asks once (3-D Secure)",
  pm_card_visa_chargeDeclinedInsufficientFunds: "Visa 9995, declined: insufficient funds",
  pm_card_chargeDeclinedExpiredCard: "Visa 0069, declined: expired",
  pm_card_visa_chargeDeclined: "Visa 0002, declined",
  pm_card_chargeCustomerFail: "Visa 0341, is stored, then declined",
  pm_card_createDispute: "Visa 0259, succeeds, then the holder disputes it",
  pm_card_pendingRefund: "Visa 7726, succeeds, refunds are pending",
};
for (const card of JSON.parse(cards)) at("card").append(new Option(NAMES[card] ?? card, card));

const tell = message => { if (parent !== window) parent.postMessage(message, service); };
const resize = () => tell({ type: "size", height: document.querySelector("main").offsetHeight + 8 });

async function resolve(clientSecret, approved) {
  const id = clientSecret.split("_secret")[0];
  const isSetup = id.startsWith("seti");
  const refused = isSetup ? "fail" : "payment_intent_authentication_failure";
  await fetch(`/_control/${isSetup ? "setups" : "payments"}/${id}/resolve`, {
    method: "POST", body: JSON.stringify({ outcome: approved ? "succeed" : refused }),
  });
  tell({ type: "confirmed", ok: approved });
}

function askTheHolder({ clientSecret }) {
  at("choice").hidden = true;
  at("bank").hidden = false;
  at("approve").onclick = () => resolve(clientSecret, true);
  at("fail").onclick = () => resolve(clientSecret, false);
  resize();
}

addEventListener("message", event => {
  if (event.origin !== service) return;
  if (event.data.type === "collect") tell({ type: "paymentMethod", id: at("card").value });
  if (event.data.type === "confirm") askTheHolder(event.data);
});
resize();
tell({ type: "ready" });

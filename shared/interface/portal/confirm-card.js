"use strict";
// The token stays in this page's memory: it is in no address and no storage.
const at = id => document.getElementById(id);
const here = location.origin + location.pathname;
const base = new URL("../v1/accounts/", here);
const back = new URLSearchParams(location.search);
if (location.search) history.replaceState(null, "", here);

function say(text, kind = "") {
  at("message").textContent = text;
  at("message").className = kind;
}

// The payment provider adds these when the bank sends the browser back. Only the service knows what came of it.
if (back.get("redirect_status") === "succeeded") say("The card is confirmed. You can close this page.", "good");
else if (back.get("redirect_status") === "failed") say("The card is not confirmed. Sign in to try again.", "bad");
else if (back.has("setup_intent")) say("You are back from the bank. Sign in to see whether the card is confirmed.");

async function ask(method, body) {
  const address = new URL(`${encodeURIComponent(at("account").value.trim())}/payment-methods`, base);
  const headers = { Authorization: `Bearer ${at("token").value.trim()}`, "Content-Type": "application/json" };
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) throw new Error(`${value.title}: ${value.detail}`);
  return value;
}

async function confirmCard(card) {
  const answer = await ask("POST", { paymentMethod: card.id, returnUrl: here });
  if (answer.redirectUrl) location.assign(answer.redirectUrl);
  else {
    await show();
    say("The card is confirmed. You can close this page.", "good");
  }
}

function line(card) {
  const [year, month] = card.expiry.split("-");
  const name = document.createElement("span");
  const expiry = document.createElement("small");
  const button = document.createElement("button");
  name.append(`${card.brand[0].toUpperCase()}${card.brand.slice(1)} ending in ${card.lastFour}`, expiry);
  expiry.textContent = `Expires ${month}/${year}`;
  button.textContent = "Confirm with the bank";
  button.onclick = () => attempt(button, () => confirmCard(card));
  const item = document.createElement("li");
  item.append(name, button);
  return item;
}

async function show() {
  const cards = (await ask("GET")).items.filter(card => card.needsHolder);
  at("cards").replaceChildren(...cards.map(line));
  say(cards.length ? "" : "No card waits for its holder.");
}

async function attempt(button, work) {
  button.disabled = true;
  try { await work(); } catch (error) { say(error.message, "bad"); }
  button.disabled = false;
}

at("sign-in").onsubmit = event => { event.preventDefault(); attempt(event.submitter, show); };

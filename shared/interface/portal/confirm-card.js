"use strict";
// The token stays in this page's memory: it is in no address and no storage.
const at = id => document.getElementById(id);
const here = location.origin + location.pathname;
const base = new URL("../v1/accounts/", here);
const returned = new URLSearchParams(location.search).get("redirect_status");
if (location.search) history.replaceState(null, "", here);
const say = text => { at("message").textContent = text; };
if (returned) say(returned === "succeeded" ? "The card is confirmed." : "The card is not confirmed.");

async function ask(method, body) {
  const address = new URL(`${encodeURIComponent(at("account").value.trim())}/payment-methods`, base);
  const headers = { Authorization: `Bearer ${at("token").value.trim()}`, "Content-Type": "application/json" };
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.detail ?? value.title);
  return value;
}

async function confirmCard(card) {
  const answer = await ask("POST", { paymentMethod: card.id, returnUrl: here });
  if (answer.redirectUrl) location.assign(answer.redirectUrl);
  else await show();
}

function line(card) {
  const item = document.createElement("li");
  item.append(`${card.brand} ending in ${card.lastFour}, expires ${card.expiry} `);
  const button = document.createElement("button");
  button.textContent = "Confirm with the bank";
  button.onclick = () => attempt(() => confirmCard(card));
  item.append(button);
  return item;
}

async function show() {
  const cards = (await ask("GET")).items.filter(card => card.needsHolder);
  at("cards").replaceChildren(...cards.map(line));
  say(cards.length ? "" : "No card waits for its holder.");
}

async function attempt(work) {
  try { await work(); } catch (error) { say(error.message); }
}

at("sign-in").onsubmit = event => { event.preventDefault(); attempt(show); };

// Signs people in on a development machine: they choose an account and a part to play. The portal loads this module as
// it would load another organisation's own sign-in; it is never deployed.
const HERE = new URL(".", import.meta.url);
const KEY = "persona";
const LIFE = 50 * 60 * 1000;
const PARTS = [
  ["manager", "Administrator", "sees everything and changes settings"],
  ["reader", "Reader", "sees everything, changes nothing"],
  ["operator", "Operator", "compares carriers' exports, too"],
  ["nobody", "Nobody", "has no role at all"],
];
let kept = null;

const chosen = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");

async function ask(path, method = "GET", body = undefined) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(new URL(path, HERE), { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function accountBox(account, choose) {
  const { amount, currency } = account.balance;
  const money = new Intl.NumberFormat("en", { style: "currency", currency }).format(Number(amount));
  const buttons = PARTS.map(([part, name, what]) =>
    element("button", { type: "button", className: "persona", title: what, onclick: () => choose(account.account, part) },
      name));
  return element("section", { className: "persona-account" },
    element("h2", { textContent: account.name ?? "An account" }),
    element("p", {}, `${money} · ${account.account}`),
    element("div", { className: "persona-parts" }, ...buttons));
}

async function show(container, choose) {
  const { items } = await ask("personas/accounts");
  const open = element("button", { type: "button", className: "persona", textContent: "Open a new account as its administrator" });
  open.onclick = async () => choose((await ask("personas/accounts", "POST")).account, "manager");
  container.replaceChildren(
    element("h1", { textContent: "Communications Credits" }),
    element("p", { className: "persona-note" },
      "Local persona: this computer signs nobody in. Choose an account and the part that you play."),
    ...items.map(account => accountBox(account, choose)),
    items.length ? "" : element("p", { textContent: "There is no account yet." }),
    open);
}

export async function signIn(container) {
  if (chosen()) return;
  await new Promise((done, failed) => {
    show(container, (account, part) => {
      sessionStorage.setItem(KEY, JSON.stringify({ account, part }));
      done();
    }).catch(failed);
  });
}

export async function token() {
  const persona = chosen();
  if (!persona) return null;
  if (!kept || kept.until < Date.now() || kept.account !== persona.account || kept.part !== persona.part) {
    kept = { ...persona, until: Date.now() + LIFE, ...(await ask("personas/token", "POST", persona)) };
  }
  return kept.token;
}

export async function signOut() {
  sessionStorage.removeItem(KEY);
  kept = null;
}

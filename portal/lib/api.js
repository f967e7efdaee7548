// The service's HTTP interface, with the token of the person who is signed in. The account is the token's tenant.
const BASE = new URL("../../../v1/", import.meta.url);
const MANAGE = "Credits.Manage";
const READ = "Credits.Read";
const OPERATE = "Credits.Operate";
const PAGE = 1000;
let sign = null;
export const session = { account: "", roles: [], canManage: false, canRead: false, canOperate: false };

/** An error of the service (RFC 9457). */
export class Problem extends Error {
  constructor(status, { code = "internal", detail = "", errors = [], correlationId = "" }) {
    super(detail || code);
    Object.assign(this, { status, code, detail, errors, correlationId });
  }
}

/** What *work* resolves to, or *otherwise* where the service has no such thing. */
export const orMissing = (work, otherwise) => work.catch(error => {
  if (error instanceof Problem && error.status === 404) return otherwise;
  throw error;
});

/** Uses a module that signs people in, and reads who is signed in from the token. */
export async function useSignIn(module) {
  sign = module;
  const token = await sign.token();
  const padded = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(padded), letter => letter.codePointAt(0))));
  const roles = claims.roles ?? [];
  Object.assign(session, {
    account: claims.tid, roles, canManage: roles.includes(MANAGE), canRead: roles.includes(READ), canOperate: roles.includes(OPERATE),
  });
}

export const signOut = () => sign.signOut();

async function send(method, path, { query = {}, body, file, headers = {} } = {}) {
  const address = new URL(path.startsWith("/") ? path.slice(1) : `accounts/${session.account}/${path}`.replace(/\/$/, ""), BASE);
  for (const [name, value] of Object.entries(query)) if (value) address.searchParams.set(name, value);
  const answer = await fetch(address, {
    method,
    headers: {
      Authorization: `Bearer ${await sign.token()}`, ...headers,
      ...(file ? { "Content-Type": "application/octet-stream" } : body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
  });
  return answer;
}

async function valueOf(answer) {
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer.json();
}

/** The JSON at a path. A path without a leading slash is one of the account's. */
export const read = async (path, query) => valueOf(await send("GET", path, { query }));

/** Settings with their ETag. */
export async function readSettings(path) {
  const answer = await send("GET", path);
  return { value: await valueOf(answer), etag: answer.headers.get("ETag") };
}

export const saveSettings = async (path, body, etag) =>
  valueOf(await send("PUT", path, { body, headers: { "If-Match": etag } }));

export const put = async (path, body) => valueOf(await send("PUT", path, { body }));
export const remove = async path => valueOf(await send("DELETE", path));

/** A POST; *key* makes a repeat harmless. */
export const post = async (path, body, key) =>
  valueOf(await send("POST", path, { body, headers: key ? { "Idempotency-Key": key } : {} }));

/** A POST of a file. */
export const sendFile = async (path, query, file) => valueOf(await send("POST", path, { query, file }));

/** Waits as long as an answer asks for. */
const waited = answer => new Promise(later => setTimeout(later, 1000 * Number(answer.headers.get("Retry-After") ?? 2)));

/** The JSON at a path, again and again as the service asks for with `Retry-After`, until it no longer does. */
export async function* readWhileChanging(path) {
  for (;;) {
    const answer = await send("GET", path);
    yield await valueOf(answer);
    if (!answer.headers.has("Retry-After")) return;
    await waited(answer);
  }
}

/** The items of a list, page by page, at most *most*. */
export async function list(path, query = {}, most = PAGE) {
  const items = [];
  let after = "";
  do {
    const page = await read(path, { ...query, limit: String(Math.min(PAGE, most)), after });
    items.push(...page.items);
    after = page.next;
  } while (after && items.length < most);
  return items;
}

/** A file of the service as a download: its address needs the token, so a plain link would not do. A large file is in
 * the storage, whose link needs no token and may only be followed by the browser itself. */
export async function download(path, query, name) {
  const asked = { query, headers: { Prefer: "return=minimal" } };
  let answer = await send("GET", path, asked);
  while (answer.status === 202) {
    await waited(answer);
    answer = await send("GET", path, asked);
  }
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  const link = document.createElement("a");
  const stored = answer.headers.get("Location");
  link.href = stored ?? URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  if (!stored) setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

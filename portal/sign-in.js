// Signs people in with Microsoft Entra. Tokens stay in this tab: MSAL keeps them in its session storage.
import "./vendor/msal.js";

const { clientId, authority, scope } = JSON.parse(document.querySelector("meta[name=credits]").content);
const scopes = [scope];
let application = null;

async function started() {
  if (application) return application;
  application = new globalThis.msal.PublicClientApplication({
    auth: { clientId, authority, redirectUri: new URL("portal/signed-in", new URL("/api/", location)).href },
    cache: { cacheLocation: "sessionStorage" },
  });
  await application.initialize();
  const answer = await application.handleRedirectPromise();
  if (answer?.account) application.setActiveAccount(answer.account);
  return application;
}

export async function signIn() {
  const msal = await started();
  if (!msal.getActiveAccount() && msal.getAllAccounts().length) msal.setActiveAccount(msal.getAllAccounts()[0]);
  if (msal.getActiveAccount()) return;
  await msal.loginRedirect({ scopes });
  await new Promise(() => {});
}

export async function token() {
  const msal = await started();
  if (!msal.getActiveAccount()) return null;
  try {
    return (await msal.acquireTokenSilent({ scopes })).accessToken;
  } catch (error) {
    if (error instanceof globalThis.msal.InteractionRequiredAuthError) await msal.acquireTokenRedirect({ scopes });
    throw error;
  }
}

export async function signOut() {
  await (await started()).logoutRedirect();
}

// Starts the portal: texts, sign-in, the frame around the pages, and the page that the address names.
import "./vendor/fluent.js";
import { session, signOut, useSignIn } from "./lib/api.js";
import { h } from "./lib/dom.js";
import { FIRST, GROUPS, OPERATING, PAGES, groupOf } from "./lib/menu.js";
import { failure, loaded, message } from "./lib/parts.js";
import { LANGUAGES, chooseLanguage, currentLanguage, t, useLanguage } from "./lib/text.js";

const portal = document.getElementById("portal");
const { signIn: signInModule } = JSON.parse(document.querySelector("meta[name=credits]").content);

const wantedPage = () => {
  const [page, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return { page: PAGES.includes(page) ? page : FIRST, argument: decodeURIComponent(rest.join("/")) };
};

function languageChoice() {
  const choice = h("select", { class: "control", "aria-label": t("frame.language") },
    Object.entries(LANGUAGES).map(([tag, name]) => h("option", { value: tag, lang: tag, selected: tag === currentLanguage() }, name)));
  choice.addEventListener("change", async () => {
    chooseLanguage(choice.value);
    await useLanguage(choice.value);
    frame();
    portal.querySelector("header select").focus();
  });
  return choice;
}

const isInMenu = page => session.canOperate || !OPERATING.includes(page);

function menu(page) {
  return h("nav", { class: "menu", id: "menu", "aria-label": t("frame.menu") }, GROUPS.map(([group, pages]) =>
    h("div", {}, h("h2", {}, t(group)), h("ul", {}, pages.filter(isInMenu).map(each =>
      h("li", {}, h("a", { href: `#/${each}`, "aria-current": each === page ? "page" : null }, t(`page.${each}`))))))));
}

function menuButton() {
  const made = h("button", { class: "menu-button", "aria-expanded": "false", "aria-controls": "menu" }, t("frame.menu"));
  made.addEventListener("click", () => {
    const isOpen = document.getElementById("menu").classList.toggle("open");
    made.setAttribute("aria-expanded", String(isOpen));
  });
  return made;
}

async function leave() {
  await signOut();
  location.hash = "";
  location.reload();
}

function frame() {
  portal.replaceChildren(
    h("a", { class: "skip", href: "#content", on: { click: event => { event.preventDefault(); document.getElementById("content").focus(); } } }, t("frame.skip")),
    h("header", {},
      h("p", { class: "product" }, h("span", { class: "steps" }, `${t("frame.products")} / `), h("b", {}, t("frame.product"))),
      menuButton(),
      h("div", { class: "right" }, languageChoice(),
        h("fluent-button", { appearance: "subtle", on: { click: leave } }, t("frame.sign_out")))),
    h("div", { class: "body" }, menu(FIRST), h("main", { id: "content", tabindex: "-1" })));
  show();
}

async function show({ focus = false } = {}) {
  const { page, argument } = wantedPage();
  const content = document.getElementById("content");
  if (!content) return;
  document.getElementById("menu").replaceWith(menu(page));
  document.querySelector(".menu-button").setAttribute("aria-expanded", "false");
  document.title = `${t(`page.${page}`)} · ${t("frame.product")}`;
  const heading = h("h1", { tabindex: "-1" }, t(`page.${page}`));
  content.replaceChildren(h("p", { class: "steps" }, t(groupOf(page))), heading);
  if (!session.canRead && !OPERATING.includes(page)) content.append(message("warning", t("state.no_role")));
  else content.append(loaded(async again => (await import(`./pages/${page}.js`)).render({ argument, again })));
  if (focus) heading.focus();
  scrollTo(0, 0);
}

async function start() {
  await useLanguage();
  document.title = t("frame.product");
  try {
    const module = await import(signInModule || "./sign-in.js");
    const place = h("main", { class: "signing-in" });
    portal.replaceChildren(place);
    await module.signIn(place, currentLanguage());
    await useSignIn(module);
    frame();
    addEventListener("hashchange", () => show({ focus: true }));
  } catch (error) {
    console.warn(error);
    portal.replaceChildren(h("main", { class: "signing-in" }, h("h1", {}, t("frame.product")), failure(error, start)));
  }
  portal.setAttribute("aria-busy", "false");
}

start();

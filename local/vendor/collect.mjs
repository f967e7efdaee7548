// Copies the libraries that the portal loads from node_modules into portal/vendor, and writes the colours and sizes of
// Fluent's themes as one style sheet, so that the page needs no script to have them.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { teamsHighContrastTheme, webDarkTheme, webLightTheme } from "@fluentui/tokens";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "..", "portal", "vendor");
const from = (...parts) => join(here, "node_modules", ...parts);

const FILES = {
  "fluent.js": ["@fluentui/web-components", "dist/web-components.min.js"],
  "uplot.css": ["uplot", "dist/uPlot.min.css"],
  "msal.js": ["@azure/msal-browser", "lib/msal-browser.min.js"],
  "msal-redirect.js": ["@azure/msal-browser", "lib/redirect-bridge/msal-redirect-bridge.min.js"],
};
const MICROSOFT = "Copyright (c) Microsoft Corporation. MIT licence (https://opensource.org/license/mit).";

const packageOf = name => JSON.parse(readFileSync(from(name, "package.json"), "utf8"));

function checkVersions() {
  const wanted = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).dependencies;
  for (const [name, version] of Object.entries(wanted)) {
    const found = packageOf(name).version;
    if (found !== version) throw new Error(`${name} is ${found}, and package.json asks for ${version}`);
  }
}

const rules = theme => Object.entries(theme).map(([name, value]) => `--${name}:${value}`).join(";");

function differing(theme) {
  return Object.fromEntries(Object.entries(theme).filter(([name, value]) => webLightTheme[name] !== value));
}

function themes() {
  const scheme = (name, theme) => `@media (${name}){:root{${rules(differing(theme))}}}`;
  return [
    `:root{color-scheme:light dark;${rules(webLightTheme)}}`,
    scheme("prefers-color-scheme:dark", webDarkTheme),
    scheme("forced-colors:active", teamsHighContrastTheme),
  ].join("\n") + "\n";
}

function notices() {
  const names = [...new Set([...Object.values(FILES).map(([name]) => name), "@fluentui/tokens"])].sort();
  const parts = names.map(name => {
    const licence = existsSync(from(name, "LICENSE")) ? readFileSync(from(name, "LICENSE"), "utf8").trim() : MICROSOFT;
    return `## ${name} ${packageOf(name).version}\n\n${licence}\n`;
  });
  return `# Licences of the libraries in this folder\n\n\`./dev vendor\` writes this file.\n\n${parts.join("\n")}`;
}

checkVersions();
mkdirSync(target, { recursive: true });
for (const [name, [library, path]] of Object.entries(FILES)) copyFileSync(from(library, path), join(target, name));
// The package's module is not minified; its script becomes one with a line more.
writeFileSync(join(target, "uplot.js"), `${readFileSync(from("uplot", "dist/uPlot.iife.min.js"), "utf8")}\nexport default uPlot;\n`);
writeFileSync(join(target, "themes.css"), themes());
writeFileSync(join(target, "NOTICES.md"), notices());

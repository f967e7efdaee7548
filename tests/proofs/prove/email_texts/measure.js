const rgb = (text) => text.match(/[0-9.]+/g).map(Number);
const part = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
function contrast(a, b) {
  const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}
function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const colour = rgb(each.ownerDocument.defaultView.getComputedStyle(each).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
}
function measured(frame) {
  const page = frame.contentDocument, found = { width: page.documentElement.scrollWidth, contrast: 99, size: 99, cut: "" };
  const texts = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim()) continue;
    const style = frame.contentWindow.getComputedStyle(element);
    found.contrast = Math.min(found.contrast, contrast(rgb(style.color), behind(element)));
    found.size = Math.min(found.size, parseFloat(style.fontSize));
    const range = page.createRange();
    range.selectNodeContents(texts.currentNode);
    if (range.getBoundingClientRect().right > page.documentElement.clientWidth + 0.5) found.cut = texts.currentNode.data;
  }
  found.dark = frame.contentWindow.matchMedia("(prefers-color-scheme: dark)").matches;
  return found;
}
addEventListener("load", () => {
  const frames = Object.fromEntries([...document.querySelectorAll("iframe")].map((each) => [each.title, measured(each)]));
  document.getElementById("measured").textContent = JSON.stringify(frames);
});

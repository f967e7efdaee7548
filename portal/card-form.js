// Stripe's form in a frame of its own, so that the portal's page loads no script of the provider. The portal sends
// {type: "collect"}, answered by {type: "paymentMethod", id}, and {type: "confirm", clientSecret}, answered by
// {type: "confirmed", ok}. The frame also sends {type: "ready"}, {type: "size", height}, {type: "error", message}.
const { publishableKey } = JSON.parse(document.querySelector("meta[name=credits]").content);
const tell = message => { if (parent !== window) parent.postMessage(message, location.origin); };
const stripe = Stripe(publishableKey, { locale: new URLSearchParams(location.hash.slice(1)).get("language") ?? "auto" });
const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "stripe";
const elements = stripe.elements({ mode: "setup", currency: "usd", paymentMethodCreation: "manual", appearance: { theme } });
const form = document.getElementById("form");

async function collect() {
  const { error } = await elements.submit();
  const made = error ? { error } : await stripe.createPaymentMethod({ elements });
  tell(made.error ? { type: "error", message: made.error.message } : { type: "paymentMethod", id: made.paymentMethod.id });
}

async function confirm(clientSecret) {
  const { error } = await stripe.handleNextAction({ clientSecret });
  tell({ type: "confirmed", ok: !error });
}

addEventListener("message", event => {
  if (event.origin !== location.origin || event.source !== parent) return;
  if (event.data.type === "collect") collect();
  if (event.data.type === "confirm") confirm(event.data.clientSecret);
});
const field = elements.create("payment");
field.on("ready", () => tell({ type: "ready" }));
field.mount(form);
new ResizeObserver(() => tell({ type: "size", height: form.offsetHeight + 4 })).observe(form);

// Asks a moment after the last change, and drops an answer that a later change has overtaken.

/** A function that runs *work* with its arguments once it has not been called for *wait* milliseconds. *show* gets what
 * the newest call resolved to, *fail* why it did not; older calls tell nobody. */
export function latest(work, { show, fail, wait = 250 }) {
  let newest = 0;
  let timer = null;
  return (...asked) => {
    newest += 1;
    const mine = newest;
    clearTimeout(timer);
    timer = setTimeout(async () => {
      try {
        const answer = await work(...asked);
        if (mine === newest) show(answer);
      } catch (error) {
        if (mine === newest) fail(error);
      }
    }, wait);
  };
}

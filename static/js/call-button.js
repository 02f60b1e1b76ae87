/** The button for a private call, with its price, on the watch page. What it opens is fetched by itself. */
import {write} from "footlight/dom";
import {gettext, interpolate, number} from "footlight/i18n";

/**
 * @param {{show: import("./show.js").Show, stage: import("./stage.js").Stage, purse: import("./purse.js").Purse,
 *   page: {cid: string, me: object | null}, skew: number}} parts
 */
export async function mountCalls(parts) {
  drawButtons(parts.show);
  if (!document.getElementById("call-ask")) return; // a guest, or the host
  const {ViewerCalls} = await import("footlight/call-viewer");
  new ViewerCalls(parts);
}

/** Where the host takes calls, with the price; while the host is in one, not to be pressed. */
function drawButtons(show) {
  const buttons = document.querySelectorAll("[data-calls]");
  const draw = () => {
    const {call_price: price = null, state} = show.channel ?? {};
    write("call-price-now", number(price ?? 0));
    for (const button of buttons) {
      button.hidden = price === null;
      if (button.matches("button")) button.disabled = !["live", "lost"].includes(state);
      const words = price ? gettext("Private call, %(price)s coins a minute") : gettext("Private call");
      if (button.matches("button.btn-icon")) button.ariaLabel = interpolate(words, {price: number(price)});
    }
  };
  show.on("change", draw);
  draw();
}

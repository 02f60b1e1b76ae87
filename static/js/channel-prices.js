/** What a channel costs: the host writes it, and it holds for those who come in from then on. */
import {pageData, toast, write} from "footlight/dom";
import {gettext} from "footlight/i18n";
import {rest} from "footlight/rest";

const form = document.getElementById("prices");
const path = `channels/${pageData().cid}/prices/`;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  const fields = {};
  for (const input of form.querySelectorAll("input")) fields[input.name] = input.value.trim() === "" ? null : Number(input.value);
  button.disabled = true;
  write("prices-error", "", form);
  try {
    const prices = await rest("PATCH", path, fields);
    for (const input of form.querySelectorAll("input")) input.value = String(prices[input.name]);
    toast(gettext("The prices are saved. Who is watching already keeps the old one."));
  } catch (error) {
    write("prices-error", error.message, form);
  }
  button.disabled = false;
});

/** The wallet page: what one has, where it came from and went, and what a host may ask for. */
import {pageData, write} from "footlight/dom";
import {number} from "footlight/i18n";
import {mountLetters} from "footlight/letters";
import {Payouts} from "footlight/payouts";
import {Purse} from "footlight/purse";
import {mountPurse, ownSocket} from "footlight/purse-chip";
import {rest} from "footlight/rest";
import {tellPurchase} from "footlight/purchase";
import {Statement} from "footlight/statement";
import {mountTopUp} from "footlight/top-up";

const SOON = 300; // ms in which several moves are one look at the statement

const root = document.getElementById("wallet");
const page = pageData();
const purse = new Purse(mountPurse.written());
const statement = new Statement(root.querySelector(".statement"), page.kinds);
const payouts = new Payouts(document.getElementById("payout"), purse);
const me = ownSocket();
let timer = 0;

mountPurse(purse);
mountLetters(me);
purse.follow(me);
purse.on("change", drawPurse);
me.on("wallet.changed", look);
me.on("me.welcome", ({again}) => again && look());
me.on("payout.changed", () => payouts.load());
me.on("state", (state, {why}) => state === "ended" && why === "signed_out" && location.reload());
me.open();
tellPurchase(document.getElementById("purchase"), page.purchases, me);
statement.load();
load().then((wallet) => mountTopUp(document.getElementById("top-up"), purse, {packs: wallet?.packs}));

async function load() {
  const wallet = await rest("GET", "wallet/").catch(() => null);
  if (!wallet) return null;
  purse.set(wallet.balance);
  write("earned", number(wallet.earned), root);
  payouts.show(wallet.payout);
  return wallet;
}

/** Something moved: the newest rows and the figures beside them are asked for once. */
function look() {
  clearTimeout(timer);
  timer = setTimeout(() => Promise.all([statement.load(), load()]), SOON);
}

function drawPurse(free) {
  const box = root.querySelector(".purse");
  box.toggleAttribute("data-empty", !free);
  box.querySelector(".lip").classList.toggle("is-lit", free > 0);
  for (const words of box.querySelectorAll("[data-if]")) words.hidden = (words.dataset.if === "some") !== free > 0;
}

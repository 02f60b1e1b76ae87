/** For pages whose script opens no socket of its own. */
import {mountLetters} from "footlight/letters";
import {ownSocket} from "footlight/purse-chip";

if (document.getElementById("letters")) {
  const me = ownSocket();
  mountLetters(me);
  me.open();
}

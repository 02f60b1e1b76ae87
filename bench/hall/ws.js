// Node's `ws`: every line of standard input goes to everybody.  node ws.js PORT
const { WebSocketServer } = require("ws");
const hall = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false });
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (text) => hall.clients.forEach((viewer) => viewer.send(text)));

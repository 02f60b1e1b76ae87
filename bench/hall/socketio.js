// Socket.IO over its websocket transport: every line of standard input goes to everybody.  node socketio.js PORT
const { Server } = require("socket.io");
const hall = new Server({ transports: ["websocket"], perMessageDeflate: false });
hall.listen(Number(process.argv[2]));
const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (text) => hall.emit("chat", JSON.parse(text)));

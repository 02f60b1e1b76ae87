/** Runs before a page's own scripts and writes down when what first happened, in ms since 1970. */
(() => {
  const marks = (window.benchMarks = {});
  window.benchConnections = [];
  window.benchNow = () => performance.timeOrigin + performance.now();
  const waiting = new Map();

  function mark(name) {
    marks[name] ??= window.benchNow();
    waiting.get(name)?.();
  }

  /** Forgets what was, and resolves with all marks when this one is made. */
  window.benchAnew = (name) => {
    for (const old of Object.keys(marks)) delete marks[old];
    return window.benchMarked(name);
  };

  window.benchMarked = async (name) => {
    if (!(name in marks)) await new Promise((resolve) => waiting.set(name, resolve));
    return marks;
  };

  function heard(frame) {
    mark(`heard ${frame.type}`);
    if (frame.type === "channel.changed") mark(`channel ${frame.channel.state}`);
  }

  window.WebSocket = class extends WebSocket {
    constructor(url, ...rest) {
      super(url, ...rest);
      if (!String(url).includes("/ws/rooms/")) return;
      mark("room socket");
      this.addEventListener("message", ({data}) => [JSON.parse(data)].flat().forEach(heard));
    }

    send(text) {
      mark(`sent ${JSON.parse(text).type}`);
      super.send(text);
    }
  };

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      window.benchConnections.push(this);
      this.addEventListener("connectionstatechange", () => mark(`line ${this.connectionState}`));
    }
  };

  const seen = new WeakSet();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll("video")) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback(() => mark("first frame"));
    }
  }).observe(document, {childList: true, subtree: true});
})();

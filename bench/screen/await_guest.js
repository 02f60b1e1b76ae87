/** From now on `benchGuest` promises the moment of the first frame of whoever comes beside the host. */
async () => {
  const tiles = () => [...document.querySelectorAll(".stage-view:not(.stage-mix) video")];
  const comes = new Promise((resolve) => {
    const look = () => tiles().length > 1 && resolve(tiles().at(-1));
    new MutationObserver(look).observe(document.querySelector(".stage-view"), {childList: true});
  });
  window.benchGuest = comes.then((video) => new Promise((shown) => video.requestVideoFrameCallback(() => shown(benchNow()))));
};

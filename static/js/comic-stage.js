/** Keeps a stage in step with everybody on it: names, seats, microphones, and the light under whoever speaks. */
import {peopleOf} from "footlight/on-stage";
import {Speaking} from "footlight/speaking";

/**
 * @param {import("./show.js").Show} show
 * @param {import("./stage.js").Stage} stage
 * @param {import("./client/comic-state.js").Seating} seating
 * @param {{own?: () => object | null, without?: () => string | undefined, spoke?: (feed: string, speaks: boolean) => void}} [more]
 * `own`: the stay this page sends, where it has a tile; `without`: a stay that has none
 * @returns {{draw: () => void, listen: () => void}} `listen` after streams came or went
 */
export function dressStage(show, stage, seating, {own = () => null, without = () => undefined, spoke = () => {}} = {}) {
  const speaking = new Speaking();
  speaking.on("speaking", (feed, speaks) => {
    stage.setSpeaking(feed, speaks);
    spoke(feed, speaks);
  });
  const draw = () => {
    stage.preset = show.channel?.layout ?? "grid";
    stage.setPeople(peopleOf(show, seating, own()).filter(({sid}) => sid !== without()));
  };
  seating.on("change", draw);
  return {draw, listen: () => speaking.follow(stage.streams)};
}

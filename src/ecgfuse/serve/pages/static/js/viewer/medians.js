/** The median beat of every class. */

import { byId, el } from "../dom.js";
import { badge, inOrder, meaning } from "../format.js";
import { t, tn } from "../i18n.js";
import { readColours } from "./colours.js";
import { drawWave } from "./wave.js";

/** Show them, all at one scale of time. */
export function showMedians(medians) {
  const colours = readColours();
  const tiles = inOrder(Object.keys(medians)).map((name) => {
    const wave = medians[name];
    const canvas = el("canvas", { class: "wave", role: "img", "aria-label": t("Median beat of class {name}", { name }) });
    const caption = el("figcaption", {}, badge(name), ` ${meaning(name)}, ${tn("{n} beat", "{n} beats", wave.n)}`);
    return { canvas, wave, colour: colours.classes[name], figure: el("figure", {}, canvas, caption) };
  });
  byId("medians").replaceChildren(...tiles.map(({ figure }) => figure));
  tiles.forEach(({ canvas, wave, colour }) => drawWave(canvas, wave, { colour }));
}

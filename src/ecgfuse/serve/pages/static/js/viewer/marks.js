/** Marks of beats in the strip: letters, the chosen beat, mismatches, flags, missing signal. */

import { letter, reason } from "../format.js";
import { t } from "../i18n.js";
import { isMismatch } from "./beats.js";

const LETTER_PX = 13; // distance of beats with room for all letters
const LINE_PX_PER_S = 4; // below this, only the overview shows beats
const FLAG_PX = 70; // distance of beats with room for their flags
const DIMMED = 0.22;

/** Draw the marks of beats above the leads. */
export function drawBeats(context, { state, beats, top, height, colours }) {
  if (state.pxPerS < LINE_PX_PER_S) return;
  const places = beats.map((beat) => (beat.timeS - state.startS) * state.pxPerS);
  const spacing = beats.length > 1 ? (places.at(-1) - places[0]) / (beats.length - 1) : Infinity;
  beats.forEach((beat, i) => {
    const x = places[i];
    const chosen = beat.sample === state.selected;
    context.globalAlpha = chosen || state.shows(beat.name) ? 1 : DIMMED;
    if (chosen) drawChosen(context, { x, top, height, state, colours });
    drawLine(context, { beat, x, top, height, colours });
    if (spacing >= LETTER_PX || beat.name !== "N" || chosen) drawLetter(context, { beat, x, top, colours, chosen });
    if (beat.flag && spacing >= FLAG_PX) drawFlag(context, { beat, x, top, colours });
  });
  context.globalAlpha = 1;
}

function drawChosen(context, { x, top, height, state, colours }) {
  const half = Math.max(8, 0.12 * state.pxPerS);
  context.save();
  context.fillStyle = colours.focus;
  context.globalAlpha = 0.16;
  context.fillRect(x - half, 2, 2 * half, top + height - 2);
  context.restore();
}

function drawLine(context, { beat, x, top, height, colours }) {
  context.beginPath();
  context.moveTo(x, top - 4);
  context.lineTo(x, beat.name === "N" ? top + 5 : top + height);
  context.strokeStyle = colours.classes[beat.name] ?? colours.soft;
  context.lineWidth = 1;
  context.setLineDash(beat.name === "N" ? [] : [1, 5]);
  context.stroke();
  context.setLineDash([]);
}

function drawLetter(context, { beat, x, top, colours, chosen }) {
  const colour = colours.classes[beat.name] ?? colours.soft;
  const y = top - 9;
  context.textAlign = "center";
  context.font = `${beat.name === "N" && !chosen ? "" : "700 "}${chosen ? 16 : 14}px system-ui, sans-serif`;
  context.fillStyle = colour;
  context.fillText(letter(beat.name), x, y);
  if (beat.name !== beat.modelName) drawCorrected(context, { x, y, colour });
  if (isMismatch(beat)) drawMismatch(context, { beat, x, y, colours });
}

/** A corrected label is underlined. */
function drawCorrected(context, { x, y, colour }) {
  context.fillStyle = colour;
  context.fillRect(x - 6, y + 2, 12, 2);
}

/** A label that differs from the reference is outlined, with the reference above it. */
function drawMismatch(context, { beat, x, y, colours }) {
  context.strokeStyle = colours.warn;
  context.lineWidth = 1.6;
  context.strokeRect(x - 9, y - 13, 18, 17);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.warn;
  context.fillText(beat.reference === "" ? "∅" : `(${beat.reference})`, x, y - 16);
}

function drawFlag(context, { beat, x, top, colours }) {
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillStyle = colours.soft;
  context.fillText(reason(beat.flag), x, top + 14);
}

/** Mark the beats of the reference that the program did not find. */
export function drawMissed(context, { state, times, top, height, colours }) {
  if (state.pxPerS < LINE_PX_PER_S) return;
  context.strokeStyle = colours.warn;
  context.fillStyle = colours.warn;
  context.lineWidth = 1.6;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  for (const timeS of times) {
    if (timeS < state.startS || timeS > state.endS) continue;
    const x = (timeS - state.startS) * state.pxPerS;
    context.setLineDash([5, 4]);
    context.strokeRect(x - 9, top - 22, 18, height + 20);
    context.setLineDash([]);
    context.fillText(t("missed"), x, top - 26);
  }
}

/** Hatch the stretches without a usable signal, and say why. */
export function drawSpans(context, { state, spans, top, height, colours }) {
  for (const [fromS, toS, why] of spans) {
    if (toS < state.startS || fromS > state.endS) continue;
    const left = Math.max(0, (fromS - state.startS) * state.pxPerS);
    const right = Math.min(state.width, (toS - state.startS) * state.pxPerS);
    hatch(context, { left, right, top, height, colour: colours.soft });
    if (right - left > 60) {
      context.font = "12px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillStyle = colours.ink;
      context.fillText(reason(why), (left + right) / 2, top + height - 8);
    }
  }
}

function hatch(context, { left, right, top, height, colour }) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, height);
  context.clip();
  context.beginPath();
  for (let x = left - height; x < right; x += 12) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.globalAlpha = 0.22;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
  context.restore();
}

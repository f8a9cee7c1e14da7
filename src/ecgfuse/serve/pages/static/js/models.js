/** The choice of a model, with its measured performance beside it. */

import { el } from "./dom.js";
import { number } from "./format.js";
import { t } from "./i18n.js";

/** What a model is called. */
export function modelTitle({ name, title }) {
  return {
    best: t("Best network"),
    causal: t("Network without look-ahead"),
    early: t("Early fusion"),
    late: t("Late fusion"),
    hybrid: t("Hybrid fusion"),
    small: t("Small network"),
    waveform: t("Waveform alone"),
    rr: t("RR intervals alone"),
    concat: t("Concatenation"),
    film: t("FiLM"),
    gated_concat: t("Gated concatenation"),
    cnn_lstm: t("CNN-LSTM"),
    cnn_lstm_dropout: t("CNN-LSTM with dropout"),
    ensemble: t("Ensemble of two CNN-LSTMs"),
    transformer: t("Transformer"),
    transformer_published: t("Transformer as published"),
  }[name] ?? title ?? name;
}

/** What was measured of a model, in one sentence; empty if nothing was. */
export function performanceText(model) {
  const measured = model?.performance;
  if (!measured) return "";
  const names = { macro_f1: t("macro F1"), f1: t("F1"), accuracy: t("accuracy"), sensitivity: t("Se"), ppv: t("+P") };
  const parts = Object.entries(names)
    .filter(([key]) => typeof measured[key] === "number")
    .map(([key, name]) => `${name} ${number(measured[key], 3)}`);
  const place = measured.dataset ? t("measured on {dataset}", { dataset: measured.dataset }) : "";
  return [parts.join(", "), place].filter(Boolean).join(" · ");
}

/** The note under a model's name: what is special about it, and its performance. */
export function modelNote(model) {
  if (!model) return "";
  const waits = model.look_ahead_s
    ? t("Waits for {n} s after a beat.", { n: number(model.look_ahead_s, 1) })
    : "";
  return [performanceText(model), waits].filter(Boolean).join(" · ");
}

/** Fill a select with models. */
export function fillModels(select, models, chosen = null) {
  const options = models.map((model) =>
    el("option", { value: model.name, selected: model.name === chosen, "data-kind": model.kind }, label(model)),
  );
  select.append(...options);
}

function label(model) {
  const measured = model.performance;
  const f1 = measured?.macro_f1 ?? measured?.f1;
  const name = modelTitle(model);
  return typeof f1 === "number" ? `${name} (F1 ${number(f1, 2)})` : name;
}

/** Offer those models only that can judge single beats without their recording, or all. */
export function offerModels(select, singleBeats) {
  for (const option of select.options) {
    const unfit = singleBeats && option.dataset.kind === "recording";
    option.hidden = unfit;
    option.disabled = unfit;
    if (unfit && option.selected) select.value = "";
  }
}

/** One beat in a window of its own. */

import { api, pageUrl } from "./api.js";
import { byId, showProblem } from "./dom.js";
import { beatFacts, fillFacts } from "./viewer/beat_panel.js";
import { drawWave } from "./viewer/wave.js";

const { recording: id, sample } = byId("page").dataset;
const parameters = new URLSearchParams(location.search);

function readyAnalysis({ analyses }) {
  const wanted = parameters.get("analysis");
  return analyses.find((one) => one.id === wanted) ?? analyses.find(({ status }) => status === "done");
}

/** A beat of the API in the form of the viewer. */
function asBeat(found) {
  return {
    sample: found.sample ?? Number(sample),
    timeS: found.time_s,
    name: found.class,
    modelName: found.model_class ?? found.class,
    p: found.p,
    flag: found.flag ?? "",
    reference: found.reference ?? null,
  };
}

async function begin() {
  const recording = await api.recording(id);
  const analysis = readyAnalysis(recording);
  const found = await api.beat(analysis.id, sample);
  const query = new URLSearchParams({ analysis: analysis.id, sample });
  byId("back").href = pageUrl(`/recordings/${id}?${query}`);
  fillFacts(byId("beat-facts"), beatFacts(asBeat(found), recording.start));
  byId("attention-note").hidden = !found.attention;
  const draw = () => drawWave(byId("beat-wave"), found.waveform, { attention: found.attention });
  new ResizeObserver(draw).observe(byId("beat-wave"));
}

begin().catch((error) => showProblem(error, byId("beat-facts")));

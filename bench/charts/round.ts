import { readFileSync } from "node:fs";
import { loadChart, loadChartFolder, printManifest, renderChart, seededRandom } from "@catalyst/charts";

/**
 * Renders a chart in a process of its own and prints what it took as JSON: the first time, as a plan does that meets a
 * chart anew, and again, as every later one does. `node bench/charts/round.ts CHART`.
 */
const [path = ""] = process.argv.slice(2);
/** Enough renderings for the engine to have compiled what it runs often. */
const warmUp = 10;
const measured = 10;

const started = performance.now();
const chart = path.endsWith(".tgz") ? loadChart(readFileSync(path)) : await loadChartFolder(path);
const render = () => {
  const release = { name: "demo", namespace: "default" };
  printManifest(renderChart({ chart, values: {}, release, random: seededRandom("bench") }), {
    includeCrds: true,
  });
};
render();
const first = performance.now() - started;
for (let count = 0; count < warmUp; count++) render();
const begun = performance.now();
for (let count = 0; count < measured; count++) render();
const warm = (performance.now() - begun) / measured;
process.stdout.write(JSON.stringify({ first, warm, memory: process.memoryUsage().rss / 2 ** 20 }));

import type { Chart } from "./chart.ts";
import { chartInvalid } from "./errors.ts";

/**
 * Refuses what no release can be made of: a library, and a chart whose dependencies aren't all there. Throws
 * `chart-invalid` with Helm's text.
 */
export function refuseUninstallable(chart: Chart): void {
  const { type } = chart.metadata;
  if (type !== "" && type !== "application") {
    throw chartInvalid(`${type} charts are not installable`, {
      place: { file: "Chart.yaml" },
      hint: "Render a chart that depends on it.",
    });
  }
  refuseMissingDependencies(
    chart,
    "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ",
  );
}

/**
 * Refuses a chart whose Chart.yaml names dependencies that aren't in the charts folder. `prefix` goes before the
 * message. Throws `chart-invalid`.
 */
export function refuseMissingDependencies(chart: Chart, prefix = ""): void {
  const present = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  const missing = chart.metadata.dependencies.map(({ name }) => name).filter((name) => !present.has(name));
  if (missing.length === 0) return;
  throw chartInvalid(
    `${prefix}found in Chart.yaml, but missing in charts/ directory: ${missing.join(", ")}`,
    {
      hint: "Build the chart's dependencies first.",
    },
  );
}

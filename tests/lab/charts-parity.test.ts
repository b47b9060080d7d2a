import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { findCharts } from "../parity/helm/find.ts";
import { rendererNamed } from "../parity/helm/renderers.ts";
import { compareChart } from "../parity/helm/run.ts";
import { available } from "./available.ts";

const root = resolve(import.meta.dirname, "../..");
/** The functions' chart makes a dozen keys at every rendering: its golden file is enough. */
const slow = "functions";

describe.skipIf(!(await available(import.meta.filename, "helm")))(
  "every variation of a chart written here",
  () => {
    const charts = ["tests/charts", "platform"].flatMap((folder) => findCharts(resolve(root, folder)));

    test.each(charts.filter(({ name }) => name !== slow))(
      "is rendered as helm renders it: $name",
      async (chart) => {
        const [subject, judge] = [await rendererNamed("catalyst"), await rendererNamed("helm")];
        const { differences, renders } = await compareChart(chart, {
          pool: [],
          subject,
          judge,
          limit: 4,
          jobs: 2,
        });
        expect(differences).toEqual([]);
        expect(renders).toBeGreaterThan(0);
      },
    );
  },
);

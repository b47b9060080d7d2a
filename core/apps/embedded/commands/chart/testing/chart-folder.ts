import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../../../cli/main.ts";
import { commandTable } from "../../../cli/table.ts";

/** What a run of a chart command gave. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with the chart `site`, in which chart commands run. */
export interface ChartFolder {
  readonly path: string;
  write(path: string, content: string | Uint8Array): void;
  /** Makes `site` depend on the chart `a`, version 1.0.0, at an address. */
  depend(address: string): void;
  chart(...words: readonly string[]): Promise<Ran>;
  remove(): void;
}

const definition = "apiVersion: v2\nname: site\nversion: 1.0.0\n";

/** Makes the folder with a chart of one template in it. */
export function makeChartFolder(): ChartFolder {
  const path = mkdtempSync(join(tmpdir(), "chart-"));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  };
  write("site/Chart.yaml", definition);
  write("site/templates/a.yaml", "kind: ConfigMap\n");
  return {
    path,
    write,
    depend: (address) => {
      const dependency = `{name: a, version: 1.0.0, repository: "${address}"}`;
      write("site/Chart.yaml", `${definition}dependencies: [${dependency}]\n`);
    },
    chart: (...words) => runChart(path, words),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Runs `chart` with the words in a folder. */
export async function runChart(folder: string, words: readonly string[]): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const exit = await main({
    table: commandTable,
    words: ["chart", ...words],
    folder,
    signal: new AbortController().signal,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exit, stdout, stderr };
}

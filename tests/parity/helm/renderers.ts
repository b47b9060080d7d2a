import type { Chart } from "@catalyst/charts";
import { type ChartCase, renderLoaded } from "../../charts/cases.ts";
import { renderWithHelm } from "../../charts/helm.ts";
import { build } from "../../lab/build.ts";
import { componentNamed, programPath } from "../../lab/lab.ts";
import { loadFound } from "./find.ts";

/** Renders a case of one chart; a failure gives its message after `Error: `. */
export type Render = (options: ChartCase) => Promise<string>;

/** One of the programs that are compared. */
export interface Renderer {
  readonly name: string;
  /** Gets ready to render a chart many times. */
  open(path: string): Promise<Render>;
}

export const catalyst: Renderer = {
  name: "catalyst",
  open: async (path) => {
    let chart: Chart;
    try {
      chart = await loadFound(path);
    } catch (error) {
      return async () => `Error: ${(error as Error).message.trimEnd()}\n`;
    }
    return async (options) => renderLoaded(chart, options);
  },
};

/** Gives the named renderer: `catalyst`, or a program of the lab (`helm`, `helm3`), which is built if it is missing. */
export async function rendererNamed(name: string): Promise<Renderer> {
  if (name === catalyst.name) return catalyst;
  await build(componentNamed(name));
  const program = programPath(name);
  return { name, open: async (path) => (options) => renderWithHelm(program, path, options) };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fluxControllerProcess } from "./flux-process.ts";
import { programPath } from "./lab.ts";
import { type Running, startServer } from "./process.ts";

/** One of Flux's own controllers. */
export type FluxControllerName = "helm-controller" | "kustomize-controller";

/** Starts one for a cluster that has the definitions it needs. Its log goes with it. */
export async function startFluxController(name: FluxControllerName, kubeconfig: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), `catalyst-${name}-`));
  const none = () => "";
  const context = {
    folder,
    signal: new AbortController().signal,
    program: programPath,
    data: none,
    fact: none,
    words: [],
  };
  const running = await startServer(context, await fluxControllerProcess(programPath(name), kubeconfig));
  return {
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programPath } from "./lab.ts";
import { answers, freePort, type Running, startServer } from "./process.ts";

/** Starts Flux's own helm-controller for a cluster that has the definitions. Its log goes with it. */
export async function startController(kubeconfig: string): Promise<Running> {
  const health = `127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), "catalyst-helm-controller-"));
  const none = () => "";
  const context = {
    folder,
    signal: new AbortController().signal,
    program: programPath,
    data: none,
    fact: none,
    words: [],
  };
  const running = await startServer(context, {
    program: programPath("helm-controller"),
    environment: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: "flux-system" },
    words: [
      "--enable-leader-election=false",
      "--watch-all-namespaces",
      `--health-addr=${health}`,
      `--metrics-addr=127.0.0.1:${await freePort()}`,
    ],
    ready: () => answers(`http://${health}/readyz`),
  });
  return {
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

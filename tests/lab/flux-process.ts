import { answers, freePort, type ServerProcess } from "./process.ts";

/** How one of Flux's own controllers runs outside of the cluster that a kubeconfig leads to. */
export async function fluxControllerProcess(program: string, kubeconfig: string): Promise<ServerProcess> {
  const health = `127.0.0.1:${await freePort()}`;
  return {
    program,
    environment: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: "flux-system" },
    words: [
      "--enable-leader-election=false",
      "--watch-all-namespaces",
      `--health-addr=${health}`,
      "--metrics-addr=0",
    ],
    ready: () => answers(`http://${health}/readyz`),
  };
}

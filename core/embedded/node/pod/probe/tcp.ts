import { connect } from "node:net";
import { dialError } from "./dial-error.ts";
import type { ProbeOutcome } from "./run.ts";

/** Connects and closes again. */
export function tcpProbe(host: string, port: number, signal: AbortSignal): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve({ result: "success", output: "" });
    });
    socket.once("error", (error) => resolve({ result: "failure", output: dialError(error, host, port) }));
  });
}

import { connect } from "node:net";
import { dialError } from "./dial-error.ts";
import { probeDial } from "./reach.ts";
import type { ProbeOutcome } from "./run.ts";

/** Connects and closes again. `host`: where the probe says, if it does; `loopback`: that may be this machine. */
export function tcpProbe(
  host: string | undefined,
  address: string,
  port: number,
  signal: AbortSignal,
  loopback = false,
): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const failed = (error: unknown) =>
      resolve({ result: "failure", output: dialError(error as Error, host || address, port) });
    try {
      const socket = connect({ ...probeDial(host, address, loopback), port, signal });
      socket.once("connect", () => {
        socket.destroy();
        resolve({ result: "success", output: "" });
      });
      socket.once("error", failed);
    } catch (error) {
      failed(error);
    }
  });
}

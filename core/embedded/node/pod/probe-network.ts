import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { ProbeHandler } from "@catalyst/ports/kubernetes";

/** Connects and closes again; gives what is wrong, or undefined. */
export function tcpProbe(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", reject);
  });
}

/** A status from 200 to 399 is healthy; the certificate of an HTTPS server isn't checked, as upstream. */
export function httpProbe(
  get: NonNullable<ProbeHandler["httpGet"]>,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const secure = get.scheme === "HTTPS";
  const headers = Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const options = {
    host: get.host ?? address,
    port,
    path: get.path ?? "/",
    headers,
    signal,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const outgoing = secure ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      const status = incoming.statusCode ?? 0;
      incoming.destroy();
      resolve(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`);
    });
    outgoing.end();
  });
}

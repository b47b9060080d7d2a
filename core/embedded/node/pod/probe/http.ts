import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ProbeHandler } from "@catalyst/ports/kubernetes";
import { dialError } from "./dial-error.ts";
import { probeDial } from "./reach.ts";
import type { ProbeOutcome } from "./run.ts";

type HttpGet = NonNullable<ProbeHandler["httpGet"]>;

/** The part of the version that probes name themselves by. */
const version = "1.36";

/**
 * A status from 200 to 399 is healthy; the certificate of an HTTPS server isn't checked, as upstream. `loopback`: a host
 * that the probe names may be this machine.
 */
export async function httpProbe(
  get: HttpGet,
  address: string,
  port: number,
  signal: AbortSignal,
  loopback = false,
): Promise<ProbeOutcome> {
  const host = get.host || address;
  try {
    const status = await followed(get, address, port, signal, loopback);
    if (status >= 200 && status < 300) return { result: "success", output: "" };
    if (status >= 300 && status < 400) return { result: "warning", output: "Probe terminated redirects" };
    return { result: "failure", output: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    const url = `${(get.scheme ?? "HTTP").toLowerCase()}://${host}:${port}${pathOf(get)}`;
    const what = signal.aborted
      ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
      : dialError(error as Error, host, port);
    return { result: "failure", output: `Get "${url}": ${what}` };
  }
}

const redirectLimit = 10;

/** The status at the end of redirects within the host; one that leads elsewhere is answered by its own status. */
async function followed(
  get: HttpGet,
  address: string,
  port: number,
  signal: AbortSignal,
  loopback: boolean,
): Promise<number> {
  let next: { readonly get: HttpGet; readonly port: number } = { get, port };
  for (let count = 0; ; count++) {
    const { status, location } = await httpGet(next.get, address, next.port, {
      signal,
      agent: "probe",
      loopback,
    });
    if (status < 300 || status >= 400 || location === undefined || count === redirectLimit) return status;
    const scheme = (next.get.scheme ?? "HTTP").toLowerCase();
    const host = get.host || address;
    const url = new URL(location, `${scheme}://${host}:${next.port}${pathOf(next.get)}`);
    if (url.hostname !== host) return status;
    const isSecure = url.protocol === "https:";
    next = {
      get: { ...next.get, path: url.pathname + url.search, scheme: isSecure ? "HTTPS" : "HTTP" },
      port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
    };
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

/**
 * Sends the GET of a probe or of a hook, with its headers, and gives how it was answered. `loopback`: a host it names
 * may be this machine. Throws `address-not-allowed`, and what the connection throws.
 */
export async function httpGet(
  get: HttpGet,
  address: string,
  port: number,
  by: { readonly signal: AbortSignal; readonly agent: "probe" | "lifecycle"; readonly loopback: boolean },
): Promise<HttpAnswer> {
  const options = {
    ...probeDial(get.host, address, by.loopback),
    port,
    path: pathOf(get),
    headers: headersOf(get, by.agent),
    signal: by.signal,
    agent: false as const,
  };
  return new Promise((resolve, reject) => {
    const outgoing =
      get.scheme === "HTTPS" ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    outgoing.once("error", reject);
    outgoing.once("response", (incoming: IncomingMessage) => {
      const { statusCode: status = 0, headers } = incoming;
      incoming.destroy();
      resolve({ status, location: headers.location });
    });
    outgoing.end();
  });
}

function pathOf({ path = "/" }: HttpGet): string {
  return path.startsWith("/") ? path : `/${path}`;
}

/** A header may come several times; an empty `Accept` takes away ours. */
function headersOf({ httpHeaders = [] }: HttpGet, agent: string): Record<string, string[]> {
  const headers: Record<string, string[]> = {
    "user-agent": [`kube-${agent}/${version}`],
    accept: ["*/*"],
  };
  const own = Map.groupBy(httpHeaders, ({ name }) => name.toLowerCase());
  for (const [name, values] of own) headers[name] = values.map(({ value }) => value);
  if (headers["accept"]?.[0] === "") delete headers["accept"];
  return headers;
}

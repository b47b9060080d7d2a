import { existsSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { type ClusterConnection, inClusterConnection, readKubeconfig } from "@catalyst/adapter-kubernetes";
import type { Clock } from "@catalyst/base/clock";
import { formatDuration } from "@catalyst/base/duration";
import { CatalystError, describeError, isCatalystError } from "@catalyst/base/errors";
import { type Request, type Response, readBytes, type Transport } from "@catalyst/ports/transport";
import type { Call, Option } from "../../cli/command.ts";
import { EnvironmentError, UsageError } from "../../cli/errors.ts";

/** Options of the commands that talk to any cluster. */
export const clusterOptions: Readonly<Record<string, Option>> = {
  kubeconfig: {
    type: "string",
    value: "FILE",
    help: "How the cluster is reached; else $KUBECONFIG, ~/.kube/config, or the cluster this runs in",
  },
  context: { type: "string", value: "NAME", help: "A context of the kubeconfig; else its current one" },
};

/** Longest wait for one answer, in milliseconds. */
const answerLimit = 30_000;

const readText = (path: string) => readFileSync(path, "utf8");

/**
 * Opens the cluster that a command was given, in the order kubectl looks for one. Throws EnvironmentError, and has then
 * changed nothing.
 */
export function openCommandCluster(call: Call): Transport {
  const { server, token, ...tls } = connectionOf(call);
  const transport = httpTransport({
    baseUrl: server,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...tls,
  });
  return { request: (request) => answered(transport, request) };
}

/** A document's answer, whole or not at all: one cut short by the limit must not pass for a shorter one. */
async function answered(transport: Transport, request: Request): Promise<Response> {
  const limit = AbortSignal.timeout(answerLimit);
  const signal = request.signal === undefined ? limit : AbortSignal.any([request.signal, limit]);
  try {
    const response = await transport.request({ ...request, signal });
    const body = await readBytes(response);
    signal.throwIfAborted();
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (!limit.aborted) throw error;
    const message = `the API server didn't answer within ${formatDuration(answerLimit)}`;
    throw new CatalystError("transport-unreachable", message, { cause: error });
  }
}

function connectionOf(call: Call): ClusterConnection {
  const { environment, folder } = call;
  const context = call.arguments.text("context");
  const given = call.arguments.text("kubeconfig");
  // A script's variable that isn't set: another cluster than the one that was meant must not stand in for it.
  if (given === "") throw new UsageError('--kubeconfig names a file, not ""');
  const file = given ?? environment["KUBECONFIG"];
  try {
    if (file) return readKubeconfig({ file: resolve(folder, single(file)), context, readText });
    const own = join(environment["HOME"] ?? "", ".kube", "config");
    if (environment["HOME"] && existsSync(own)) return readKubeconfig({ file: own, context, readText });
    const around = context === undefined ? inClusterConnection({ environment, readText }) : undefined;
    if (around !== undefined) return around;
  } catch (error) {
    if (!isCatalystError(error)) throw error;
    throw new EnvironmentError(error.message, { cause: error, hint: error.hint });
  }
  throw new EnvironmentError("there is no kubeconfig, and this runs in no cluster", {
    hint: "Give one with --kubeconfig FILE.",
  });
}

function single(files: string): string {
  if (!files.includes(delimiter)) return files;
  throw new EnvironmentError("KUBECONFIG names several files, which aren't merged", {
    hint: "Give one with --kubeconfig FILE.",
  });
}

/** How far two clocks may be apart, in milliseconds; a Date header counts in seconds. */
const clockTolerance = 60_000;

/**
 * Asks the API server whether it answers, and the time. Throws EnvironmentError where it doesn't answer or where this
 * machine's clock differs by more than a minute: what is younger or older than something can't be told then.
 */
export async function requireSameTime(
  transport: Transport,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const response = await transport
    .request({ method: "GET", path: "/version", headers: { accept: "application/json" }, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw new EnvironmentError(describeError(error), {
        cause: error,
        hint: "Is the API server's address right, and does the kubeconfig trust its certificate?",
      });
    });
  const told = Date.parse(response.headers["date"] ?? "");
  const ahead = clock.now() - told;
  if (Number.isNaN(told) || Math.abs(ahead) <= clockTolerance) return;
  const apart = formatDuration(Math.floor(Math.abs(ahead) / 1000) * 1000);
  throw new EnvironmentError(
    `this machine's clock is ${apart} ${ahead > 0 ? "ahead of" : "behind"} the API server's; nothing was touched`,
    { hint: "Set the clock of one of them." },
  );
}

import { isCatalystError } from "@catalyst/base/errors";
import type { ProcessStreams, StreamChoice } from "@catalyst/ports/containers";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import { asksUpgrade, joinConnections, type Response } from "@catalyst/ports/transport";
import { attributesOf } from "../access/attributes.ts";
import { isAllowed } from "../access/authorize.ts";
import { badRequest } from "../machinery/index.ts";
import type { Answer } from "../request/answer.ts";
import type { Call } from "../request/call.ts";
import { forbidden } from "../request/errors.ts";
import { isRefusal, refusal } from "../streams/offer.ts";
import { type Forwarding, offerForwarding } from "../streams/port-forward/index.ts";
import { type Caller, type CommandStatus, offerCommand } from "../streams/remote-command/index.ts";
import { stored } from "../verbs/read.ts";
import type { PodDialer } from "./node-connection.ts";
import { containerOf } from "./pod-container.ts";
import { flag } from "./query.ts";
import { upgraded } from "./upgraded.ts";

/** Answers a command to run in a container: the connection goes on as its streams. */
export async function exec(call: Call): Promise<Answer> {
  const { pod, container } = target(call);
  const command = call.query.getAll("command");
  return remoteCommand(call, async (choice) => {
    const run = await call.parts.node!.exec!(call.cluster.name, pod, container, command, choice);
    return async (streams) => statusOf(command, await run(streams));
  });
}

/** Answers a wish to take part in the streams of a container's own process. */
export async function attach(call: Call): Promise<Answer> {
  const { pod, container } = target(call);
  return remoteCommand(call, async (choice) => {
    const join = await call.parts.node!.attach!(call.cluster.name, pod, container, choice);
    return async (streams) => {
      await join(streams);
      return { status: "Success" };
    };
  });
}

/** Answers connections to a Pod's ports, forwarded over the one that asked. */
export async function portForward(call: Call): Promise<Answer> {
  mayCreate(call);
  const pod = placed(call);
  needsUpgrade(call);
  const offer = offerForwarding(call.request, call.query);
  if (isRefusal(offer)) return { type: "response", response: offer };
  const dial = await absentAsText(() => call.parts.node!.portForward!(call.cluster.name, pod));
  if ("status" in dial) return { type: "response", response: dial };
  return upgraded(call, offer, (forwarding) => forwardAll(forwarding, pod, dial));
}

/** A command once it is ready: takes the caller's streams and tells how it ended. */
type Ready = (streams: ProcessStreams) => Promise<CommandStatus>;

async function remoteCommand(call: Call, prepare: (choice: StreamChoice) => Promise<Ready>): Promise<Answer> {
  needsUpgrade(call);
  const choice = choiceOf(call.query);
  const answer = (response: Response): Answer => ({ type: "response", response });
  if (!choice.stdin && !choice.stdout && !choice.stderr)
    return answer(refusal(400, "you must specify at least 1 of stdin, stdout, stderr"));
  const offer = offerCommand(call.request, choice);
  if (isRefusal(offer)) return answer(offer);
  const ready = await absentAsText(() => prepare(choice));
  if ("status" in ready) return answer(ready);
  return upgraded(call, offer, (caller) => serveCommand(call, caller, ready));
}

/** Authorization of POST was done; what a websocket asks by GET needs the same right (kubernetes#133515). */
function mayCreate(call: Call): void {
  if (call.request.method === "POST") return;
  if (isAllowed(call.cluster, attributesOf(call.user, "create", call.route, call.query))) return;
  throw forbidden(call.kind, call.route.name ?? "", "");
}

function target(call: Call): { readonly pod: KubeObject; readonly container: string } {
  mayCreate(call);
  const { object } = stored(call);
  const container = containerOf(object, call.query.get("container") ?? "");
  return { pod: placed(call), container };
}

function placed(call: Call): KubeObject {
  const { object } = stored(call);
  if ((object.spec as { readonly nodeName?: string }).nodeName) return object;
  throw badRequest(`pod ${object.metadata.name} does not have a host assigned`);
}

function needsUpgrade({ request }: Call): void {
  if (asksUpgrade(request.headers) === undefined) throw badRequest("Upgrade request required");
}

/** A terminal has one output. */
function choiceOf(query: URLSearchParams): StreamChoice {
  const tty = flag(query, "tty");
  const stderr = flag(query, "stderr") && !tty;
  return { stdin: flag(query, "stdin"), stdout: flag(query, "stdout"), stderr, tty };
}

/** The kubelet tells what isn't there in plain text. */
async function absentAsText<T>(prepare: () => Promise<T>): Promise<T | Response> {
  try {
    return await prepare();
  } catch (error) {
    if (isCatalystError(error, "container-absent")) return refusal(500, error.message);
    if (isCatalystError(error, "node-simulated")) throw badRequest(error.message);
    throw error;
  }
}

async function serveCommand(call: Call, caller: Caller, ready: Ready): Promise<void> {
  const gone = new AbortController();
  void caller.gone.then(() => gone.abort());
  const { stdin, stdout, stderr, sizes } = caller;
  try {
    const status = await ready({ stdin, stdout, stderr, sizes, signal: gone.signal });
    await caller.finish(status);
  } catch (error) {
    if (gone.signal.aborted) return;
    const doing = call.route.subresource === "exec" ? "executing command in" : "attaching to";
    const message = `Internal error occurred: error ${doing} container: ${(error as Error).message}`;
    await caller.finish({ status: "Failure", message, reason: "InternalError", code: 500 });
  }
}

function statusOf(command: readonly string[], exitCode: number): CommandStatus {
  if (exitCode === 0) return { status: "Success" };
  return {
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command [${command.join(" ")}], exit code ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

async function forwardAll(forwarding: Forwarding, pod: KubeObject, dial: PodDialer): Promise<void> {
  const gone = new AbortController();
  await forwarding.serve((one) => {
    dial(one.port, gone.signal).then(
      (connection) => {
        joinConnections(one.data, connection);
        one.data.once("close", one.finish);
      },
      (error: Error) => {
        const { name, uid } = pod.metadata;
        one.fail(`error forwarding port ${one.port} to pod ${name}, uid ${uid}: ${error.message}`);
      },
    );
  });
  gone.abort();
}

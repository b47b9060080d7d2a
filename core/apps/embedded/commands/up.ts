import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { systemClock } from "@catalyst/base/clock";
import type { Call, Command, ExitCode } from "../cli/command.ts";
import { UsageError } from "../cli/errors.ts";
import { dataFolder, makeDataFolder } from "../sovereign/data-folder.ts";
import { fileLogger } from "../sovereign/logger.ts";
import type { RuntimeChoice } from "../sovereign/node.ts";
import { openInBrowser, signInLink } from "../sovereign/sign-in-link.ts";
import { type RunningSovereign, startSovereign } from "../sovereign/sovereign.ts";
import { readIssuers } from "./up/authentication-config.ts";
import { checkStore } from "./up/check-store.ts";
import { runDetached } from "./up/detach.ts";
import { readMachineAccess } from "./up/machine-access.ts";
import { startProblem } from "./up/start-problem.ts";

const checkout = resolve(import.meta.dirname, "../../../..");

/** Starts an embedded Sovereign. */
export const up: Command = {
  options: {
    data: { type: "string", value: "DIR", default: ".catalyst", help: "Data folder" },
    port: { type: "string", value: "PORT", default: "8700", help: "HTTP port" },
    "kubernetes-port": { type: "string", value: "PORT", default: "8743", help: "Kubernetes API port (TLS)" },
    listen: { type: "string", value: "ADDRESS", default: "127.0.0.1", help: "Address to listen at" },
    runtime: {
      type: "string",
      value: "RUNTIME",
      default: "auto",
      help: "What runs Pods: auto, podman or simulated",
    },
    "machine-access": {
      type: "string",
      value: "WHAT",
      help: "What of the machine itself clusters may reach: folders, loopback, namespaces, privileged; nothing unless given",
    },
    "authentication-config": {
      type: "string",
      value: "FILE",
      help: "Identity providers whose tokens the Kubernetes API takes: an AuthenticationConfiguration of apiserver.config.k8s.io/v1",
    },
    empty: { type: "boolean", help: "Without Organization demo at the first start" },
    detach: { type: "boolean", help: "Run in the background" },
    check: { type: "boolean", help: "Read everything stored back, say what is damaged, and start nothing" },
    open: { type: "boolean", help: "Open the console in a browser once it answers" },
  },
  examples: ["./catalyst up", "./catalyst up --data /srv/catalyst --port 9000 --kubernetes-port 9443"],
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const folder = dataFolder(resolve(call.folder, call.arguments.text("data") ?? ".catalyst"));
  if (call.arguments.flag("check")) return checkStore(call, folder.root);
  if (call.arguments.flag("detach")) return runDetached(call, folder.root);
  const { signal } = call;
  const sovereign = await start(call, folder.root);
  await writeFile(
    folder.running,
    JSON.stringify({ pid: process.pid, origin: sovereign.origin, kubernetesPort: sovereign.kubernetesPort }),
    { mode: 0o600 },
  );
  const { origin, kubernetesPort, runtime, oneTimePassword } = sovereign;
  call.terminal.result(
    { url: origin, kubernetesPort, runtime, data: folder.root, oneTimePassword },
    block(sovereign, folder.root),
  );
  if (call.arguments.flag("open")) openInBrowser(await signInLink(folder.root));
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
  call.terminal.progress("stopping");
  await sovereign.stop();
  await rm(folder.running, { force: true });
  return 0;
}

async function start(call: Call, data: string): Promise<RunningSovereign> {
  const given = call.arguments;
  const runtime = given.text("runtime") ?? "auto";
  if (!["auto", "podman", "simulated"].includes(runtime))
    throw new UsageError(`--runtime takes auto, podman or simulated, not "${runtime}"`);
  const port = portOf(given.text("port"), "--port");
  const kubernetesPort = portOf(given.text("kubernetes-port"), "--kubernetes-port");
  const issuers = await readIssuers(call.folder, given.text("authentication-config"));
  try {
    makeDataFolder(data);
    return await startSovereign({
      data,
      port,
      kubernetesPort,
      listen: given.text("listen") ?? "127.0.0.1",
      runtime: runtime as RuntimeChoice,
      machineAccess: readMachineAccess(given.text("machine-access")),
      issuers,
      empty: given.flag("empty"),
      checkout,
      version: "0.1.0",
      clock: systemClock,
      logger: fileLogger(join(data, "catalyst.log")),
    });
  } catch (error) {
    throw startProblem(error, data) ?? error;
  }
}

function portOf(text: string | undefined, option: string): number {
  const port = /^\d+$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (Number.isNaN(port) || port > 65_535)
    throw new UsageError(`${option} takes a port from 0 to 65535, not "${text}"`);
  return port;
}

function block({ origin, runtime, oneTimePassword }: RunningSovereign, data: string): string {
  const flag = data.endsWith("/.catalyst") ? "" : ` --data ${data}`;
  const lines = [
    `Catalyst runs at ${origin}`,
    oneTimePassword === undefined
      ? `  sign in       ./catalyst open${flag}`
      : `  sign in       user admin, password ${oneTimePassword} (shown this once), or ./catalyst open${flag}`,
    `  Pods          ${runtime.name}: ${runtime.reason}`,
    `  kubeconfig    ./catalyst kubeconfig${flag}`,
    `  stop          Ctrl-C, or ./catalyst down${flag}`,
  ];
  return lines.join("\n");
}

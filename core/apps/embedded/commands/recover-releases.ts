import { appendFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openClusterClient } from "@catalyst/adapter-kubernetes";
import { systemClock } from "@catalyst/base/clock";
import { parseDuration } from "@catalyst/base/duration";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import {
  defaultRecoverySettings,
  highestLimit,
  type RecoveryEntry,
  RecoveryMetrics,
  type RecoverySettings,
  recoverReleases,
  recoveryFields,
  recoveryLine,
  summaryLine,
} from "@catalyst/controllers/release-recovery";
import { managementCluster } from "@catalyst/ports/kubernetes";
import type { Call, Command } from "../cli/command.ts";
import { EnvironmentError, UsageError } from "../cli/errors.ts";
import { clusterOptions, openCommandCluster, requireSameTime } from "./kubernetes/cluster.ts";

/** Corrects stuck HelmReleases of any cluster with Flux; what bp-flux's CronJob runs. */
export const recoverReleasesCommand: Command = {
  options: {
    once: {
      type: "boolean",
      help: "Look at every HelmRelease once, then end (a Sovereign does it all the time)",
    },
    "dry-run": { type: "boolean", help: "Say what would be done, and change nothing" },
    threshold: {
      type: "string",
      value: "DURATION",
      default: "5m",
      help: "How long Ready must have been Unknown",
    },
    limit: {
      type: "string",
      value: "COUNT",
      default: String(defaultRecoverySettings.limit),
      help: `Releases acted on at most, up to ${highestLimit}; one more ends the run with exit 1 and an alert`,
    },
    metrics: { type: "string", value: "FILE", help: "Write what was counted there, for Prometheus" },
    ...clusterOptions,
  },
  examples: [
    "./catalyst recover releases --once --dry-run --kubeconfig ~/.kube/config",
    "./catalyst recover releases --once --threshold 10m",
  ],
  run: async (call) => {
    const { arguments: given, terminal, signal } = call;
    if (!given.flag("once"))
      throw new UsageError(
        "say --once: recovery runs by itself in a Sovereign, and here once for each call",
        {
          hint: "A CronJob repeats it: bp-flux has one.",
        },
      );
    const settings = settingsOf(call);
    const metricsFile = await openMetricsFile(call);
    const transport = openCommandCluster(call);
    await requireSameTime(transport, systemClock, signal);
    const metrics = new RecoveryMetrics();
    const entries: RecoveryEntry[] = [];
    const summary = await recoverReleases({
      client: openClusterClient(transport, managementCluster),
      clock: systemClock,
      settings,
      dryRun: given.flag("dry-run"),
      report: (entry) => {
        metrics.count(entry);
        if (terminal.json) entries.push(entry);
        else terminal.result(undefined, recoveryLine(entry));
      },
      signal,
    }).catch((error: unknown) => {
      if (signal.aborted)
        throw new CatalystError("recovery-ended", "the run was told to end before it had seen to everything");
      throw isLacking(error)
        ? new EnvironmentError(error.message, { cause: error, hint: error.hint })
        : error;
    });
    await metricsFile?.write(metrics);
    terminal.result({ ...summary, entries: entries.map(recoveryFields) }, summaryLine(summary));
    return summary.halted || summary.failed > 0 ? 1 : 0;
  },
};

function settingsOf({ arguments: given }: Call): RecoverySettings {
  const text = given.text("threshold") ?? "";
  let threshold = 0;
  try {
    threshold = parseDuration(text);
  } catch {
    // told below, with what else is no threshold
  }
  if (threshold <= 0) throw new UsageError(`--threshold is a duration such as 5m, not "${text}"`);
  const count = given.text("limit") ?? "";
  const limit = /^\d+$/.test(count) ? Number(count) : 0;
  if (limit < 1 || limit > highestLimit)
    throw new UsageError(`--limit is a number from 1 to ${highestLimit}, not "${count}"`);
  return { ...defaultRecoverySettings, threshold, limit };
}

const lacking = ["recovery-flux-missing", "transport-unreachable", "kubernetes-unauthorized"] as const;

/** What a person must put right outside: the cluster isn't there, isn't the right one, or doesn't know the caller. */
function isLacking(error: unknown): error is CatalystError {
  return lacking.some((code) => isCatalystError(error, code));
}

/** Where the metrics go. Found out before anything is touched: that nobody can write there is no news after a run. */
async function openMetricsFile({ arguments: given, folder }: Call) {
  const name = given.text("metrics");
  if (name === undefined) return undefined;
  const file = resolve(folder, name);
  const refused = (state: string) => (cause: unknown) => {
    throw new EnvironmentError(`the metrics can't be written to ${file}; ${state}`, { cause });
  };
  await appendFile(file, "").catch(refused("nothing was touched"));
  return {
    write: (metrics: RecoveryMetrics) =>
      writeFile(file, metrics.text()).catch(refused("the releases were seen to")),
  };
}

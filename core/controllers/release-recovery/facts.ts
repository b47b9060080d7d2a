import { parseDuration } from "@catalyst/base/duration";
import { isObject } from "@catalyst/base/json";
import type { HelmRelease } from "@catalyst/ports/flux";
import type { KubeObject } from "@catalyst/ports/kubernetes";
import {
  correctedAtAnnotation,
  inProgressAnnotation,
  recoveryName,
  toggledAtAnnotation,
} from "./settings.ts";

/** What a run left behind when it was killed. `at` in milliseconds since the epoch. */
export interface Mark {
  readonly action: "toggle-suspend" | "correct-ready";
  readonly at: number;
}

/** What of a HelmRelease is judged. Times in milliseconds since the epoch. */
export interface ReleaseFacts {
  readonly deleting: boolean;
  readonly suspended: boolean;
  /** Somebody besides us says that it is suspended. */
  readonly suspendedByOthers: boolean;
  readonly ready: { readonly status: string; readonly since: number } | undefined;
  /** The status of the newest entry of its history. */
  readonly historyStatus: string | undefined;
  readonly historyVersion: number | undefined;
  /** The spec was changed since Flux tried it last. */
  readonly isChanged: boolean;
  readonly isCorrected: boolean;
  readonly toggledAt: number | undefined;
  readonly mark: Mark | undefined;
  /** How long Helm may take for an install. */
  readonly installTimeout: number;
}

/** What of Helm's newest Secret of a release is judged; its labels say it. */
export interface StoredFacts {
  readonly status: string;
  readonly version: number;
  /** When this revision was begun. */
  readonly since: number | undefined;
}

/** What can't be judged: the field, and what is wrong with it. */
export interface Malformed {
  readonly malformed: string;
}

/** Reads what is judged; a server may serve what no schema was checked against. */
export function releaseFacts(release: HelmRelease): ReleaseFacts | Malformed {
  const { metadata } = release;
  const spec: unknown = release.spec;
  const status: unknown = release.status ?? {};
  if (!isObject(spec)) return { malformed: "spec is no object" };
  if (!isObject(status)) return { malformed: "status is no object" };
  const ready = readyOf(status);
  if (ready !== undefined && "malformed" in ready) return ready;
  const history = newestEntry(status);
  if (history !== undefined && "malformed" in history) return history;
  const mark = markOf(metadata.annotations?.[inProgressAnnotation]);
  if (mark !== undefined && "malformed" in mark) return mark;
  const timeout = installTimeoutOf(spec);
  if (typeof timeout !== "number") return timeout;
  const attempted = status["lastAttemptedGeneration"];
  const toggledAt = Date.parse(metadata.annotations?.[toggledAtAnnotation] ?? "");
  return {
    deleting: metadata.deletionTimestamp !== undefined,
    suspended: spec["suspend"] === true,
    suspendedByOthers: spec["suspend"] === true && isSuspendedByOthers(metadata.managedFields ?? []),
    ready,
    historyStatus: history?.status,
    historyVersion: history?.version,
    isChanged: typeof attempted === "number" && attempted < (metadata.generation ?? 0),
    isCorrected: (metadata.annotations?.[correctedAtAnnotation] ?? "") !== "",
    toggledAt: Number.isNaN(toggledAt) ? undefined : toggledAt,
    mark,
    installTimeout: timeout,
  };
}

/**
 * Whoever changes a field alone owns it; a second owner applied the same value of its own accord, as a commit or a
 * person does.
 */
function isSuspendedByOthers(managers: readonly unknown[]): boolean {
  return managers.some((entry) => {
    if (!isObject(entry) || entry["manager"] === recoveryName) return false;
    const fields = isObject(entry["fieldsV1"]) ? entry["fieldsV1"]["f:spec"] : undefined;
    return isObject(fields) && fields["f:suspend"] !== undefined;
  });
}

function readyOf(status: Record<string, unknown>): ReleaseFacts["ready"] | Malformed {
  const { conditions = [] } = status;
  if (!Array.isArray(conditions)) return { malformed: "status.conditions is no list" };
  const found: unknown = conditions.find((condition) => isObject(condition) && condition["type"] === "Ready");
  if (!isObject(found)) return undefined;
  const since = Date.parse(String(found["lastTransitionTime"]));
  if (Number.isNaN(since)) return { malformed: "its Ready condition doesn't say since when" };
  return { status: String(found["status"]), since };
}

function newestEntry(
  status: Record<string, unknown>,
): { readonly status: string | undefined; readonly version: number | undefined } | undefined | Malformed {
  const { history = [] } = status;
  if (!Array.isArray(history)) return { malformed: "status.history is no list" };
  const [newest] = history as unknown[];
  if (newest === undefined) return undefined;
  if (!isObject(newest)) return { malformed: "status.history[0] is no object" };
  const version = newest["version"];
  return {
    status: typeof newest["status"] === "string" ? newest["status"] : undefined,
    version: typeof version === "number" ? version : undefined,
  };
}

function markOf(text: string | undefined): Mark | undefined | Malformed {
  if (text === undefined || text === "") return undefined;
  const [action, time = ""] = text.split(" ");
  const at = Date.parse(time);
  if ((action !== "toggle-suspend" && action !== "correct-ready") || Number.isNaN(at))
    return { malformed: `the annotation ${inProgressAnnotation} isn't one that recovery writes` };
  return { action, at };
}

/** Helm's own limit where none is set. */
const usualTimeout = "5m";

function installTimeoutOf(spec: Record<string, unknown>): number | Malformed {
  const install = isObject(spec["install"]) ? spec["install"] : {};
  const text = install["timeout"] ?? spec["timeout"] ?? usualTimeout;
  try {
    return parseDuration(String(text));
  } catch {
    return { malformed: "its timeout is no duration" };
  }
}

/** Reads the labels that Helm puts on the Secret of a revision. */
export function storedFacts({ metadata }: KubeObject): StoredFacts | Malformed {
  const { status, version, createdAt } = metadata.labels ?? {};
  const number = Number(version);
  if (status === undefined || version === undefined || !Number.isInteger(number) || number < 1)
    return { malformed: `Helm's Secret ${metadata.name} doesn't say its status and version in labels` };
  // Helm says it in seconds.
  const created = createdAt === undefined ? Number.NaN : Number(createdAt) * 1000;
  const since = Number.isNaN(created) ? Date.parse(metadata.creationTimestamp ?? "") : created;
  return { status, version: number, since: Number.isNaN(since) ? undefined : since };
}

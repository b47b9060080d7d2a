import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import { CatalystError } from "@catalyst/base/errors";
import { isObject, type JsonObject } from "@catalyst/base/json";
import type { HookEvent } from "../render/manifests.ts";
import type { HookRun, ReleaseHook, ReleaseInfo, ReleaseRecord, ReleaseStatus } from "./record.ts";

/** The type of the Secrets that hold releases. */
export const releaseSecretType = "helm.sh/release.v1";

const compress = promisify(gzip);

/** Largest record read, unpacked. */
const sizeLimit = 64 * 1024 * 1024;

/** Labels Helm itself writes and reads. */
const systemLabels: ReadonlySet<string> = new Set([
  "name",
  "owner",
  "status",
  "version",
  "createdAt",
  "modifiedAt",
]);

/** A Kubernetes Secret that holds one revision of a release. */
export interface ReleaseSecret {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly type: typeof releaseSecretType;
  readonly data: { readonly release: string };
}

/** Gives the name of the Secret that holds a revision: `sh.helm.release.v1.<name>.v<revision>`. */
export function releaseSecretName(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

/** A label selector for the revisions of one release, or of all. */
export function releaseSelector(name?: string): string {
  return name === undefined ? "owner=helm" : `owner=helm,name=${name}`;
}

/**
 * Makes the Secret of a revision as Helm writes it into `namespace` (its storage namespace). `now` is in
 * milliseconds; `isUpdate` says whether the Secret exists already.
 */
export async function releaseSecret(
  record: ReleaseRecord,
  namespace: string,
  now: number,
  isUpdate = false,
): Promise<ReleaseSecret> {
  const seconds = String(Math.floor(now / 1000));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: releaseSecretName(record.name, record.version),
      namespace,
      labels: {
        ...record.labels,
        [isUpdate ? "modifiedAt" : "createdAt"]: seconds,
        name: record.name,
        owner: "helm",
        status: record.info.status,
        version: String(record.version),
      },
    },
    type: releaseSecretType,
    data: { release: Buffer.from(await encodeRelease(record)).toString("base64") },
  };
}

/** Reads a release's Secret, whoever wrote it. Throws `release-invalid`. */
export function readReleaseSecret(secret: {
  readonly metadata?:
    | { readonly name?: string | undefined; readonly labels?: Readonly<Record<string, string>> | undefined }
    | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
}): ReleaseRecord {
  const encoded = secret.data?.["release"];
  if (encoded === undefined) throw invalid(`the Secret ${secret.metadata?.name ?? ""} holds no release`);
  const labels = Object.entries(secret.metadata?.labels ?? {}).filter(([key]) => !systemLabels.has(key));
  return {
    ...decodeRelease(Buffer.from(encoded, "base64").toString("utf8")),
    labels: Object.fromEntries(labels),
  };
}

/** Encodes a record as Helm does: JSON, gzip (off this thread), base64. Equal records give equal text. */
export async function encodeRelease(record: ReleaseRecord): Promise<string> {
  const json = JSON.stringify(storedRelease(record));
  const packed = await compress(json, { level: 9 });
  // Go's writer leaves the operating system unknown; so does this, on every system.
  packed[9] = 0xff;
  return packed.toString("base64");
}

/** Decodes what encodeRelease or Helm made. Labels aren't part of it. Throws `release-invalid`. */
export function decodeRelease(text: string): ReleaseRecord {
  try {
    const bytes = Buffer.from(text, "base64");
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const json = isPacked ? gunzipSync(bytes, { maxOutputLength: sizeLimit }) : bytes;
    return readStored(JSON.parse(json.toString("utf8")));
  } catch (cause) {
    throw invalid("the release's record can't be read", cause);
  }
}

function storedRelease(record: ReleaseRecord): JsonObject {
  const { info } = record;
  return {
    name: record.name,
    info: {
      ...optional("first_deployed", info.firstDeployed),
      ...optional("last_deployed", info.lastDeployed),
      ...optional("deleted", info.deleted),
      ...optional("description", info.description),
      status: info.status,
      ...optional("rollback_revision", info.rollbackRevision),
      ...optional("notes", info.notes),
    },
    chart: record.chart,
    ...(Object.keys(record.config).length > 0 ? { config: record.config } : {}),
    ...optional("manifest", record.manifest),
    ...(record.hooks.length > 0 ? { hooks: record.hooks.map(storedHook) } : {}),
    version: record.version,
    ...optional("namespace", record.namespace),
    ...optional("apply_method", record.applyMethod),
  };
}

function storedHook(hook: ReleaseHook): JsonObject {
  return {
    ...optional("name", hook.name),
    ...optional("kind", hook.kind),
    ...optional("path", hook.path),
    ...optional("manifest", hook.manifest),
    events: hook.events,
    last_run: {
      ...optional("started_at", hook.lastRun.startedAt),
      ...optional("completed_at", hook.lastRun.completedAt),
      phase: hook.lastRun.phase,
    },
    ...optional("weight", hook.weight),
    ...(hook.deletePolicies.length > 0 ? { delete_policies: hook.deletePolicies } : {}),
    ...(hook.outputLogPolicies.length > 0 ? { output_log_policies: hook.outputLogPolicies } : {}),
  };
}

/** A field that is left out when it is empty, as Go's omitempty. */
function optional(name: string, value: string | number | undefined): JsonObject {
  return value === undefined || value === "" || value === 0 ? {} : { [name]: value };
}

function readStored(stored: unknown): ReleaseRecord {
  if (!isObject(stored)) throw invalid("it is no object");
  const method = textOf(stored["apply_method"]);
  return {
    name: textOf(stored["name"]),
    namespace: textOf(stored["namespace"]),
    version: numberOf(stored["version"]),
    info: readInfo(objectOf(stored["info"])),
    chart: objectOf(stored["chart"]) as JsonObject,
    config: objectOf(stored["config"]) as JsonObject,
    manifest: textOf(stored["manifest"]),
    hooks: Array.isArray(stored["hooks"]) ? stored["hooks"].map((hook) => readHook(objectOf(hook))) : [],
    applyMethod: method === "ssa" || method === "csa" ? method : undefined,
    labels: {},
  };
}

function readInfo(info: Record<string, unknown>): ReleaseInfo {
  return {
    firstDeployed: textOf(info["first_deployed"]) || undefined,
    lastDeployed: textOf(info["last_deployed"]) || undefined,
    deleted: textOf(info["deleted"]) || undefined,
    description: textOf(info["description"]),
    status: (textOf(info["status"]) || "unknown") as ReleaseStatus,
    notes: textOf(info["notes"]),
    rollbackRevision: numberOf(info["rollback_revision"]) || undefined,
  };
}

function readHook(hook: Record<string, unknown>): ReleaseHook {
  const run = objectOf(hook["last_run"]);
  return {
    name: textOf(hook["name"]),
    kind: textOf(hook["kind"]),
    path: textOf(hook["path"]),
    manifest: textOf(hook["manifest"]),
    events: textsOf(hook["events"]) as HookEvent[],
    weight: numberOf(hook["weight"]),
    deletePolicies: textsOf(hook["delete_policies"]),
    outputLogPolicies: textsOf(hook["output_log_policies"]),
    lastRun: {
      startedAt: textOf(run["started_at"]) || undefined,
      completedAt: textOf(run["completed_at"]) || undefined,
      phase: textOf(run["phase"]) as HookRun["phase"],
    },
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function invalid(message: string, cause?: unknown): CatalystError {
  return new CatalystError("release-invalid", message, { cause });
}

import { parseDuration } from "@catalyst/base/duration";
import { isObject } from "@catalyst/base/json";
import {
  type CommonMetadata,
  type HelmRelease,
  helmReleaseName,
  type PostRenderer,
  type PostRenderStrategy,
} from "@catalyst/ports/flux";
import type { IgnoreRule } from "./drift/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Server-side apply, client-side apply, or as the release was applied before. */
export type ChosenApply = "enabled" | "disabled" | "auto";

/** How one kind of Helm action is to be run. */
export interface ActionSettings {
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  /** Waits for Jobs among the objects to complete. */
  readonly waitForJobs: boolean;
  readonly hooks: boolean;
  readonly schema: boolean;
  readonly serverSideApply: ChosenApply;
  /** Replaces objects where they would be patched, when they are applied client-side. */
  readonly force: boolean;
  /** Takes over what is in the cluster and isn't the release's. */
  readonly takeOwnership: boolean;
  /** Removes what a failed action created. */
  readonly cleanupOnFail: boolean;
  /** What happens with a chart's definitions. */
  readonly crds: "Skip" | "Create" | "CreateReplace";
  /** Tries again after this many milliseconds instead of remediating; undefined: remediates. */
  readonly retryInterval: number | undefined;
  readonly remediation: {
    /** Attempts after the first; -1: without end. */
    readonly retries: number;
    readonly remediateLastFailure: boolean;
    readonly strategy: "rollback" | "uninstall";
    /** Failed tests aren't remediated; undefined: as the tests' own settings say. */
    readonly ignoreTestFailures: boolean | undefined;
  };
}

/** Which test hooks run: those named and none else, or all but those excluded. */
export interface TestFilters {
  readonly included: readonly string[];
  readonly excluded: readonly string[];
}

/** Tells whether a test hook runs. */
export function selectsTest({ included, excluded }: TestFilters, name: string): boolean {
  return !excluded.includes(name) && (included.length === 0 || included.includes(name));
}

/** A HelmRelease's spec with Flux's defaults filled in. */
export interface ReleaseSettings {
  readonly releaseName: string;
  readonly releaseNamespace: string;
  readonly storageNamespace: string;
  readonly createNamespace: boolean;
  readonly maxHistory: number;
  readonly commonMetadata: CommonMetadata | undefined;
  readonly postRenderers: readonly PostRenderer[] | undefined;
  readonly postRenderStrategy: PostRenderStrategy;
  /** How it is waited for objects: by kstatus, or as Helm 3 did. */
  readonly waitStrategy: "poller" | "legacy";
  /** What is no action of Helm gets this long, in milliseconds. */
  readonly timeout: number;
  /** Whether it is looked for what others changed, and whether that is put right or told alone. */
  readonly driftDetection: {
    readonly mode: "enabled" | "warn" | "disabled";
    readonly ignore: readonly IgnoreRule[];
  };
  /** `replace`: a name is taken again whose release failed or was uninstalled with its history kept. */
  readonly install: ActionSettings & { readonly replace: boolean };
  /** `reinstalls`: a chart of another name is another release. */
  readonly upgrade: ActionSettings & { readonly preserveValues: boolean; readonly reinstalls: boolean };
  readonly rollback: ActionSettings;
  readonly uninstall: ActionSettings & {
    readonly keepHistory: boolean;
    readonly propagation: "Background" | "Foreground" | "Orphan";
  };
  readonly test: ActionSettings & {
    readonly enable: boolean;
    readonly ignoreFailures: boolean;
    readonly filters: TestFilters;
  };
}

/** Reads a HelmRelease's spec. */
export function settingsOf(object: HelmRelease): ReleaseSettings {
  const { spec } = object;
  const namespace = object.metadata.namespace ?? "";
  const { targetNamespace } = spec;
  const timeout = spec.timeout === undefined ? 300_000 : parseDuration(spec.timeout);
  const install = fieldsOf(spec.install);
  const upgrade = fieldsOf(spec.upgrade);
  const uninstall = fieldsOf(spec.uninstall);
  const test = fieldsOf(spec.test);
  const action = (fields: unknown) => actionSettings(fieldsOf(fields), timeout);
  const installing = action(install);
  return {
    releaseName: helmReleaseName(object),
    releaseNamespace: targetNamespace ?? namespace,
    storageNamespace: spec.storageNamespace ?? namespace,
    createNamespace: targetNamespace !== undefined && fieldsOf(spec.install)["createNamespace"] === true,
    maxHistory: spec.maxHistory ?? 5,
    commonMetadata: spec.commonMetadata,
    postRenderers: spec.postRenderers,
    postRenderStrategy: spec.postRenderStrategy ?? "combined",
    waitStrategy: fieldsOf(spec["waitStrategy"])["name"] === "legacy" ? "legacy" : "poller",
    timeout,
    driftDetection: driftDetectionOf(fieldsOf(spec["driftDetection"])),
    install: {
      ...installing,
      // unlike an upgrade's, the last failure of an install stays to be looked at unless it says otherwise
      remediation: {
        ...installing.remediation,
        remediateLastFailure: fieldsOf(install["remediation"])["remediateLastFailure"] === true,
      },
      serverSideApply: install["serverSideApply"] === false ? "disabled" : "enabled",
      replace: install["replace"] === true,
    },
    upgrade: {
      ...action(upgrade),
      preserveValues: upgrade["preserveValues"] === true,
      reinstalls: upgrade["chartNameChangeStrategy"] !== "InPlaceUpdate",
    },
    rollback: action(spec.rollback),
    uninstall: {
      ...action(uninstall),
      keepHistory: uninstall["keepHistory"] === true,
      propagation: propagations[String(uninstall["deletionPropagation"])] ?? "Background",
    },
    test: {
      ...action(test),
      enable: test["enable"] === true,
      ignoreFailures: test["ignoreFailures"] === true,
      filters: filtersOf(test["filters"]),
    },
  };
}

/** The cluster has checked the form of the rules. */
function driftDetectionOf({ mode, ignore }: Fields): ReleaseSettings["driftDetection"] {
  return {
    mode: mode === "enabled" || mode === "warn" ? mode : "disabled",
    ignore: Array.isArray(ignore) ? (ignore as readonly IgnoreRule[]) : [],
  };
}

const propagations: Readonly<Record<string, ReleaseSettings["uninstall"]["propagation"]>> = {
  foreground: "Foreground",
  orphan: "Orphan",
};

function filtersOf(filters: unknown): TestFilters {
  const all = Array.isArray(filters) ? filters.map(fieldsOf) : [];
  const names = (isExcluded: boolean) =>
    all
      .filter((filter) => (filter["exclude"] === true) === isExcluded)
      .map((filter) => String(filter["name"]));
  return { included: names(false), excluded: names(true) };
}

function actionSettings(fields: Fields, timeout: number): ActionSettings {
  const strategy = fieldsOf(fields["strategy"]);
  const remediation = fieldsOf(fields["remediation"]);
  const retries = typeof remediation["retries"] === "number" ? remediation["retries"] : 0;
  const retriesOnly = strategy["name"] === "RetryOnFailure";
  const last = remediation["remediateLastFailure"];
  return {
    timeout: duration(fields["timeout"]) ?? timeout,
    wait: fields["disableWait"] !== true,
    waitForJobs: fields["disableWaitForJobs"] !== true,
    hooks: fields["disableHooks"] !== true,
    schema: fields["disableSchemaValidation"] !== true,
    serverSideApply: (fields["serverSideApply"] as ChosenApply | undefined) ?? "auto",
    force: fields["force"] === true,
    takeOwnership: fields["disableTakeOwnership"] !== true,
    cleanupOnFail: fields["cleanupOnFail"] === true,
    crds: (fields["crds"] as ActionSettings["crds"] | undefined) ?? "Create",
    retryInterval: retriesOnly ? (duration(strategy["retryInterval"]) ?? 300_000) : undefined,
    remediation: {
      retries,
      remediateLastFailure: typeof last === "boolean" ? last : retries > 0,
      strategy: remediation["strategy"] === "uninstall" ? "uninstall" : "rollback",
      ignoreTestFailures:
        typeof remediation["ignoreTestFailures"] === "boolean"
          ? remediation["ignoreTestFailures"]
          : undefined,
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function duration(value: unknown): number | undefined {
  return typeof value === "string" ? parseDuration(value) : undefined;
}

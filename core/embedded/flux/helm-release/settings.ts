import { parseDuration } from "@catalyst/base/duration";
import { isObject } from "@catalyst/base/json";
import { type HelmRelease, helmReleaseName } from "@catalyst/ports/flux";

type Fields = Readonly<Record<string, unknown>>;

/** How one kind of Helm action is to be run. */
export interface ActionSettings {
  /** Milliseconds. */
  readonly timeout: number;
  readonly wait: boolean;
  readonly hooks: boolean;
  readonly schema: boolean;
  /** What happens with a chart's definitions. */
  readonly crds: "Skip" | "Create" | "CreateReplace";
  /** Tries again after this many milliseconds instead of remediating; undefined: remediates. */
  readonly retryInterval: number | undefined;
  readonly remediation: {
    /** Attempts after the first; -1: without end. */
    readonly retries: number;
    readonly remediateLastFailure: boolean;
    readonly strategy: "rollback" | "uninstall";
  };
}

/** A HelmRelease's spec with Flux's defaults filled in. */
export interface ReleaseSettings {
  readonly releaseName: string;
  readonly releaseNamespace: string;
  readonly storageNamespace: string;
  readonly createNamespace: boolean;
  readonly maxHistory: number;
  readonly install: ActionSettings;
  readonly upgrade: ActionSettings & { readonly cleanupOnFail: boolean; readonly preserveValues: boolean };
  readonly rollback: ActionSettings;
  readonly uninstall: ActionSettings & { readonly keepHistory: boolean };
  readonly test: ActionSettings & { readonly enable: boolean; readonly ignoreFailures: boolean };
}

/** Reads a HelmRelease's spec. */
export function settingsOf(object: HelmRelease): ReleaseSettings {
  const { spec } = object;
  const namespace = object.metadata.namespace ?? "";
  const { targetNamespace } = spec;
  const timeout = spec.timeout === undefined ? 300_000 : parseDuration(spec.timeout);
  const upgrade = fieldsOf(spec.upgrade);
  const test = fieldsOf(spec.test);
  const action = (fields: Fields, defaults: Partial<Pick<ActionSettings, "crds">> = {}) =>
    actionSettings(fields, timeout, defaults.crds ?? "Skip");
  return {
    releaseName: helmReleaseName(object),
    releaseNamespace: targetNamespace ?? namespace,
    storageNamespace: spec.storageNamespace ?? namespace,
    createNamespace: targetNamespace !== undefined && fieldsOf(spec.install)["createNamespace"] === true,
    maxHistory: spec.maxHistory ?? 5,
    install: action(fieldsOf(spec.install), { crds: "Create" }),
    upgrade: {
      ...action(upgrade),
      cleanupOnFail: upgrade["cleanupOnFail"] === true,
      preserveValues: upgrade["preserveValues"] === true,
    },
    rollback: action(fieldsOf(spec.rollback)),
    uninstall: {
      ...action(fieldsOf(spec.uninstall)),
      keepHistory: fieldsOf(spec.uninstall)["keepHistory"] === true,
    },
    test: {
      ...action(test),
      enable: test["enable"] === true,
      ignoreFailures: test["ignoreFailures"] === true,
    },
  };
}

function actionSettings(fields: Fields, timeout: number, crds: ActionSettings["crds"]): ActionSettings {
  const strategy = fieldsOf(fields["strategy"]);
  const remediation = fieldsOf(fields["remediation"]);
  const retries = typeof remediation["retries"] === "number" ? remediation["retries"] : 0;
  const retriesOnly = strategy["name"] === "RetryOnFailure";
  const last = remediation["remediateLastFailure"];
  return {
    timeout: duration(fields["timeout"]) ?? timeout,
    wait: fields["disableWait"] !== true,
    hooks: fields["disableHooks"] !== true,
    schema: fields["disableSchemaValidation"] !== true,
    crds: typeof fields["crds"] === "string" ? (fields["crds"] as ActionSettings["crds"]) : crds,
    retryInterval: retriesOnly ? (duration(strategy["retryInterval"]) ?? 300_000) : undefined,
    remediation: {
      retries,
      remediateLastFailure: typeof last === "boolean" ? last : retries > 0,
      strategy: remediation["strategy"] === "uninstall" ? "uninstall" : "rollback",
    },
  };
}

function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function duration(value: unknown): number | undefined {
  return typeof value === "string" ? parseDuration(value) : undefined;
}

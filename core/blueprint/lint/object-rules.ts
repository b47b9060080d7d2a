import { isObject } from "@catalyst/base/json";
import { labels } from "@catalyst/model/label";
import { chartFolder } from "../folder/folder.ts";
import type { RenderedObject } from "./rendering.ts";
import type { LintSubject, Rule, RuleFinding } from "./rule.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A container of a workload. */
interface Container {
  readonly of: RenderedObject;
  readonly name: string;
  readonly fields: Fields;
  /** Runs to its end before the others start, so it needs no probes. */
  readonly once: boolean;
}

const requiredLabels = [
  labels.name,
  labels.release,
  labels.version,
  labels.component,
  labels.partOf,
  labels.managedBy,
];

const label: Rule = {
  code: "label-missing",
  severity: "error",
  summary:
    "Every object of its own has the labels app.kubernetes.io/name, instance, version, component, part-of, managed-by.",
  check: (subject) =>
    eachObject(subject, (of) => {
      // What a wrapped chart makes is labelled by its authors; no value changes that.
      if (of.file.startsWith(`${chartFolder}/charts/`)) return [];
      const own = nested(of.object, "metadata", "labels");
      const missing = requiredLabels.filter((name) => own?.[name] === undefined);
      return missing.length === 0 ? [] : [finding(of, `it has no label ${missing.join(", ")}`)];
    }),
};

const image: Rule = {
  code: "image-unpinned",
  severity: "error",
  summary: "Every image has a tag other than latest, or a digest.",
  check: (subject) =>
    eachContainer(subject, (container) => {
      const reference = String(container.fields["image"] ?? "");
      if (isPinned(reference)) return [];
      return [finding(container.of, `the image ${reference} of container ${container.name} isn't pinned`)];
    }),
};

const probe: Rule = {
  code: "probe-missing",
  severity: "error",
  summary: "Every long-running container has a liveness and a readiness probe.",
  check: (subject) =>
    eachContainer(subject, (container) => {
      const missing = ["livenessProbe", "readinessProbe"].filter((name) => !isObject(container.fields[name]));
      if (container.once || missing.length === 0) return [];
      return [finding(container.of, `container ${container.name} has no ${missing.join(" and no ")}`)];
    }),
};

const resources: Rule = {
  code: "resources-missing",
  severity: "error",
  summary: "Every container requests CPU and memory and limits its memory.",
  check: (subject) =>
    eachContainer(subject, ({ of, name, fields }) => {
      const wanted = [
        ["requests", "cpu"],
        ["requests", "memory"],
        ["limits", "memory"],
      ] as const;
      const missing = wanted.filter(
        ([kind, what]) => nested(fields, "resources", kind)?.[what] === undefined,
      );
      if (missing.length === 0) return [];
      const fieldsMissing = missing.map(([kind, what]) => `${kind}.${what}`).join(", ");
      return [finding(of, `container ${name} has no resources.${fieldsMissing}`)];
    }),
};

const secret: Rule = {
  code: "secret-plaintext",
  severity: "error",
  summary: "No secret value is in the chart: neither in a Secret nor in a container's environment.",
  check: (subject) => [
    ...eachObject(subject, (of) => {
      if (of.kind !== "Secret") return [];
      const keys = [
        ...Object.keys(nested(of.object, "data") ?? {}),
        ...Object.keys(nested(of.object, "stringData") ?? {}),
      ];
      return keys.length === 0 ? [] : [finding(of, `it holds values of its own: ${keys.join(", ")}`)];
    }),
    ...eachContainer(subject, ({ of, name, fields }) => {
      const entries = Array.isArray(fields["env"]) ? fields["env"].filter(isObject) : [];
      return entries
        .filter(
          (entry) =>
            isSecretName(String(entry["name"])) && entry["value"] !== undefined && entry["value"] !== "",
        )
        .map((entry) => finding(of, `container ${name} has ${entry["name"]} as plain text`));
    }),
  ],
};

/** Rules about what the chart makes. */
export const objectRules: readonly Rule[] = [label, image, probe, resources, secret];

function eachObject(subject: LintSubject, check: (of: RenderedObject) => RuleFinding[]): RuleFinding[] {
  const found = subject.renderings.flatMap(({ objects }) => objects.flatMap(check));
  // Sizes share most of their objects.
  return [...new Map(found.map((item) => [`${item.file}\n${item.message}`, item])).values()];
}

function eachContainer(subject: LintSubject, check: (container: Container) => RuleFinding[]): RuleFinding[] {
  return eachObject(subject, (of) => containersOf(of).flatMap(check));
}

function containersOf(of: RenderedObject): Container[] {
  const pod =
    of.kind === "Pod"
      ? nested(of.object, "spec")
      : (nested(of.object, "spec", "template", "spec") ??
        nested(of.object, "spec", "jobTemplate", "spec", "template", "spec"));
  const job = of.kind === "Job" || of.kind === "CronJob";
  const list = (name: string, once: boolean): Container[] => {
    const items = pod?.[name];
    if (!Array.isArray(items)) return [];
    return items.filter(isObject).map((fields) => ({ of, name: String(fields["name"]), fields, once }));
  };
  return [...list("containers", job), ...list("initContainers", true)];
}

function isPinned(reference: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(reference)) return true;
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  return tag !== undefined && tag !== "latest";
}

function isSecretName(name: string): boolean {
  return /(^|_)(PASSWORD|PASSWD|TOKEN|SECRET|SECRET_KEY|API_KEY|PRIVATE_KEY)$/i.test(name);
}

function nested(value: unknown, ...path: readonly string[]): Fields | undefined {
  const found = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return isObject(found) ? found : undefined;
}

function finding(of: RenderedObject, message: string): RuleFinding {
  return { message: `${of.kind} ${of.name}: ${message}`, file: of.file };
}

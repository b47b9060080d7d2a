import { CatalystError } from "@catalyst/base/errors";
import type { Kustomization } from "./kustomization/kustomization.ts";
import { helmMark, type Item, type Origin } from "./objects/item.ts";
import { addTexts } from "./transformers/texts.ts";
import { refuseMisread } from "./values/scalar.ts";

/** The version whose output this is; `managedByLabel` shows it. */
const version = "v5.8.1";

const originAnnotation = "config.kubernetes.io/origin";
const transformationsAnnotation = "alpha.config.kubernetes.io/transformations";

/** What Kustomize notes on objects while it builds, and never prints. */
const buildAnnotations: readonly string[] = [
  ...["previousKinds", "previousNames", "prefixes", "suffixes", "previousNamespaces", "allowNameChange"],
  ...["allowKindChange", "refBy", "generatorBehavior", "needsHashSuffix", "path", "index", "seqindent", "id"],
].map((name) => `internal.config.kubernetes.io/${name}`);

const readerAnnotations: readonly string[] = [
  "internal.config.kubernetes.io/annotations-migration-resource-id",
  "config.kubernetes.io/path",
  "config.kubernetes.io/index",
  "config.k8s.io/id",
  helmMark,
];

/** Objects that say so are there for the build alone. */
const localAnnotation = "config.kubernetes.io/local-config";

/**
 * Tells whether an object is printed, rather than there for the build alone. Throws `kustomize-resource-invalid` for one
 * whose kind or name was taken away.
 */
export function isPrinted(item: Item): boolean {
  const missing =
    item.kind === "" ? "kind" : !item.kind.endsWith("List") && item.name === "" ? "name" : undefined;
  if (missing !== undefined) {
    const message = `an object has no ${missing} any more: ${item.kind || "no kind"} '${item.name}'`;
    throw new CatalystError("kustomize-resource-invalid", message);
  }
  const mark = item.texts("annotations")[localAnnotation];
  return mark === undefined || mark === "false";
}

/** Gives objects the labels and annotations that `buildMetadata` asks for, and takes away the build's own. */
export function finishMetadata(items: readonly Item[], { buildMetadata = [] }: Kustomization): void {
  if (buildMetadata.includes("managedByLabel")) {
    const specs = [{ path: "metadata/labels", create: true }];
    addTexts(items, { "app.kubernetes.io/managed-by": `kustomize-${version}` }, specs);
  }
  const withOrigin = buildMetadata.includes("originAnnotations");
  const withTransformations = buildMetadata.includes("transformerAnnotations");
  const hidden = new Set([...buildAnnotations, ...readerAnnotations]);
  if (!withOrigin) hidden.add(originAnnotation);
  if (!withTransformations) hidden.add(transformationsAnnotation);
  for (const item of items) {
    const kept = Object.entries(item.texts("annotations")).filter(([name]) => !hidden.has(name));
    // All of them are written anew, whether they stood in quotes or not.
    for (const [name] of kept) refuseMisread(name);
    const { origin, transformations } = item;
    if (withOrigin && origin !== undefined) kept.push([originAnnotation, originLines(origin).join("")]);
    if (withTransformations && transformations.length > 0) {
      kept.push([transformationsAnnotation, transformations.map(listed).join("")]);
    }
    item.setTexts("annotations", Object.fromEntries(kept));
  }
}

function listed(origin: Origin): string {
  return originLines(origin)
    .map((line, index) => `${index === 0 ? "- " : "  "}${line}`)
    .join("");
}

function originLines({ path, configuredIn, configuredBy }: Origin): readonly string[] {
  const field = (name: string, text: string | undefined) => (text ? [`${name}: ${text}\n`] : []);
  const by = configuredBy ?? { apiVersion: "", kind: "" };
  const inner = [
    ...field("apiVersion", by.apiVersion),
    ...field("kind", by.kind),
    ...field("name", by.name),
    ...field("namespace", by.namespace),
  ].map((line) => `  ${line}`);
  return [
    ...field("path", path),
    ...field("configuredIn", configuredIn),
    ...(inner.length === 0 ? [] : ["configuredBy:\n", ...inner]),
  ];
}

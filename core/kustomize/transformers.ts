import { isObject } from "@catalyst/base/json";
import { type FieldSpec, updateBySpecs } from "./field-paths.ts";
import { fieldSpecs } from "./field-specs.ts";
import type { ImageChange, Kustomization, Labels } from "./kustomization.ts";
import { groupVersionOf, type KubeResource } from "./resource.ts";
import { changed, isNamed, type Working } from "./working-set.ts";

type Texts = Readonly<Record<string, string>>;

/** Adds a prefix and a suffix to names; of definitions, namespaces and API services the names are fixed. */
export function rename(item: Working, prefix: string, suffix: string): Working {
  const { resource } = item;
  const { group } = groupVersionOf(resource.apiVersion);
  const isFixed =
    resource.kind === "CustomResourceDefinition" ||
    (resource.kind === "Namespace" && group === "") ||
    (resource.kind === "APIService" && group === "apiregistration.k8s.io");
  if (isFixed || (prefix === "" && suffix === "")) return item;
  const { metadata } = resource;
  return changed(item, {
    ...resource,
    metadata: { ...metadata, name: `${prefix}${metadata.name}${suffix}` },
  });
}

const labelSpecs: readonly FieldSpec[] = [{ path: "metadata/labels", create: true }];

/** Adds the labels of one `labels` entry. */
export function addLabels(resource: KubeResource, labels: Labels): KubeResource {
  const specs = [
    ...(labels.fields ?? []),
    ...(labels.includeSelectors === true
      ? fieldSpecs.commonLabels
      : labels.includeTemplates === true
        ? [...labelSpecs, ...fieldSpecs.templateLabels]
        : labelSpecs),
  ];
  return addTexts(resource, specs, labels.pairs);
}

/** Adds labels everywhere, selectors included. */
export function addCommonLabels(resource: KubeResource, labels: Texts): KubeResource {
  return addTexts(resource, fieldSpecs.commonLabels, labels);
}

export function addCommonAnnotations(resource: KubeResource, annotations: Texts): KubeResource {
  return addTexts(resource, fieldSpecs.commonAnnotations, annotations);
}

function addTexts(resource: KubeResource, specs: readonly FieldSpec[], texts: Texts): KubeResource {
  if (Object.keys(texts).length === 0) return resource;
  return updateBySpecs(resource, specs, (value) => ({ ...(isObject(value) ? value : {}), ...texts }));
}

/** Sets the number of replicas of the objects called so. */
export function setReplicas(item: Working, replicas: NonNullable<Kustomization["replicas"]>): Working {
  const found = replicas.find(({ name }) => isNamed(item, name));
  if (found === undefined) return item;
  return changed(
    item,
    updateBySpecs(item.resource, fieldSpecs.replicas, () => Number(found.count)),
  );
}

/** Changes image names, tags and digests. */
export function changeImages(resource: KubeResource, images: readonly ImageChange[]): KubeResource {
  const specs = fieldSpecs.images.map((spec) => ({ ...spec, create: false }));
  return images.reduce(
    (current, image) =>
      updateBySpecs(current, specs, (value) =>
        typeof value === "string" ? changedImage(value, image) : value,
      ),
    resource,
  );
}

function changedImage(text: string, change: ImageChange): string {
  const { name, tag, digest } = splitImage(text);
  if (name !== change.name) return text;
  const newName = change.newName || name;
  const newTag = change.newTag === undefined ? undefined : String(change.newTag);
  if (newTag || change.digest) {
    return newName + (newTag ? `:${newTag}` : "") + (change.digest ? `@${change.digest}` : "");
  }
  if (change.tagSuffix) return `${newName}:${tag}${change.tagSuffix}`;
  return newName + (tag === "" ? "" : `:${tag}`) + (digest === "" ? "" : `@${digest}`);
}

function splitImage(text: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const at = text.indexOf("@");
  const digest = at < 0 ? "" : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const colon = rest.lastIndexOf(":");
  // A colon before the last slash belongs to the registry's port.
  if (colon <= rest.lastIndexOf("/")) return { name: rest, tag: "", digest };
  return { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

import { CatalystError } from "@catalyst/base/errors";
import { goRegexp } from "@catalyst/base/go-regexp";
import type { ImageChange } from "../kustomization/kustomization.ts";
import type { Item } from "../objects/item.ts";
import { spendTime } from "../time-limit.ts";
import { type FieldSpec, scalarSetter, updateFields } from "../values/field-spec.ts";
import { pathError } from "../values/lookup.ts";
import { type Fields, fieldOf, isMapping, isNull, withField } from "../values/scalar.ts";

/** The images of each object as it stands, where the same specs and its containers lead. */
type FoundImages = WeakMap<Fields, readonly string[]>;

/**
 * Makes what changes an image's name, tag or digest: in all lists of containers, and where the specs lead. Of many
 * changes most mean none of an object's images: what one finds tells those after it not to go through the object.
 */
export function imageChanger(
  specs: readonly FieldSpec[],
): (items: readonly Item[], change: ImageChange) => void {
  const found: FoundImages = new WeakMap();
  return (items, change) => {
    const isMeant = imageTest(change.name ?? "");
    for (const item of items) {
      if (item.value === undefined || item.kind === "CustomResourceDefinition") continue;
      if (found.get(item.value)?.some(isMeant) === false) continue;
      const images: string[] = [];
      const next = (text: string) => {
        const image = isMeant(text) ? changedImage(text, change) : text;
        images.push(image);
        return image;
      };
      const containers = inContainers(item.value, next) as Fields;
      item.value = updateFields(containers, specs, { set: keepingNull(next) });
      found.set(item.value, images);
    }
  };
}

function keepingNull(next: (text: string) => string): (value: unknown) => unknown {
  const set = scalarSetter(next);
  return (value) => (isNull(value) ? value : unlessSame(value, set(value)));
}

/** A scalar that stays the same keeps its kind. */
function unlessSame(before: unknown, after: unknown): unknown {
  return String(before) === after ? before : after;
}

/** An image's name is a regular expression, as Kustomize takes it. */
function imageTest(name: string): (image: string) => boolean {
  try {
    const expression = goRegexp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
    return (image) => {
      spendTime(name.length * image.length);
      return expression.test(image);
    };
  } catch (cause) {
    throw new CatalystError("kustomize-invalid", `'${name}' can't be an image's name`, { cause });
  }
}

/** Changes the images of every list called `containers` or `initContainers`, however deep. */
function inContainers(value: unknown, next: (text: string) => string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => inContainers(item, next));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isMapping(value)) return value;
  let result: Fields = value;
  for (const [name, field] of Object.entries(value)) {
    const inner = inContainers(field, next);
    const isList = (name === "containers" || name === "initContainers") && Array.isArray(inner);
    result = withField(result, name, isList ? inner.map((item) => ofContainer(item, next)) : inner);
  }
  return result;
}

function ofContainer(container: unknown, next: (text: string) => string): unknown {
  if (isNull(container)) return container;
  if (!isMapping(container)) throw pathError("a container is not a mapping");
  const image = fieldOf(container, "image");
  return image === undefined ? container : withField(container, "image", keepingNull(next)(image));
}

function changedImage(text: string, change: ImageChange): string {
  const { name, tag, digest } = splitImage(text);
  const newName = change.newName || name;
  if (change.newTag || change.digest) {
    return joinImage(newName, change.newTag ?? "", change.digest ?? "");
  }
  if (change.tagSuffix) return joinImage(newName, `${tag}${change.tagSuffix}`, "");
  return joinImage(newName, tag, digest);
}

function joinImage(name: string, tag: string, digest: string): string {
  return name + (tag === "" ? "" : `:${tag}`) + (digest === "" ? "" : `@${digest}`);
}

/** Splits at the tag's colon and the digest's `@`; what stands before the first slash may be a host with a port. */
function splitImage(text: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const slash = Math.max(text.indexOf("/"), 0);
  const at = text.indexOf("@", slash);
  const colon = text.indexOf(":", slash);
  if (at < 0 && colon < 0) return { name: text, tag: "", digest: "" };
  if (at >= 0 && (colon < 0 || at < colon))
    return { name: text.slice(0, at), tag: "", digest: text.slice(at + 1) };
  if (at >= 0)
    return { name: text.slice(0, colon), tag: text.slice(colon + 1, at), digest: text.slice(at + 1) };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1), digest: "" };
}

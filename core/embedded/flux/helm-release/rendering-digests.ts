import { digestOf } from "@catalyst/base/digest";
import { escapedAsGo } from "@catalyst/base/go-json-print";
import { canonicalJson } from "@catalyst/base/json";
import type { CommonMetadata, PostRenderer } from "@catalyst/ports/flux";

type Texts = Readonly<Record<string, string>>;

/** By which a change of the common metadata is seen; undefined: there is none. Source: Flux's CommonMetadataDigest. */
export function commonMetadataDigest(metadata: CommonMetadata | undefined): string | undefined {
  if (metadata === undefined) return undefined;
  const named = Object.entries(metadata).filter(([, texts]) => Object.keys(texts ?? {}).length > 0);
  // as Go's JSON encoder writes it, with a line's end
  return digestOf(`${canonicalJson(Object.fromEntries(named))}\n`);
}

/** By which a change of the post-renderers is seen; undefined: there are none. Source: Flux's postrender.Digest. */
export function postRenderersDigest(renderers: readonly PostRenderer[] | undefined): string | undefined {
  if (renderers === undefined) return undefined;
  const ordered = renderers.map(({ kustomize }) => ({ kustomize: kustomize && inGoOrder(kustomize) }));
  return digestOf(`${escapedAsGo(JSON.stringify(ordered))}\n`);
}

/** In the order of Flux's types, without what is empty. */
function inGoOrder({ patches = [], images = [] }: NonNullable<PostRenderer["kustomize"]>): object {
  const targetOf = (target: Texts) =>
    picked(target, ["group", "version", "kind", "namespace", "name", "annotationSelector", "labelSelector"]);
  const all = {
    patches: patches.map(({ patch, target }) => ({ patch, target: target && targetOf(target) })),
    images: images.map((image) => ({
      name: image.name,
      ...picked(image, ["newName", "newTag", "digest"]),
    })),
  };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
}

function picked(texts: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(names.flatMap((name) => (texts[name] ? [[name, texts[name]]] : [])));
}

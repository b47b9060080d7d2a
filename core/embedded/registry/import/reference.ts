import { isRepositoryName, isTag } from "../protocol/route.ts";
import { imageInvalid } from "./archive.ts";

/** Where an image goes in the registry. */
export interface ImageReference {
  readonly repository: string;
  readonly tag: string;
}

/**
 * Reads an image's name as container tools write it, without the registry it came from: `localhost/blog:1`
 * and `docker.io/library/blog:1` are `library/blog` with tag `1`. Throws `image-invalid`.
 */
export function parseImageReference(text: string): ImageReference {
  const [named = ""] = text.split("@");
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const name = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : "latest";
  const parts = name.split("/");
  const [first = ""] = parts;
  if (parts.length > 1 && (first === "localhost" || /[.:]/.test(first))) parts.shift();
  const repository = parts.length === 1 ? `library/${parts[0]}` : parts.join("/");
  if (!isRepositoryName(repository) || !isTag(tag)) {
    throw imageInvalid(`${JSON.stringify(text)} can't name an image`);
  }
  return { repository, tag };
}

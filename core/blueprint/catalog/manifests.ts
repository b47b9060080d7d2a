import { type Digest, digestOf } from "@catalyst/base/digest";
import { parseYaml } from "@catalyst/base/yaml";
import type { BlueprintManifest } from "@catalyst/model/blueprint";
import type { KeyValue } from "@catalyst/ports/events";
import { manifestSchema, parseManifest } from "../folder/folder.ts";

/** Counted up when `normalizeManifest` gives something else for what it was given before. */
const normalization = 1;

/** Largest manifest kept, in characters of JSON; a longer one is read anew each time. */
const keptLimit = 256 * 1024;

/** What a manifest was read as, and by which rules. */
interface Kept {
  readonly rules: Digest;
  readonly manifest: BlueprintManifest;
}

/**
 * Reads the blueprint.yaml of releases, each digest once for all starts: what it says is kept, and read again only when
 * the rules it is checked by have changed. A catalog is read whole at every start, and changes seldom.
 */
export class Manifests {
  readonly #kept: KeyValue | undefined;
  readonly #rules = digestOf(JSON.stringify([normalization, manifestSchema]));
  #added: { readonly key: string; readonly value: Kept }[] = [];

  /** Without a bucket nothing is kept. */
  constructor(kept: KeyValue | undefined) {
    this.#kept = kept;
  }

  /** Reads the bytes of this digest. Throws `blueprint-invalid`, and what `fetch` or parsing YAML throws. */
  async read(digest: Digest, fetch: () => Promise<Uint8Array>): Promise<BlueprintManifest> {
    const key = digest.replace(":", "/");
    const before = (await this.#kept?.get(key))?.value as Kept | undefined;
    if (before?.rules === this.#rules) return before.manifest;
    const text = new TextDecoder().decode(await fetch());
    const { manifest } = parseManifest(parseYaml(text, { file: "blueprint.yaml" }));
    if (JSON.stringify(manifest).length <= keptLimit)
      this.#added.push({ key, value: { rules: this.#rules, manifest } });
    return manifest;
  }

  /** Keeps what was read since the last time, in one write. */
  async keep(): Promise<void> {
    const added = this.#added;
    this.#added = [];
    if (added.length > 0) await this.#kept?.putAll(added);
  }
}

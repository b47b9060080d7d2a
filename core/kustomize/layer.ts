import { CatalystError, type Place } from "@catalyst/base/errors";
import type { Pieces } from "@catalyst/base/pieces";
import { type FileTree, resolvePath } from "./files.ts";
import type { InflateChart } from "./generators/helm-charts.ts";
import type { KustomizationFile } from "./kustomization/read.ts";
import type { DocumentCache } from "./objects/documents.ts";
import { Item } from "./objects/item.ts";
import type { Schemas } from "./openapi/schemas.ts";
import type { Fields } from "./values/scalar.ts";

/** What one build reads from and knows. */
export interface Build {
  readonly files: FileTree;
  /** Which files a kustomization may name: those in and below its own folder, or all below the root. */
  readonly restriction: "folder" | "root";
  readonly documents: DocumentCache | undefined;
  /** Renders charts; undefined where they are refused. */
  readonly inflate: InflateChart | undefined;
  readonly schemas: Schemas;
  /** Kustomizations that were read, by their folders: many may include one. */
  readonly kustomizations: Map<string, KustomizationFile>;
  /** How many kustomizations were included. */
  included: number;
  /** How many characters charts were rendered to. */
  rendered: number;
}

/** Most kustomizations one build may include: folders that include others twice multiply them. */
const includeLimit = 10_000;

/** Counts a kustomization that is included. Throws `kustomize-too-large`. */
export function countIncluded(build: Build, place: Place): void {
  if (++build.included <= includeLimit) return;
  throw new CatalystError("kustomize-too-large", `more than ${includeLimit} kustomizations are included`, {
    place,
  });
}

/** Most characters that the charts of one build may be rendered to: as many bytes as Helm lets one chart have. */
const renderedLimit = 100 * 1024 * 1024;

/** Counts what a chart was rendered to. Throws `kustomize-too-large`. */
export function countRendered(build: Build, text: string): void {
  build.rendered += text.length;
  if (build.rendered <= renderedLimit) return;
  const message = `the charts are rendered to more than ${renderedLimit} characters together`;
  throw new CatalystError("kustomize-too-large", message, {
    hint: "List fewer of them in one kustomization.",
  });
}

/** A kustomization that is being carried out: where it stands, and what it may read. */
export class Layer {
  readonly build: Build;
  readonly folder: string;
  /** The path of its file. */
  readonly file: string;

  constructor(build: Build, folder: string, file: string) {
    this.build = build;
    this.folder = folder;
    this.file = file;
  }

  /** Names a field of the kustomization. */
  place(field: string): Place {
    return { file: this.file, field };
  }

  /** Gives the path of a file that a field names. Throws `kustomize-path-escape`, `kustomize-remote-refused`. */
  path(relative: string, place: Place): string {
    const path = this.anyPath(relative, place);
    const isBelow = this.folder === "" || path.startsWith(`${this.folder}/`);
    if (isBelow || this.build.restriction === "root") return path;
    throw new CatalystError(
      "kustomize-path-escape",
      `'${relative}' is not in or below the kustomization's folder '${this.folder}'`,
      { place, hint: "Move the file there, or list its folder as a base." },
    );
  }

  /** The same of a file or folder that may be anywhere below the root. */
  anyPath(relative: string, place: Place): string {
    const { files } = this.build;
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(relative);
    if (isUrl) throw remoteRefused(relative, place);
    const path = resolvePath(this.folder, relative, place);
    if (!looksRemote.test(relative)) return path;
    const isThere = files.identity(path) !== undefined || files.list(path) !== undefined;
    if (!isThere) throw remoteRefused(relative, place);
    return path;
  }

  /** Reads a file that a field names. Throws also `kustomize-file-missing`. */
  read(relative: string, place: Place): Uint8Array {
    const path = this.path(relative, place);
    const bytes = this.build.files.read(path);
    if (bytes !== undefined) return bytes;
    throw new CatalystError("kustomize-file-missing", `there is no file '${path}'`, { place });
  }

  /** Reads a file that a field names as text. */
  readText(relative: string, place: Place): string {
    return new TextDecoder().decode(this.read(relative, place));
  }

  /** Makes an item of an object. */
  item(value: Fields): Item {
    const { schemas } = this.build;
    return new Item(value, (apiVersion, kind) => schemas.isClusterScoped(apiVersion, kind));
  }
}

/** What Git takes for a repository where there is no file or folder called so. */
const looksRemote = /^[a-z][a-z0-9+.-]*:|^[^/]+@[^/]+:|^(?:github\.com|bitbucket\.org|gitlab\.com)[/:]/i;

/** Nothing is ever fetched during a build (security case 13). */
function remoteRefused(entry: string, place: Place): CatalystError {
  const message = `'${entry}' is not a path: remote bases aren't fetched`;
  return new CatalystError("kustomize-remote-refused", message, {
    place,
    hint: "Copy the base into the repository.",
  });
}

/** Does something for a field: an error that doesn't say where it happened gets the field's place. */
export function within<T>(place: Place, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw placed(error, place);
  }
}

/** The same for work that is done a piece at a time. */
export function* piecesWithin<T>(place: Place, work: Pieces<T>): Pieces<T> {
  try {
    return yield* work;
  } catch (error) {
    throw placed(error, place);
  }
}

function placed(error: unknown, place: Place): unknown {
  if (!(error instanceof CatalystError) || error.place?.file !== undefined) return error;
  const { message, hint, details } = error;
  return new CatalystError(error.code, message, {
    place: { ...place, ...error.place },
    hint,
    details,
    cause: error,
  });
}

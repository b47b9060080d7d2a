import { type FileTree, fileTree } from "@catalyst/kustomize";
import ignore, { type Ignore } from "ignore";

/** One file of a source, as its artifact holds it. `identity` is equal for equal content. */
export interface SourceFile {
  readonly path: string;
  readonly identity: string;
  readonly executable: boolean;
  readonly bytes: Uint8Array;
}

/** The files of a source as a build reads them. */
export function sourceTree(files: readonly SourceFile[]): FileTree {
  return fileTree(
    new Map(files.map((file) => [file.path, file.bytes])),
    new Map(files.map((file) => [file.path, file.identity])),
  );
}

/** Left out of every artifact, whatever the source says. Source: Flux's sourceignore. */
const always = [".git/", ".gitignore", ".gitmodules", ".gitattributes"];

/** Left out unless the source's own rules take them in again. */
const byDefault = [
  ..."*.jpg,*.jpeg,*.gif,*.png,*.wmv,*.flv,*.tar.gz,*.zip".split(","),
  ...".github/,.circleci/,.travis.yml,.gitlab-ci.yml,appveyor.yml,.drone.yml,cloudbuild.yaml".split(","),
  ..."codeship-services.yml,codeship-steps.yml".split(","),
  ..."**/.goreleaser.yml,**/.sops.yaml,**/.flux.yaml".split(","),
];

/**
 * Tells which paths belong into an artifact: Flux's defaults, then the `.sourceignore` files of the source from
 * the root down, then `spec.ignore`; all in Git's pattern language.
 */
export function sourceFilter(
  ignoreFiles: ReadonlyMap<string, string>,
  specIgnore: string | undefined,
): (path: string) => boolean {
  const root = ignore().add(always).add(byDefault);
  const below: { readonly folder: string; readonly rules: Ignore }[] = [];
  for (const [path, text] of [...ignoreFiles].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : "";
    if (folder === "") root.add(text);
    else below.push({ folder, rules: ignore().add(text) });
  }
  if (specIgnore !== undefined) root.add(specIgnore);
  return (path) =>
    !root.ignores(path) &&
    !below.some(({ folder, rules }) => path.startsWith(folder) && rules.ignores(path.slice(folder.length)));
}

/** The name of the files in a source that say what to leave out. */
export const ignoreFileName = ".sourceignore";

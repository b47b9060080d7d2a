import { CatalystError } from "@catalyst/base/errors";
import { matchPath } from "../chart/glob.ts";
import { trimSpace } from "../template/space.ts";
import { type Hook, splitManifests } from "./manifests.ts";
import type { RenderedChart } from "./render.ts";

export interface PrintOptions {
  /** Prints the crds folder's files first. */
  readonly includeCrds?: boolean | undefined;
  /** Leaves hooks out. */
  readonly noHooks?: boolean | undefined;
  /** Leaves test hooks out. */
  readonly skipTests?: boolean | undefined;
  /** Only objects of these templates: paths below the chart's folder, with wildcards. */
  readonly showOnly?: readonly string[] | undefined;
}

/**
 * Prints what `helm template` does. Throws `chart-template-unknown` when `showOnly` names a template that gave
 * nothing.
 */
export function printManifest(rendered: RenderedChart, options: PrintOptions = {}): string {
  const text = `${trimSpace(releaseManifest(rendered, options.includeCrds))}\n${printHooks(rendered, options)}`;
  if (options.showOnly === undefined || options.showOnly.length === 0) return text;
  return selected(text, options.showOnly);
}

/** The manifest as a release's record holds it: every object but hooks. */
export function releaseManifest(rendered: RenderedChart, includeCrds = false): string {
  const crds = includeCrds ? rendered.crds : [];
  return [
    ...crds.map(({ path, content }) => document(path, content)),
    ...rendered.manifests.map(({ path, content }) => document(path, content)),
  ].join("");
}

/** A file of `--output-dir`. */
export interface PrintedFile {
  readonly path: string;
  readonly text: string;
  /** CustomResourceDefinitions lie beside the folder of the release, where there is one. */
  readonly isCrd: boolean;
}

/** Gives what `helm template --output-dir` writes, a file for each template, in the order it writes them. */
export function printFiles(rendered: RenderedChart, options: PrintOptions = {}): PrintedFile[] {
  const crds = options.includeCrds === true ? rendered.crds : [];
  const pieces = [
    ...crds.map(({ path, content }) => ({ path, content, isCrd: true })),
    ...[...rendered.manifests, ...printedHooks(rendered, options)].map(({ path, content }) => ({
      path,
      content,
      isCrd: false,
    })),
  ];
  return pieces.map(({ path, content, isCrd }) => ({ path, text: document(path, content), isCrd }));
}

function document(path: string, content: string): string {
  return `---\n# Source: ${path}\n${content}\n`;
}

function printHooks(rendered: RenderedChart, options: PrintOptions): string {
  return printedHooks(rendered, options)
    .map(({ path, content }) => document(path, content))
    .join("");
}

function printedHooks({ hooks }: RenderedChart, { noHooks, skipTests }: PrintOptions): readonly Hook[] {
  if (noHooks === true) return [];
  return hooks.filter((hook) => skipTests !== true || !hook.events.includes("test"));
}

function selected(text: string, patterns: readonly string[]): string {
  const manifests = splitManifests(text).map((content) => ({
    content,
    name: /# Source: [^/\n]+\/(.+)/.exec(content)?.[1],
  }));
  return patterns
    .map((pattern) => {
      const found = manifests.filter(({ name }) => name !== undefined && matchPath(pattern, name));
      if (found.length === 0) {
        throw new CatalystError("chart-template-unknown", `could not find template ${pattern} in chart`);
      }
      return found.map(({ content }) => `---\n${content}\n`).join("");
    })
    .join("");
}

import type { Digest } from "@catalyst/base/digest";
import { CatalystError } from "@catalyst/base/errors";
import type { JsonObject } from "@catalyst/base/json";
import type { ArchivedChart } from "@catalyst/charts/records";
import type { ConfigForm, ValueOrigin, ValueView } from "@catalyst/model/view";
import type { Catalog, CatalogRelease } from "../catalog/index.ts";
import { type ExpandFacts, expandDocument } from "../plan/objects.ts";
import type { ApplicationDocument } from "../plan/tree.ts";
import type { PlanWork, ReadValue, WantedValues } from "../work/index.ts";
import { declaredForm, valuesForm } from "./form.ts";
import { type OriginInput, type ValuePath, valueOrigin, valuesOfField } from "./origin.ts";

/** Which values are asked for: of a field of config, one by its path, or page by page all that templates read. */
export interface ValuesQuery {
  readonly field?: string | undefined;
  readonly path?: string | undefined;
  /** Words that must occur in the path. */
  readonly search?: string | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ValuesPage {
  readonly items: readonly ValueView[];
  readonly total: number;
  readonly next?: string;
}

export interface ValuesReaderOptions {
  readonly catalog: Catalog;
  packedChart(release: CatalogRelease): Promise<ArchivedChart>;
  readonly work: Pick<PlanWork, "describeValues" | "explainValues">;
  place(environment: string): Pick<ExpandFacts, "platform" | "source">;
  /** An Application as Git has it; undefined when it isn't there. */
  document(environment: string, application: string): Promise<ApplicationDocument | undefined>;
}

/** Charts whose description is kept. */
const describedLimit = 16;

/** An Application that a release is explained for when there is none. */
const example = { environment: "example-dev", application: "example" };

/**
 * Says what can be configured, where values come from and which templates read them. Charts are read on the pool.
 *
 * Errors: `not-found` for what the catalog or Git doesn't have, `blueprint-size-unknown`, and those of loading a chart.
 */
export class ValuesReader {
  readonly #options: ValuesReaderOptions;
  readonly #described = new Map<Digest, Promise<JsonObject>>();

  constructor(options: ValuesReaderOptions) {
    this.#options = options;
  }

  /** The form of a release's config. */
  async form(name: string, version: string, size?: string): Promise<ConfigForm> {
    const release = this.#release(name, version);
    const { spec } = release.manifest;
    return declaredForm(spec) ?? valuesForm(spec, await this.#describe(release), size);
  }

  /** The values of a release's chart as an Application with an empty config would have them. */
  async ofRelease(name: string, version: string, query: ValuesQuery): Promise<ValuesPage> {
    const release = this.#release(name, version);
    const blueprint = { name, version, digest: release.digest };
    const document = { name: example.application, spec: { blueprint } };
    return this.#explain(example.environment, document, undefined, query);
  }

  /** The values of an Application's chart. */
  async ofApplication(environment: string, application: string, query: ValuesQuery): Promise<ValuesPage> {
    const document = await this.#options.document(environment, application);
    if (document === undefined)
      throw new CatalystError("not-found", `there is no Application "${application}" in ${environment}`);
    return this.#explain(environment, document, document, query);
  }

  /** What isn't verified can't be installed, and its chart isn't opened. */
  #release(name: string, version: string): CatalogRelease {
    const releases = this.#options.catalog.releases(name);
    const release = releases.find((one) => one.version === version && one.verified);
    if (release === undefined)
      throw new CatalystError("not-found", `there is no Blueprint ${name} ${version}`);
    return release;
  }

  #describe(release: CatalogRelease): Promise<JsonObject> {
    const known = this.#described.get(release.digest);
    if (known !== undefined) return known;
    const made = this.#options
      .packedChart(release)
      .then((packed) => this.#options.work.describeValues(packed));
    this.#described.set(release.digest, made);
    made.catch(() => this.#described.delete(release.digest));
    const [oldest] = this.#described.keys();
    if (this.#described.size > describedLimit && oldest !== undefined) this.#described.delete(oldest);
    return made;
  }

  async #explain(
    environment: string,
    document: Pick<ApplicationDocument, "name" | "spec">,
    written: ApplicationDocument | undefined,
    query: ValuesQuery,
  ): Promise<ValuesPage> {
    const { catalog, place, packedChart, work } = this.#options;
    const expanded = expandDocument(document, { catalog, ...place(environment) });
    if (expanded === undefined) {
      const { name, version } = document.spec.blueprint;
      throw new CatalystError(
        "not-found",
        `the catalog doesn't have ${name} ${version} as ${document.name} pins it`,
      );
    }
    const { release, expansion } = expanded;
    const input: OriginInput = { blueprint: release.manifest.spec, application: document.spec };
    const wanted = wantedBy(query, input);
    const packed = await packedChart(release);
    const { values, total, isEnd } = await work.explainValues({
      ...packed,
      values: expansion.values,
      wanted,
    });
    const items = values.map((value) => viewOf(value, input, written));
    const last = items.at(-1);
    return { items, total, ...(isEnd || last === undefined ? {} : { next: last.path }) };
  }
}

function wantedBy(
  { field, path, search = "", cursor = "", limit = 100 }: ValuesQuery,
  input: OriginInput,
): WantedValues {
  if (field !== undefined) return { paths: valuesOfField(field, input.blueprint) };
  if (path !== undefined) return { paths: [path.split(".")] };
  const words = search.toLowerCase().split(/\s+/);
  return { words: words.filter((word) => word !== ""), after: cursor, limit };
}

function viewOf(value: ReadValue, input: OriginInput, written: ApplicationDocument | undefined): ValueView {
  return {
    path: value.path.join("."),
    origin: originOf(value.path, value, input, written),
    reads: [...value.reads],
    readsTotal: value.readsTotal,
  };
}

function originOf(
  path: ValuePath,
  value: ReadValue,
  input: OriginInput,
  written: ApplicationDocument | undefined,
): ValueOrigin {
  const origin = valueOrigin(path, input);
  if (origin === undefined)
    return value.default === undefined ? { kind: "none" } : { kind: "chart", ...value.default };
  if (origin.kind === "secret" || origin.kind === "platform") return origin;
  if (origin.kind !== "config") return { ...origin, file: "blueprint.yaml" };
  if (written === undefined) return origin;
  const line = written.source.lineOf(["spec", "config", ...(origin.name ?? "").split(".")]);
  return { ...origin, file: written.path, ...(line === undefined ? {} : { line }) };
}

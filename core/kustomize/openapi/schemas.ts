import { CatalystError } from "@catalyst/base/errors";
import data from "../data/openapi.generated.json" with { type: "json" };
import {
  type Definition,
  type MergeRules,
  mergeRules,
  type OpenApiDocument,
  type Scopes,
  scopes,
} from "./merge-rules.ts";

const builtIn = data as unknown as MergeRules & { readonly version: string; readonly scopes: Scopes };

/** What a build knows of kinds: how their lists merge, and which live outside namespaces. */
export class Schemas {
  #isChosen = false;
  #ownScopes: Scopes = {};
  /** Where rules are looked up, the first found counts. */
  #rules: readonly MergeRules[] = [builtIn];
  /** What was asked for of what is built in, before a kustomization's own document came. */
  #asked: "nothing" | "scopes" | "rules" = "nothing";

  /**
   * Takes a kustomization's own document. The first of a build counts. It stands alone when nothing built in was
   * asked for before, and else before or behind that. Source: kyaml's openapi.SetSchema and initSchema.
   */
  take(document: OpenApiDocument): void {
    if (this.#isChosen) return;
    this.#isChosen = true;
    const own = mergeRules([document]);
    this.#ownScopes = scopes(document);
    this.#rules = { nothing: [own], scopes: [builtIn, own], rules: [own, builtIn] }[this.#asked];
  }

  /** Takes a version of what is built in, unless something was taken before. Throws `kustomize-invalid`. */
  takeBuiltIn(version: string): void {
    if (this.#isChosen) return;
    if (version !== builtIn.version) {
      const message = `the OpenAPI version '${version}' is not built in: only ${builtIn.version} is`;
      throw new CatalystError("kustomize-invalid", message);
    }
    this.#isChosen = true;
  }

  /** The definition of a kind's objects. */
  definitionOfKind(apiVersion: string, kind: string): Definition | undefined {
    const type = `${apiVersion}/${kind}`;
    this.#asked = "rules";
    for (const { kinds, definitions } of this.#rules) {
      const name = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
      if (name !== undefined) return definitions[name];
    }
    return undefined;
  }

  /** Resolves what a rule says its value is. */
  definition(of: string | Definition | undefined): Definition | undefined {
    if (typeof of !== "string") return of;
    const found = this.#rules.find(({ definitions }) => Object.hasOwn(definitions, of));
    return found?.definitions[of];
  }

  /** Tells whether a kind is known to live outside namespaces; an unknown kind counts as inside. */
  isClusterScoped(apiVersion: string, kind: string): boolean {
    const type = `${apiVersion}/${kind}`;
    const known = Object.hasOwn(builtIn.scopes, type) ? builtIn.scopes[type] : undefined;
    if (known !== undefined) return known === "Cluster";
    if (this.#asked === "nothing") this.#asked = "scopes";
    return Object.hasOwn(this.#ownScopes, type) && this.#ownScopes[type] === "Cluster";
  }
}

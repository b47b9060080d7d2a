import type { ResourceKind, Subresource } from "../kind.ts";
import type { OpenApiVersion } from "./definitions.ts";

type Json = Record<string, unknown>;

/** A reference to a kind's schema, by `group/version/kind`. */
export type SchemaReference = (group: string, version: string, kind: string) => Json;

const writeParameters = ["dryRun", "fieldManager", "fieldValidation"];
const listParameters = [
  "allowWatchBookmarks",
  "continue",
  "fieldSelector",
  "labelSelector",
  "limit",
  "resourceVersion",
  "resourceVersionMatch",
  "sendInitialEvents",
  "timeoutSeconds",
  "watch",
];
const deleteParameters = ["dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"];

const parameterTypes: Readonly<Record<string, string>> = {
  allowWatchBookmarks: "boolean",
  force: "boolean",
  gracePeriodSeconds: "integer",
  limit: "integer",
  orphanDependents: "boolean",
  sendInitialEvents: "boolean",
  timeoutSeconds: "integer",
  watch: "boolean",
};

const patchTypes = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

/** Writes the paths under which one kind is served, with the operations clients look for. */
export class PathWriter {
  readonly paths: Json = {};
  readonly #version: OpenApiVersion;
  readonly #reference: SchemaReference;

  constructor(version: OpenApiVersion, reference: SchemaReference) {
    this.#version = version;
    this.#reference = reference;
  }

  add(kind: ResourceKind): void {
    const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.apiVersion}`;
    const scope = kind.namespaced ? `${root}/namespaces/{namespace}` : root;
    const collection = `${scope}/${kind.plural}`;
    const place = kind.namespaced ? [pathParameter("namespace", this.#version)] : [];
    this.paths[collection] = { ...this.#collection(kind), ...withParameters(place) };
    if (kind.namespaced && kind.verbs.includes("list")) {
      this.paths[`${root}/${kind.plural}`] = { get: this.#list(kind, "ForAllNamespaces") };
    }
    const named = [...place, pathParameter("name", this.#version)];
    const item = this.#item(kind);
    if (Object.keys(item).length > 0) this.paths[`${collection}/{name}`] = { ...item, parameters: named };
    for (const subresource of kind.subresources) {
      // Streams (exec, attach, proxy …) are connected to, not read.
      if (subresource.kind.endsWith("Options")) continue;
      this.paths[`${collection}/{name}/${subresource.name}`] = {
        ...this.#subresource(kind, subresource),
        parameters: named,
      };
    }
  }

  #collection(kind: ResourceKind): Json {
    const operations: Json = {};
    if (kind.verbs.includes("list")) operations["get"] = this.#list(kind, "");
    if (kind.verbs.includes("create")) {
      operations["post"] = this.#operation(kind, "post", "create", kind, writeParameters, kind);
    }
    if (kind.verbs.includes("deletecollection")) {
      const all = [...new Set([...deleteParameters, ...listParameters.filter((name) => name !== "watch")])];
      operations["delete"] = this.#operation(kind, "deletecollection", "delete", status, all);
    }
    return operations;
  }

  #item(kind: ResourceKind): Json {
    const operations: Json = {};
    if (kind.verbs.includes("get")) operations["get"] = this.#operation(kind, "get", "read", kind, []);
    if (kind.verbs.includes("update")) {
      operations["put"] = this.#operation(kind, "put", "replace", kind, writeParameters, kind);
    }
    if (kind.verbs.includes("patch")) operations["patch"] = this.#patch(kind, kind, "");
    if (kind.verbs.includes("delete")) {
      operations["delete"] = this.#operation(
        kind,
        "delete",
        "delete",
        status,
        deleteParameters,
        deleteOptions,
      );
    }
    return operations;
  }

  #subresource(kind: ResourceKind, subresource: Subresource): Json {
    const { name, verbs } = subresource;
    const body = {
      group: subresource.group ?? kind.group,
      version: subresource.version ?? kind.version,
      kind: subresource.kind,
    };
    const suffix = pascal(name);
    const operations: Json = {};
    if (verbs.includes("get"))
      operations["get"] = this.#operation(kind, "get", "read", body, [], undefined, suffix);
    if (verbs.includes("create")) {
      operations["post"] = this.#operation(kind, "post", "create", body, writeParameters, body, suffix);
    }
    if (verbs.includes("update")) {
      operations["put"] = this.#operation(kind, "put", "replace", body, writeParameters, body, suffix);
    }
    if (verbs.includes("patch")) operations["patch"] = this.#patch(kind, body, suffix);
    return operations;
  }

  #list(kind: ResourceKind, suffix: string): Json {
    const list = { ...identity(kind), kind: kind.listKind };
    return this.#operation(kind, "list", "list", list, listParameters, undefined, suffix);
  }

  #patch(kind: ResourceKind, body: Identity, suffix: string): Json {
    const parameters = [...writeParameters, "force"];
    const operation = this.#operation(kind, "patch", "patch", body, parameters, patchBody, suffix);
    const types = kind.custom === undefined ? patchTypes : patchTypes.slice(0, 3);
    if (this.#version === 2) return { ...operation, consumes: types };
    const schema = this.#schema(patchBody);
    return {
      ...operation,
      requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema }])), required: true },
    };
  }

  #operation(
    kind: ResourceKind,
    action: string,
    verb: string,
    answer: Identity,
    parameters: readonly string[],
    body?: Identity,
    suffix = "",
  ): Json {
    const scope = kind.namespaced && suffix !== "ForAllNamespaces" ? "Namespaced" : "";
    const group = kind.group === "" ? "Core" : pascal(kind.group.replace(/\.k8s\.io$/, ""));
    const many = action === "deletecollection" ? "Collection" : "";
    const schema = this.#schema(answer);
    const shared = {
      operationId: `${verb}${group}${pascal(kind.version)}${many}${scope}${kind.kind}${suffix}`,
      tags: [`${camel(group)}_${kind.version}`],
      "x-kubernetes-action": action,
      "x-kubernetes-group-version-kind": identity(kind),
    };
    const query = parameters.map((name) => queryParameter(name, this.#version));
    if (this.#version === 2) {
      const bodies =
        body === undefined ? [] : [{ in: "body", name: "body", required: true, schema: this.#schema(body) }];
      return {
        ...shared,
        consumes: ["*/*"],
        produces: ["application/json", "application/json;stream=watch"],
        parameters: [...bodies, ...query],
        responses: { 200: { description: "OK", schema } },
      };
    }
    return {
      ...shared,
      ...withParameters(query),
      ...(body === undefined ? {} : { requestBody: { content: { "*/*": { schema: this.#schema(body) } } } }),
      responses: { 200: { description: "OK", content: { "application/json": { schema } } } },
    };
  }

  #schema({ group, version, kind }: Identity): Json {
    return this.#reference(group, version, kind);
  }
}

interface Identity {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const status: Identity = { group: "", version: "v1", kind: "Status" };
const deleteOptions: Identity = { group: "", version: "v1", kind: "DeleteOptions" };
const patchBody: Identity = { group: "", version: "v1", kind: "Patch" };

function identity({ group, version, kind }: Identity): Identity {
  return { group, version, kind };
}

/** An empty list is left out: Go's types of a document don't tell the two apart. */
function withParameters(parameters: readonly Json[]): Json {
  return parameters.length === 0 ? {} : { parameters };
}

function queryParameter(name: string, version: OpenApiVersion): Json {
  const type = parameterTypes[name] ?? "string";
  return version === 2
    ? { in: "query", name, type, uniqueItems: true }
    : { in: "query", name, schema: { type, uniqueItems: true } };
}

function pathParameter(name: string, version: OpenApiVersion): Json {
  return version === 2
    ? { in: "path", name, required: true, type: "string", uniqueItems: true }
    : { in: "path", name, required: true, schema: { type: "string", uniqueItems: true } };
}

function pascal(text: string): string {
  return text.replace(/(?:^|[.-])(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function camel(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

import type { Clock } from "@catalyst/base/clock";
import { isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import type { Logger } from "@catalyst/base/logger";
import type { Store } from "@catalyst/embedded-store";
import {
  type Handler,
  pathSegments,
  type Request,
  type Response,
  readJson,
  splitPath,
} from "@catalyst/ports/transport";
import { answer, failure, noContent, plain, secretShape, vaultVersion, versionShape } from "./answers.ts";
import { SealedVault } from "./vault.ts";

/** What a request does to a path, in Vault's words for policies. */
export type Capability = "read" | "update" | "delete" | "list";

/** What a request asks for: Vault's policies tell values (`data`) from facts about them (`metadata`) by the path. */
export interface Demand {
  readonly capability: Capability;
  readonly area: string;
  /** A secret's path, or for `list` a folder's, empty for the root. */
  readonly path: string;
}

export interface SecretsOptions<P> {
  readonly store: Store;
  /** Holds the key; made at the first start, mode 600. */
  readonly keyFile: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whom a token stands for; undefined when it is unknown. */
  readonly authenticate: (token: string, request: Request) => Promise<P | undefined>;
  /** Asked for every request. */
  readonly authorize: (principal: P, demand: Demand) => boolean | Promise<boolean>;
}

/** Largest request: 1 MiB, as Vault's storage limit. */
const bodyLimit = 1024 * 1024;

interface Call {
  readonly vault: SealedVault;
  readonly request: Request;
  readonly query: URLSearchParams;
  /** The secret's path, or the folder's. */
  readonly path: string;
}

type Verb = (call: Call) => Promise<Response>;

/** Every route of the mount: method and area decide what is demanded and what is done. */
const routes: Readonly<Record<string, { readonly demands: Capability; readonly run: Verb }>> = {
  "GET data": { demands: "read", run: readSecret },
  "POST data": { demands: "update", run: writeSecret },
  "PUT data": { demands: "update", run: writeSecret },
  "DELETE data": {
    demands: "delete",
    run: ({ vault, path }) => done(vault.setDeleted(path, undefined, true)),
  },
  "POST delete": { demands: "delete", run: (call) => setDeleted(call, true) },
  "PUT delete": { demands: "delete", run: (call) => setDeleted(call, true) },
  "POST destroy": { demands: "delete", run: destroy },
  "PUT destroy": { demands: "delete", run: destroy },
  "POST undelete": { demands: "update", run: (call) => setDeleted(call, false) },
  "PUT undelete": { demands: "update", run: (call) => setDeleted(call, false) },
  "GET metadata": { demands: "read", run: readMetadata },
  "DELETE metadata": { demands: "delete", run: ({ vault, path }) => done(vault.remove(path)) },
  "LIST metadata": { demands: "list", run: list },
};

/**
 * Opens the secret store: the Vault KV version 2 HTTP API at mount `secret`, paths as they follow the base URL
 * (`/v1/secret/data/…`). Values are sealed on disk.
 *
 * Throws `secrets-key-missing`, `secrets-key-unusable`, `secrets-key-wrong` and what the store throws.
 */
export async function openSecrets<P>(options: SecretsOptions<P>): Promise<Handler> {
  const vault = await SealedVault.open(options.store, options.clock, options.keyFile);
  return async (request) => {
    const { pathname, query } = splitPath(request.path);
    const segments = pathSegments(pathname);
    if (segments?.[0] !== "v1") return failure(404);
    const [, area, ...rest] = segments;
    if (area === "sys") return systemAnswer(options.clock, request.method, rest.join("/"));
    const principal = await authenticated(options, request);
    if (principal === undefined) return failure(403, "permission denied");
    if (area === "auth" && request.method === "GET" && rest.join("/") === "token/lookup-self")
      return ownToken();
    if (area !== "secret")
      return failure(404, `no handler for route "${segments.slice(1).join("/")}". route entry not found.`);
    return serveMount(options, principal, vault, request, query, rest);
  };
}

async function serveMount<P>(
  { authorize, logger }: SecretsOptions<P>,
  principal: P,
  vault: SealedVault,
  request: Request,
  query: URLSearchParams,
  [area = "", ...names]: readonly string[],
): Promise<Response> {
  const listing = request.method === "GET" && area === "metadata" && query.get("list") === "true";
  const route = routes[`${listing ? "LIST" : request.method} ${area}`];
  if (route === undefined) return failure(405, "unsupported operation");
  const path = (route.demands === "list" && names.at(-1) === "" ? names.slice(0, -1) : names).join("/");
  if (!isSecretPath(path) && !(path === "" && route.demands === "list")) return failure(400, "invalid path");
  if (!(await authorize(principal, { capability: route.demands, area, path })))
    return failure(403, "permission denied");
  try {
    return await route.run({ vault, request, query, path });
  } catch (error) {
    if (isCatalystError(error, "body-not-json")) return failure(400, "failed to parse JSON input");
    if (isCatalystError(error, "body-too-large")) return failure(413, "request body too large");
    logger.error("a request to the secret store failed", { path, error });
    return failure(500, "internal error");
  }
}

async function readSecret({ vault, query, path }: Call): Promise<Response> {
  const asked = Number(query.get("version") ?? 0);
  if (!Number.isInteger(asked) || asked < 0) return failure(400, "invalid version");
  const found = await vault.read(path, asked === 0 ? undefined : asked);
  if (found === undefined) return failure(404);
  const { facts, data } = found;
  return answer(data === undefined ? 404 : 200, { data: data ?? null, metadata: versionShape(facts) });
}

async function writeSecret({ vault, request, path }: Call): Promise<Response> {
  const form = await readJson(request, bodyLimit);
  if (!isObject(form) || !isObject(form["data"])) return failure(400, "no data provided");
  const cas = isObject(form["options"]) ? form["options"]["cas"] : undefined;
  if (cas !== undefined && !(typeof cas === "number" && Number.isInteger(cas)))
    return failure(400, "invalid cas");
  const facts = await vault.write(path, form["data"], cas);
  if (facts === undefined) return failure(400, "check-and-set parameter did not match the current version");
  return answer(200, versionShape(facts));
}

async function setDeleted({ vault, request, path }: Call, deleted: boolean): Promise<Response> {
  const versions = await askedVersions(request);
  if (versions === undefined) return failure(400, "No version number provided");
  return done(vault.setDeleted(path, versions, deleted));
}

async function destroy({ vault, request, path }: Call): Promise<Response> {
  const versions = await askedVersions(request);
  if (versions === undefined) return failure(400, "No version number provided");
  return done(vault.destroy(path, versions));
}

async function askedVersions(request: Request): Promise<readonly number[] | undefined> {
  const form = await readJson(request, bodyLimit);
  const versions = isObject(form) && Array.isArray(form["versions"]) ? form["versions"].map(Number) : [];
  return versions.length > 0 && versions.every(Number.isInteger) ? versions : undefined;
}

async function readMetadata({ vault, path }: Call): Promise<Response> {
  const secret = await vault.describe(path);
  return secret === undefined ? failure(404) : answer(200, secretShape(secret));
}

async function list({ vault, path }: Call): Promise<Response> {
  const keys = await vault.list(path);
  return keys.length === 0 ? failure(404) : answer(200, { keys });
}

async function done(work: Promise<void>): Promise<Response> {
  await work;
  return noContent();
}

async function authenticated<P>(
  { authenticate }: SecretsOptions<P>,
  request: Request,
): Promise<P | undefined> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
  const token = request.headers["x-vault-token"] ?? bearer;
  return token === undefined || token === "" ? undefined : authenticate(token, request);
}

/** Health and seal status are for anyone, as Vault's; this vault is open whenever it answers. */
function systemAnswer(clock: Clock, method: string, path: string): Response {
  const state = { initialized: true, sealed: false, version: vaultVersion };
  if (method === "GET" && path === "health") {
    const time = Math.floor(clock.now() / 1000);
    return plain(200, { ...state, standby: false, performance_standby: false, server_time_utc: time });
  }
  if (method === "GET" && path === "seal-status") {
    return plain(200, {
      ...state,
      type: "file",
      t: 1,
      n: 1,
      progress: 0,
      nonce: "",
      migration: false,
      recovery_seal: false,
      storage_type: "sqlite",
    });
  }
  return failure(403, "permission denied");
}

/** What a caller may know of its own token: that it is one. */
function ownToken(): Response {
  return answer(200, {
    display_name: "token",
    policies: [],
    type: "service",
    renewable: false,
    ttl: 0,
    path: "auth/token",
  });
}

function isSecretPath(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (path === "" || path.length > 512 || /[\0-\x1f\x7f]/.test(path)) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

import { dirname, resolve } from "node:path";
import { CatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import type { ClusterConnection, ReadText } from "./connection.ts";

export interface KubeconfigOptions {
  /** The file: relative paths in it start at its folder. */
  readonly file: string;
  /** A context by its name; default: the current one. */
  readonly context?: string | undefined;
  readonly readText: ReadText;
}

type Fields = Readonly<Record<string, unknown>>;

/** What decides who is asked, or as whom, and isn't carried out: refused rather than left out. */
const refused: Readonly<Record<"cluster" | "user", Readonly<Record<string, string>>>> = {
  cluster: { "proxy-url": "Reach the API server without a proxy." },
  user: {
    exec: "Programs named in a kubeconfig aren't run; use a token, as `kubectl create token` makes one.",
    "auth-provider": "Use a token, as `kubectl create token` makes one.",
    as: "Use the credentials of the user itself.",
    "as-uid": "Use the credentials of the user itself.",
    "as-groups": "Use the credentials of the user itself.",
    "as-user-extra": "Use the credentials of the user itself.",
    username: "API servers no longer take passwords; use a token.",
    password: "API servers no longer take passwords; use a token.",
  },
};

/**
 * Reads a kubeconfig: a token (or a file of one) or a client certificate. Throws `kubeconfig-invalid`, naming file and
 * field, for what is missing, broken or not supported.
 */
export function readKubeconfig(options: KubeconfigOptions): ClusterConnection {
  const document = new Document(options);
  const context = document.named("contexts", "context", options.context ?? document.currentContext());
  const cluster = document.named("clusters", "cluster", document.text(context, "cluster"));
  const user = document.named("users", "user", document.text(context, "user"));
  document.refuse("cluster", cluster);
  document.refuse("user", user);
  const server = document.text(cluster, "server");
  const protocol = URL.canParse(server) ? new URL(server).protocol : "";
  if (protocol !== "https:" && protocol !== "http:")
    throw document.invalid("cluster.server", `"${server}" is no address of an API server`);
  const tokenFile = optionalText(user["tokenFile"]);
  const token =
    tokenFile === undefined ? optionalText(user["token"]) : document.file(tokenFile, "tokenFile").trim();
  const cert = document.data(user, "client-certificate");
  const key = document.data(user, "client-key");
  if ((cert === undefined) !== (key === undefined))
    throw document.invalid("user", "client-certificate and client-key are given together");
  return {
    server,
    ca: document.data(cluster, "certificate-authority"),
    insecure: cluster["insecure-skip-tls-verify"] === true,
    serverName: optionalText(cluster["tls-server-name"]),
    token,
    cert,
    key,
  };
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "this user may not read it",
};

class Document {
  readonly #options: KubeconfigOptions;
  readonly #root: Fields;

  constructor(options: KubeconfigOptions) {
    this.#options = options;
    let root: unknown;
    try {
      root = parseYaml(options.readText(options.file), { file: options.file }).value;
    } catch (cause) {
      if (cause instanceof CatalystError) throw this.#error(cause.message, { cause });
      const { code } = cause as NodeJS.ErrnoException;
      throw this.#error(unreadable[code ?? ""] ?? "it can't be read", { cause });
    }
    if (!isObject(root)) throw this.#error("it holds no kubeconfig");
    this.#root = root;
  }

  currentContext(): string {
    const name = optionalText(this.#root["current-context"]);
    if (name === undefined) throw this.invalid("current-context", "it isn't set; name a context");
    return name;
  }

  /** One of a list of named things: `named("users", "user", "admin")`. */
  named(list: string, field: string, name: string): Fields {
    const items = this.#root[list];
    const found: unknown = Array.isArray(items)
      ? items.find((item) => isObject(item) && item["name"] === name)
      : undefined;
    if (!isObject(found)) throw this.invalid(list, `there is no ${field} "${name}"`);
    const value = found[field] ?? {};
    if (!isObject(value)) throw this.invalid(list, `${field} "${name}" is no object`);
    return value;
  }

  text(fields: Fields, name: string): string {
    const value = optionalText(fields[name]);
    if (value === undefined) throw this.invalid(name, "it is missing");
    return value;
  }

  /** A PEM text: in the document in base64, or in a file beside it. */
  data(fields: Fields, name: string): string | undefined {
    const inline = optionalText(fields[`${name}-data`]);
    const file = optionalText(fields[name]);
    if (inline === undefined) return file === undefined ? undefined : this.file(file, name);
    const text = Buffer.from(inline, "base64").toString("utf8");
    // What isn't base64 would be decoded to something all the same.
    if (!text.includes("-----BEGIN ")) throw this.invalid(`${name}-data`, "it is no PEM text in base64");
    return text;
  }

  file(path: string, field: string): string {
    try {
      return this.#options.readText(resolve(dirname(this.#options.file), path));
    } catch (cause) {
      throw this.invalid(field, `the file ${path} can't be read`, cause);
    }
  }

  refuse(kind: "cluster" | "user", fields: Fields): void {
    for (const [name, hint] of Object.entries(refused[kind]))
      if (fields[name] !== undefined && fields[name] !== "" && fields[name] !== null)
        throw this.#error(`${kind}.${name} is not supported`, { hint });
  }

  invalid(field: string, message: string, cause?: unknown): CatalystError {
    return this.#error(`${field}: ${message}`, { cause });
  }

  #error(
    message: string,
    { cause, hint }: { readonly cause?: unknown; readonly hint?: string } = {},
  ): CatalystError {
    return new CatalystError("kubeconfig-invalid", `the kubeconfig ${this.#options.file}: ${message}`, {
      cause,
      hint,
    });
  }
}

function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

import { existsSync, readFileSync } from "node:fs";
import { CatalystError, isCatalystError } from "@catalyst/base/errors";
import { isObject } from "@catalyst/base/json";
import { parseYaml } from "@catalyst/base/yaml";
import { anonymous, type RepositoryAccess, tlsFiles } from "./access.ts";

/** A repository as `helm repo add` keeps it. */
export interface KnownRepository {
  readonly name: string;
  readonly url: string;
  /** Over what is given on the command line, where the file has something. */
  access(given: RepositoryAccess): RepositoryAccess;
}

/**
 * Reads helm's file of repositories; none when there is no such file. Certificates are read only for a repository that
 * is used. Throws `chart-repositories-invalid`.
 */
export function readRepositories(path: string): readonly KnownRepository[] {
  if (!existsSync(path)) return [];
  try {
    const { value: document } = parseYaml(readFileSync(path, "utf8"), { file: path });
    const entries = isObject(document) ? document["repositories"] : undefined;
    return (Array.isArray(entries) ? entries : []).filter(isObject).map(knownRepository);
  } catch (error) {
    // what is wrong may quote a password
    const line = isCatalystError(error) ? error.place?.line : undefined;
    throw new CatalystError("chart-repositories-invalid", `couldn't load repositories file (${path})`, {
      place: { file: path, ...(line === undefined ? {} : { line }) },
    });
  }
}

function knownRepository(entry: Readonly<Record<string, unknown>>): KnownRepository {
  const text = (key: string) => (typeof entry[key] === "string" ? (entry[key] as string) : "");
  const flag = (key: string) => entry[key] === true;
  return {
    name: text("name"),
    url: text("url"),
    access: (given) => {
      const isSignedIn = text("username") !== "" && text("password") !== "";
      return {
        ...given,
        ...(isSignedIn
          ? {
              username: text("username"),
              password: text("password"),
              passCredentials: flag("pass_credentials_all"),
            }
          : {}),
        ...tlsFiles({ ca: text("caFile"), cert: text("certFile"), key: text("keyFile") }, "/"),
        unverified: given.unverified || flag("insecure_skip_tls_verify"),
      };
    },
  };
}

/** The repository that an address stands for; addresses are compared as Helm does, by their cleaned paths. */
export function repositoryAt(
  repositories: readonly KnownRepository[],
  url: string,
): KnownRepository | undefined {
  return repositories.find((known) => cleaned(known.url) === cleaned(url));
}

/** What an address in a Chart.yaml is reached with: what the file of repositories says, nothing otherwise. */
export function accessByAddress(repositories: readonly KnownRepository[], url: string): RepositoryAccess {
  return repositoryAt(repositories, url)?.access(anonymous) ?? anonymous;
}

function cleaned(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  parsed.pathname = parsed.pathname.replace(/\/{2,}/g, "/").replace(/(.)\/$/, "$1");
  return parsed.href;
}

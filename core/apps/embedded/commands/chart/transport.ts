import { statSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { resolve } from "node:path";
import { httpTransport } from "@catalyst/adapter-http";
import { CatalystError } from "@catalyst/base/errors";
import { type Chart, type DependencyTransport, loadChartFolder } from "@catalyst/charts";
import { readBytes } from "@catalyst/ports/transport";
import type { Arguments } from "../../cli/command.ts";
import { accessOf, anonymous, type RepositoryAccess } from "./access.ts";
import { registryFiles, repositoriesFile } from "./helm-files.ts";
import { registryPuller } from "./registry.ts";
import { type KnownRepository, readRepositories } from "./repositories.ts";

/** Largest archive or index read. */
const sizeLimit = 100 * 1024 * 1024;

/** Redirects followed before giving up. */
const redirectLimit = 5;

/** Where charts come from as the command line and helm's files say. */
export interface ChartPlaces {
  readonly repositories: readonly KnownRepository[];
  /** What the command line gives. */
  readonly access: RepositoryAccess;
  /** Files of registries one is signed in to. */
  readonly logins: readonly string[];
}

/** Reads what the options of access say. Throws `chart-file-unreadable`, `chart-access-invalid`, `chart-repositories-invalid`. */
export function placesOf(given: Arguments, folder: string): ChartPlaces {
  return {
    repositories: readRepositories(repositoriesFile(given, folder)),
    access: accessOf(given, folder),
    logins: registryFiles(given, folder),
  };
}

/**
 * Gets charts from repositories by HTTP, from OCI registries and from folders. `accessTo` says what a repository, by its
 * address, is reached with.
 */
export function dependencyTransport(
  chartFolder: string,
  { repositories, access, logins }: ChartPlaces,
  accessTo: (repository: string) => RepositoryAccess,
): DependencyTransport {
  /** By address: an index is asked for the versions first, then for where one is. */
  const indexes = new Map<string, Promise<Uint8Array>>();
  return {
    ...registryPuller(access, logins),
    get: (url, repository) => {
      const bytes = indexes.get(url) ?? getFrom(url, repository, accessTo(repository));
      if (url.endsWith("/index.yaml")) indexes.set(url, bytes);
      return bytes;
    },
    folder: (path) => chartIn(resolve(chartFolder, path)),
    named: (name) => repositories.find((known) => known.name === name)?.url,
  };
}

async function chartIn(folder: string): Promise<Chart> {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return loadChartFolder(folder);
  const problem = found === undefined ? `directory ${folder} not found` : `${folder} is a file`;
  throw new CatalystError("chart-dependency-unknown", problem);
}

/** Reads an address that everybody may. Throws `chart-fetch-failed`. */
export function getPublic(url: string): Promise<Uint8Array> {
  return getFrom(url, url, anonymous);
}

/** Name and password go to the repository's own host, unless they are to go everywhere. */
function getFrom(url: string, repository: string, access: RepositoryAccess): Promise<Uint8Array> {
  refuseOtherAddress(url);
  const { username, password, passCredentials } = access;
  const isOwn = passCredentials || URL.parse(repository)?.origin === new URL(url).origin;
  const isSignedIn = isOwn && username !== "" && password !== "";
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return get(url, access, isSignedIn ? authorization : undefined);
}

/** Neither an index nor a redirect leads to a file of this machine. */
function refuseOtherAddress(url: string): void {
  if (/^https?:\/\/[^/]/.test(url) && URL.canParse(url)) return;
  throw new CatalystError("chart-fetch-failed", `${url} can't be fetched: charts are had by http and https`);
}

/** A redirect to another host takes no password along (security case 15). */
async function get(
  url: string,
  access: RepositoryAccess,
  authorization: string | undefined,
  asked = url,
  redirects = redirectLimit,
): Promise<Uint8Array> {
  const { origin, pathname, search } = new URL(url);
  const { ca, cert, key, unverified } = access;
  const response = await httpTransport({ baseUrl: origin, ca, cert, key, insecure: unverified }).request({
    method: "GET",
    path: pathname + search,
    headers: authorization === undefined ? {} : { authorization },
  });
  const location = response.headers["location"];
  if (response.status >= 300 && response.status < 400 && location !== undefined) {
    if (redirects === 0) {
      const problem = `failed to fetch ${asked} : stopped after ${redirectLimit} redirects`;
      throw new CatalystError("chart-fetch-failed", problem);
    }
    const next = new URL(location, url);
    refuseOtherAddress(next.href);
    return get(next.href, access, next.origin === origin ? authorization : undefined, asked, redirects - 1);
  }
  if (response.status === 200) return readBytes(response, sizeLimit);
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ""}`.trim();
  throw new CatalystError("chart-fetch-failed", `failed to fetch ${asked} : ${status}`);
}

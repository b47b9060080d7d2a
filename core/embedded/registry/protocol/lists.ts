import type { Response } from "@catalyst/ports/transport";
import { parseContentDigest } from "../storage/content-digest.ts";
import { document, type Exchange } from "./context.ts";
import { RegistryProblem } from "./problem.ts";

const indexType = "application/vnd.oci.image.index.v1+json";

/** GET of `/v2/<name>/tags/list`, in pages of `n` after `last`. */
export async function tagsRoute(exchange: Exchange, repository: string): Promise<Response> {
  const { repositories, request } = exchange;
  if (!(await repositories.exists(repository))) {
    throw new RegistryProblem("NAME_UNKNOWN", `there is no repository ${repository}`);
  }
  const page = pageOf(await repositories.tags(repository), exchange.query);
  return document(
    request,
    { name: repository, tags: page.items },
    "application/json",
    nextLink(`/v2/${repository}/tags/list`, page),
  );
}

/** GET of `/v2/_catalog`: the repositories the caller may read. */
export async function catalogRoute(exchange: Exchange): Promise<Response> {
  const visible: string[] = [];
  for (const name of await exchange.repositories.names()) {
    if ((await exchange.allows(name, "pull")) === "allowed") visible.push(name);
  }
  const page = pageOf(visible, exchange.query);
  return document(
    exchange.request,
    { repositories: page.items },
    "application/json",
    nextLink("/v2/_catalog", page),
  );
}

/** GET of `/v2/<name>/referrers/<digest>`; an unknown digest has an empty list. */
export async function referrersRoute(
  exchange: Exchange,
  repository: string,
  text: string,
): Promise<Response> {
  const subject = parseContentDigest(text);
  const wanted = exchange.query.get("artifactType");
  const records = await exchange.repositories.referrers(repository, subject);
  const manifests = records
    .filter((record) => wanted === null || record.artifactType === wanted)
    .map(({ subject: _subject, ...descriptor }) => descriptor);
  const headers: Record<string, string> = wanted === null ? {} : { "oci-filters-applied": "artifactType" };
  return document(
    exchange.request,
    { schemaVersion: 2, mediaType: indexType, manifests },
    indexType,
    headers,
  );
}

interface Page {
  readonly items: readonly string[];
  readonly next: { readonly count: number; readonly last: string } | undefined;
}

function pageOf(all: readonly string[], query: URLSearchParams): Page {
  const last = query.get("last");
  const rest = last === null ? all : all.filter((item) => item > last);
  const asked = query.get("n");
  if (asked === null) return { items: rest, next: undefined };
  const count = Number(asked);
  if (!Number.isInteger(count) || count < 0) throw new RegistryProblem("UNSUPPORTED", "n is not a number");
  const items = rest.slice(0, count);
  const end = items.at(-1);
  return { items, next: rest.length > count && end !== undefined ? { count, last: end } : undefined };
}

function nextLink(path: string, page: Page): Record<string, string> {
  if (page.next === undefined) return {};
  const query = new URLSearchParams({ n: String(page.next.count), last: page.next.last });
  return { link: `<${path}?${query}>; rel="next"` };
}

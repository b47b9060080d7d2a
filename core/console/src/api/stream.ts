import type { ApplicationView, EnvironmentView } from "@catalyst/model/view";
import type { InfiniteData, Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { setConnected } from "./connection.ts";
import { keys, type Page } from "./queries.ts";

interface Message {
  readonly kind: string;
  readonly environment?: string;
  readonly organization?: string;
  readonly name: string;
  readonly view?: unknown;
}

/** How long changes are gathered before a list is read again, in milliseconds. */
const gathering = 250;

/** How long to wait before a connection the server ended is tried again, in milliseconds. */
const reconnectDelay = 2000;

/**
 * Keeps the cache equal to the Sovereign: every message replaces the view it carries, or marks what it names
 * as stale. The browser resumes by itself; after a long absence everything is read anew. Gives the function
 * that ends it.
 */
export function followStream(cache: QueryClient): () => void {
  const stale = new StaleKeys(cache);
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let lost = false;
  const open = () => {
    source = new EventSource("/v1/stream");
    source.onopen = () => {
      setConnected(true);
      if (lost) stale.add(keys.all);
      lost = false;
    };
    source.onerror = () => {
      setConnected(false);
      lost = true;
      // the browser gives up after an answer that isn't a stream
      if (source.readyState === EventSource.CLOSED) {
        retry = setTimeout(open, reconnectDelay);
        void cache.invalidateQueries({ queryKey: keys.me });
      }
    };
    listen(source, cache, stale);
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
    stale.stop();
  };
}

function listen(source: EventSource, cache: QueryClient, stale: StaleKeys): void {
  const on = (kind: string, take: (message: Message) => void) =>
    source.addEventListener(kind, (event) => take(JSON.parse((event as MessageEvent<string>).data)));
  on("application", (message) => takeApplication(cache, stale, message));
  on("environment", (message) => takeEnvironment(cache, stale, message));
  on("organization", () => {
    stale.add(keys.organizations);
    stale.add(keys.me);
  });
  on("blueprint", () => stale.add(keys.blueprints));
  on("event", ({ environment, name }) => {
    if (environment !== undefined) stale.add(keys.part(environment, name, "events"));
  });
  on("activity", ({ environment }) => {
    stale.add(keys.audit);
    if (environment !== undefined) stale.add(keys.activity(environment));
  });
  on("snapshot-needed", () => stale.add(keys.all));
}

function takeEnvironment(cache: QueryClient, stale: StaleKeys, { name, organization, view }: Message): void {
  if (organization === undefined) return;
  const environment = view as EnvironmentView | undefined;
  const list = keys.environments(organization);
  const listed = cache.getQueryData<Page<EnvironmentView>>(list);
  if (environment === undefined || listed?.items.some((item) => item.name === name) !== true) {
    stale.add(list);
    stale.add(keys.organizations);
  } else
    cache.setQueryData<Page<EnvironmentView>>(list, {
      ...listed,
      items: listed.items.map((item) => (item.name === name ? environment : item)),
    });
  if (environment !== undefined) put(cache, stale, keys.environment(name), environment);
}

function takeApplication(cache: QueryClient, stale: StaleKeys, { environment, name, view }: Message): void {
  if (environment === undefined) return;
  const application = view as ApplicationView | undefined;
  const key = keys.application(environment, name);
  if (application === undefined) stale.add(key);
  else put(cache, stale, key, application);
  for (const part of ["pods", "history", "manifests", "values"])
    stale.add(keys.part(environment, name, part));
  const list = keys.applications(environment);
  let known = false;
  cache.setQueriesData<InfiniteData<Page<ApplicationView>>>({ queryKey: list }, (data) => {
    const page = data?.pages.findIndex(({ items }) => items.some((item) => item.name === name)) ?? -1;
    const found = data?.pages[page];
    if (data === undefined || found === undefined) return data;
    known = true;
    const items =
      application === undefined
        ? found.items.filter((item) => item.name !== name)
        : found.items.map((item) => (item.name === name ? application : item));
    return { ...data, pages: data.pages.with(page, { ...found, items }) };
  });
  if (!known || cache.isFetching({ queryKey: list }) > 0) stale.add(list);
}

/**
 * Puts a view that came by the stream into the cache. An answer that is on its way meanwhile may be older and
 * would take its place, so the view is read once more then.
 */
function put(cache: QueryClient, stale: StaleKeys, key: QueryKey, view: unknown): void {
  if (cache.isFetching({ queryKey: key, exact: true }) > 0) stale.add(key);
  cache.setQueryData(key, view);
}

/**
 * Reads again what changed, once for all changes of a moment. What is being read just then may be older than the
 * change, and the cache would take it for the newest: it is read once more when it is there. Nothing is broken off,
 * so a list that takes longer than changes are apart still comes.
 */
class StaleKeys {
  readonly #cache: QueryClient;
  readonly #waiting = new Map<string, QueryKey>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(cache: QueryClient) {
    this.#cache = cache;
  }

  add(key: QueryKey): void {
    this.#waiting.set(JSON.stringify(key), key);
    this.#timer ??= setTimeout(() => this.#flush(), gathering);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    const changed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const queryKey of changed) {
      const underWay = this.#cache.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" });
      for (const query of underWay) this.add(query.queryKey);
      const predicate = (query: Query) => !underWay.includes(query);
      void this.#cache.invalidateQueries({ queryKey, predicate });
    }
  }
}

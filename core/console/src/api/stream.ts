import type { ApplicationView } from "@catalyst/model/view";
import type { QueryClient } from "@tanstack/react-query";
import { keys, type Page } from "./queries.ts";

interface Message {
  readonly kind: string;
  readonly environment?: string;
  readonly organization?: string;
  readonly name: string;
  readonly view?: unknown;
}

/**
 * Keeps the cache equal to the Sovereign: every message replaces the view it carries, or marks what it names
 * as stale. The browser resumes by itself; after a long absence everything is read anew.
 */
export function followStream(cache: QueryClient): () => void {
  const source = new EventSource("/v1/stream");
  const on = (kind: string, take: (message: Message) => void) =>
    source.addEventListener(kind, (event) => take(JSON.parse((event as MessageEvent<string>).data)));
  on("application", (message) => takeApplication(cache, message));
  on("environment", ({ name, organization, view }) => {
    if (view !== undefined) cache.setQueryData(keys.environment(name), view);
    if (organization !== undefined)
      void cache.invalidateQueries({ queryKey: keys.environments(organization) });
  });
  on("organization", () => void cache.invalidateQueries({ queryKey: keys.organizations, exact: true }));
  on("blueprint", () => void cache.invalidateQueries({ queryKey: keys.blueprints }));
  on(
    "event",
    ({ environment, name }) =>
      environment !== undefined &&
      void cache.invalidateQueries({ queryKey: keys.part(environment, name, "events") }),
  );
  on(
    "activity",
    ({ environment }) =>
      environment !== undefined && void cache.invalidateQueries({ queryKey: keys.activity(environment) }),
  );
  on("snapshot-needed", () => void cache.invalidateQueries());
  return () => source.close();
}

function takeApplication(cache: QueryClient, { environment, name, view }: Message): void {
  if (environment === undefined) return;
  const application = view as ApplicationView | undefined;
  if (application === undefined)
    void cache.invalidateQueries({ queryKey: keys.application(environment, name), exact: true });
  else cache.setQueryData(keys.application(environment, name), application);
  for (const part of ["pods", "history", "manifests"])
    void cache.invalidateQueries({ queryKey: keys.part(environment, name, part), exact: true });
  let known = true;
  cache.setQueriesData<Page<ApplicationView>>({ queryKey: keys.applications(environment) }, (page) => {
    if (page === undefined) return page;
    const at = page.items.findIndex((item) => item.name === name);
    known = at >= 0;
    if (at < 0) return page;
    const items =
      application === undefined
        ? page.items.filter((item) => item.name !== name)
        : page.items.with(at, application);
    return { ...page, items };
  });
  if (!known) void cache.invalidateQueries({ queryKey: keys.applications(environment) });
}

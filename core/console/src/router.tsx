import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { queries } from "./api/queries.ts";
import { PageSkeleton } from "./shell/page-skeleton.tsx";
import { Root } from "./shell/root.tsx";
import { RouteError } from "./shell/route-error.tsx";
import { RouteNotFound } from "./shell/route-not-found.tsx";

interface Context {
  readonly cache: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Root });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./shell/home.tsx"), "Home"),
});

const catalog = createRoute({
  getParentRoute: () => root,
  path: "/catalog",
  validateSearch: (search: Record<string, unknown>): { search?: string; category?: string } => ({
    ...text("search", search),
    ...text("category", search),
  }),
  loader: ({ context }) => void context.cache.prefetchQuery(queries.blueprints("")),
  component: lazyRouteComponent(() => import("./resources/blueprint/catalog-page.tsx"), "CatalogPage"),
});

const blueprint = createRoute({
  getParentRoute: () => root,
  path: "/catalog/$blueprint",
  loader: ({ context, params }) => void context.cache.prefetchQuery(queries.blueprint(params.blueprint)),
  component: lazyRouteComponent(() => import("./resources/blueprint/blueprint-page.tsx"), "BlueprintPage"),
});

const install = createRoute({
  getParentRoute: () => root,
  path: "/install/$blueprint",
  validateSearch: (search: Record<string, unknown>): { environment?: string } => text("environment", search),
  loader: ({ context, params }) => void context.cache.prefetchQuery(queries.blueprint(params.blueprint)),
  component: lazyRouteComponent(() => import("./resources/application/install-page.tsx"), "InstallPage"),
});

const organization = createRoute({
  getParentRoute: () => root,
  path: "/organizations/$organization",
  validateSearch: (search: Record<string, unknown>): { create?: boolean; invite?: boolean } => ({
    ...flag("create", search),
    ...flag("invite", search),
  }),
  component: lazyRouteComponent(
    () => import("./resources/organization/organization-page.tsx"),
    "OrganizationPage",
  ),
});

const environment = createRoute({
  getParentRoute: () => root,
  path: "/environments/$environment",
  validateSearch: (search: Record<string, unknown>): { search?: string; remove?: boolean } => ({
    ...text("search", search),
    ...flag("remove", search),
  }),
  loader: ({ context, params }) => void context.cache.prefetchQuery(queries.environment(params.environment)),
  component: lazyRouteComponent(
    () => import("./resources/environment/environment-page.tsx"),
    "EnvironmentPage",
  ),
});

const application = createRoute({
  getParentRoute: () => root,
  path: "/environments/$environment/applications/$application",
  validateSearch: (search: Record<string, unknown>): { act?: "pause" | "resume" | "remove" } => {
    const { act } = search;
    return act === "pause" || act === "resume" || act === "remove" ? { act } : {};
  },
  loader: ({ context, params }) =>
    void context.cache.prefetchQuery(queries.application(params.environment, params.application)),
  component: lazyRouteComponent(
    () => import("./resources/application/application-page.tsx"),
    "ApplicationPage",
  ),
});

const overview = createRoute({
  getParentRoute: () => application,
  path: "/",
  component: lazyRouteComponent(() => import("./resources/application/overview-tab.tsx"), "OverviewTab"),
});

const logs = createRoute({
  getParentRoute: () => application,
  path: "/logs",
  component: lazyRouteComponent(() => import("./resources/application/logs-tab.tsx"), "LogsTab"),
});

const events = createRoute({
  getParentRoute: () => application,
  path: "/events",
  component: lazyRouteComponent(() => import("./resources/application/events-tab.tsx"), "EventsTab"),
});

const history = createRoute({
  getParentRoute: () => application,
  path: "/history",
  component: lazyRouteComponent(() => import("./resources/application/history-tab.tsx"), "HistoryTab"),
});

const manifests = createRoute({
  getParentRoute: () => application,
  path: "/manifests",
  component: lazyRouteComponent(() => import("./resources/application/manifests-tab.tsx"), "ManifestsTab"),
});

const settings = createRoute({
  getParentRoute: () => application,
  path: "/settings",
  component: lazyRouteComponent(() => import("./resources/application/settings-tab.tsx"), "SettingsTab"),
});

const sovereign = createRoute({
  getParentRoute: () => root,
  path: "/sovereign",
  validateSearch: (search: Record<string, unknown>): { create?: boolean } => flag("create", search),
  component: lazyRouteComponent(() => import("./resources/sovereign/sovereign-page.tsx"), "SovereignPage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): { search?: string; outcome?: string } => ({
    ...text("search", search),
    ...text("outcome", search),
  }),
  component: lazyRouteComponent(() => import("./resources/audit/audit-page.tsx"), "AuditPage"),
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: lazyRouteComponent(() => import("./resources/token/tokens-page.tsx"), "TokensPage"),
});

const tree = root.addChildren([
  home,
  catalog,
  blueprint,
  install,
  organization,
  environment,
  application.addChildren([overview, logs, events, history, manifests, settings]),
  sovereign,
  audit,
  tokens,
]);

/** Makes the router. What a page needs is asked for as soon as its link is about to be followed. */
export function makeRouter(cache: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { cache },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 120,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: RouteNotFound,
    scrollRestoration: true,
  });
}

function text<Name extends string>(name: Name, search: Record<string, unknown>): { [name in Name]?: string } {
  const value = search[name];
  return (typeof value === "string" && value !== "" ? { [name]: value } : {}) as { [name in Name]?: string };
}

function flag<Name extends string>(
  name: Name,
  search: Record<string, unknown>,
): { [name in Name]?: boolean } {
  return (search[name] === true ? { [name]: true } : {}) as { [name in Name]?: boolean };
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

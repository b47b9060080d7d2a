import type { Operation } from "@catalyst/model/operation";
import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import type {
  ActivityView,
  ApplicationView,
  BlueprintView,
  CommitView,
  EnvironmentView,
  EventView,
  OrganizationView,
  PodView,
  SovereignView,
} from "@catalyst/model/view";
import { queryOptions } from "@tanstack/react-query";
import { call, rememberCsrfToken } from "./http.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next?: string;
}

export interface Me {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly sovereignAdmin: boolean;
  readonly organizations: readonly {
    readonly name: string;
    readonly displayName: string;
    readonly role?: string;
  }[];
  readonly csrfToken?: string;
}

export interface ChangeResult {
  readonly operation?: Operation;
  readonly commit?: string;
  readonly plan: Plan;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

/** The one place where cache keys are made; the stream writes under the same keys. */
export const keys = {
  me: ["me"],
  sovereign: ["sovereign"],
  tokens: ["tokens"],
  organizations: ["organizations"],
  environments: (organization: string) => ["organizations", organization, "environments"],
  environment: (name: string) => ["environment", name],
  activity: (name: string) => ["environment", name, "activity"],
  applications: (environment: string) => ["environment", environment, "applications"],
  application: (environment: string, name: string) => ["environment", environment, "application", name],
  part: (environment: string, name: string, part: string) => [
    "environment",
    environment,
    "application",
    name,
    part,
  ],
  blueprints: ["blueprints"],
  blueprint: (name: string) => ["blueprints", name],
} as const;

const applicationPath = (environment: string, name: string) =>
  `/environments/${environment}/applications/${name}`;

export const queries = {
  me: () =>
    queryOptions({
      queryKey: keys.me,
      queryFn: async ({ signal }) => {
        const me = await call<Me>("/me", { signal });
        rememberCsrfToken(me.csrfToken);
        return me;
      },
      staleTime: 60_000,
    }),
  sovereign: () =>
    queryOptions({
      queryKey: keys.sovereign,
      queryFn: ({ signal }) => call<SovereignView>("/sovereign", { signal }),
    }),
  tokens: () =>
    queryOptions({
      queryKey: keys.tokens,
      queryFn: ({ signal }) => call<{ items: readonly Token[] }>("/tokens", { signal }),
    }),
  organizations: () =>
    queryOptions({
      queryKey: keys.organizations,
      queryFn: ({ signal }) => call<Page<OrganizationView>>("/organizations", { signal }),
    }),
  environments: (organization: string) =>
    queryOptions({
      queryKey: keys.environments(organization),
      queryFn: ({ signal }) =>
        call<Page<EnvironmentView>>(`/organizations/${organization}/environments`, { signal }),
    }),
  environment: (name: string) =>
    queryOptions({
      queryKey: keys.environment(name),
      queryFn: ({ signal }) => call<EnvironmentView>(`/environments/${name}`, { signal }),
    }),
  activity: (name: string) =>
    queryOptions({
      queryKey: keys.activity(name),
      queryFn: ({ signal }) =>
        call<{ items: readonly ActivityView[]; commits: readonly CommitView[] }>(
          `/environments/${name}/activity?limit=20`,
          { signal },
        ),
    }),
  applications: (environment: string, search: string) =>
    queryOptions({
      queryKey: [...keys.applications(environment), search],
      queryFn: ({ signal }) =>
        call<Page<ApplicationView>>(
          `/environments/${environment}/applications?limit=500${search === "" ? "" : `&search=${encodeURIComponent(search)}`}`,
          { signal },
        ),
    }),
  application: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.application(environment, name),
      queryFn: ({ signal }) => call<ApplicationView>(applicationPath(environment, name), { signal }),
    }),
  events: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "events"),
      queryFn: ({ signal }) =>
        call<{ items: readonly EventView[] }>(`${applicationPath(environment, name)}/events`, { signal }),
    }),
  pods: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "pods"),
      queryFn: ({ signal }) =>
        call<{ items: readonly PodView[] }>(`${applicationPath(environment, name)}/pods`, { signal }),
    }),
  history: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "history"),
      queryFn: ({ signal }) =>
        call<{ items: readonly CommitView[] }>(`${applicationPath(environment, name)}/history`, { signal }),
    }),
  commit: (environment: string, name: string, id: string) =>
    queryOptions({
      queryKey: [...keys.part(environment, name, "history"), id],
      queryFn: ({ signal }) =>
        call<{ commit: CommitView; diff: string }>(`${applicationPath(environment, name)}/history/${id}`, {
          signal,
        }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  manifests: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "manifests"),
      queryFn: ({ signal }) =>
        call<{ document: string; objects: string }>(`${applicationPath(environment, name)}/manifests`, {
          signal,
        }),
    }),
  blueprints: (search: string) =>
    queryOptions({
      queryKey: [...keys.blueprints, "list", search],
      queryFn: ({ signal }) =>
        call<Page<BlueprintView>>(
          `/blueprints?limit=200${search === "" ? "" : `&search=${encodeURIComponent(search)}`}`,
          { signal },
        ),
    }),
  blueprint: (name: string) =>
    queryOptions({
      queryKey: keys.blueprint(name),
      queryFn: ({ signal }) => call<BlueprintView>(`/blueprints/${name}`, { signal }),
    }),
  plan: (environment: string, changes: readonly ApplicationChange[]) =>
    queryOptions({
      queryKey: ["plan", environment, changes],
      queryFn: ({ signal }) =>
        call<Plan>(`/environments/${environment}/plan`, { method: "POST", body: { changes }, signal }),
      staleTime: 5_000,
      retry: false,
    }),
  rollbackPlan: (environment: string, name: string, commit: string) =>
    queryOptions({
      queryKey: ["plan", environment, name, "rollback", commit],
      queryFn: ({ signal }) =>
        call<Plan>(`${applicationPath(environment, name)}/actions/rollback?dryRun=true`, {
          method: "POST",
          body: { commit },
          signal,
        }),
      retry: false,
    }),
};

/** What changes something. Each is a commit, except a retry. */
export const commands = {
  install: (environment: string, wish: ApplicationChange) =>
    call<ChangeResult>(`/environments/${environment}/applications`, { method: "POST", body: wish }),
  change: (environment: string, name: string, body: unknown, ifMatch?: string) =>
    call<ChangeResult>(applicationPath(environment, name), { method: "PATCH", body, ifMatch }),
  remove: (environment: string, name: string) =>
    call<ChangeResult>(applicationPath(environment, name), { method: "DELETE" }),
  act: (environment: string, name: string, action: "pause" | "resume" | "retry") =>
    call<ChangeResult>(`${applicationPath(environment, name)}/actions/${action}`, { method: "POST" }),
  rollback: (environment: string, name: string, commit: string) =>
    call<ChangeResult>(`${applicationPath(environment, name)}/actions/rollback`, {
      method: "POST",
      body: { commit },
    }),
  createEnvironment: (organization: string, body: unknown) =>
    call<ChangeResult>(`/organizations/${organization}/environments`, { method: "POST", body }),
  createToken: (body: unknown) => call<Token & { token: string }>("/tokens", { method: "POST", body }),
  revokeToken: (id: string) => call<void>(`/tokens/${id}`, { method: "DELETE" }),
  signOut: () => call<void>("/sign-out", { method: "POST" }),
};

import type { Operation } from "@catalyst/model/operation";
import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import type { Member } from "@catalyst/model/role";
import type {
  ActivityView,
  ApplicationView,
  BlueprintView,
  CommitView,
  ConfigForm,
  EnvironmentView,
  EventView,
  GivenSecret,
  OrganizationView,
  PodView,
  SecretView,
  SovereignView,
  ValueView,
} from "@catalyst/model/view";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ApiProblem, call, rememberCsrfToken } from "./http.ts";

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

export interface Committed {
  readonly operation: Operation;
  readonly commit: string;
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
  all: [],
  me: ["me"],
  signIn: ["sign-in"],
  sovereign: ["sovereign"],
  tokens: ["tokens"],
  audit: ["audit"],
  organizations: ["organizations"],
  environments: (organization: string) => ["organizations", organization, "environments"],
  environment: (name: string) => ["environment", name],
  activity: (name: string) => ["environment", name, "activity"],
  applications: (environment: string) => ["environment", environment, "applications"],
  found: (environment: string) => ["environment", environment, "found"],
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

/** How many entries of the audit view are asked for: the most there are in one answer. */
export const auditLimit = 1000;

const applicationPath = (environment: string, name: string) =>
  `/environments/${environment}/applications/${name}`;

const releasePath = (name: string, version: string) =>
  `/blueprints/${name}/versions/${encodeURIComponent(version)}`;

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
  /** Whether an identity provider signs people in here. */
  signIn: () =>
    queryOptions({
      queryKey: keys.signIn,
      queryFn: async ({ signal }) =>
        (await fetch("/v1/sign-in", { redirect: "manual", signal })).status !== 404,
      staleTime: Number.POSITIVE_INFINITY,
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
  /** Everything anyone changed or tried to, newest first. */
  audit: () =>
    queryOptions({
      queryKey: keys.audit,
      queryFn: ({ signal }) =>
        call<{ items: readonly ActivityView[] }>(`/audit?limit=${auditLimit}`, { signal }),
    }),
  organizations: () =>
    queryOptions({
      queryKey: keys.organizations,
      queryFn: ({ signal }) => call<Page<OrganizationView>>("/organizations?limit=500", { signal }),
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
  /** All Applications, page by page as they are looked at; those that need a look come early. */
  applications: (environment: string, search: string) =>
    infiniteQueryOptions({
      queryKey: [...keys.applications(environment), search],
      queryFn: ({ signal, pageParam }) =>
        call<Page<ApplicationView>>(
          `/environments/${environment}/applications?${queryOf({ limit: "200", sort: "phase", search, cursor: pageParam })}`,
          { signal },
        ),
      initialPageParam: "",
      getNextPageParam: (page) => page.next,
    }),
  /** The few Applications a search finds first. */
  applicationsFound: (environment: string, search: string) =>
    queryOptions({
      queryKey: [...keys.found(environment), search],
      queryFn: ({ signal }) =>
        call<Page<ApplicationView>>(
          `/environments/${environment}/applications?${queryOf({ limit: "20", search })}`,
          { signal },
        ),
    }),
  application: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.application(environment, name),
      queryFn: ({ signal }) => call<ApplicationView>(applicationPath(environment, name), { signal }),
      // a commit of a moment ago may not be in the picture yet
      retry: (count, error) => count < 4 && error instanceof ApiProblem && error.status === 404,
      retryDelay: 400,
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
  secrets: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "secrets"),
      queryFn: ({ signal }) =>
        call<{ items: readonly SecretView[] }>(`${applicationPath(environment, name)}/secrets`, { signal }),
    }),
  manifests: (environment: string, name: string) =>
    queryOptions({
      queryKey: keys.part(environment, name, "manifests"),
      queryFn: ({ signal }) =>
        call<{ document: string; objects: string }>(`${applicationPath(environment, name)}/manifests`, {
          signal,
        }),
    }),
  /** What an Application's chart reads, page by page. */
  values: (environment: string, name: string, search: string) =>
    infiniteQueryOptions({
      queryKey: [...keys.part(environment, name, "values"), { search }],
      queryFn: ({ signal, pageParam }) =>
        call<Page<ValueView>>(
          `${applicationPath(environment, name)}/values?${queryOf({ search, cursor: pageParam })}`,
          { signal },
        ),
      initialPageParam: "",
      getNextPageParam: (page) => page.next,
    }),
  /** The values of an Application's chart that a field of config reaches. */
  fieldValues: (environment: string, name: string, field: string) =>
    queryOptions({
      queryKey: [...keys.part(environment, name, "values"), { field }],
      queryFn: ({ signal }) =>
        call<Page<ValueView>>(`${applicationPath(environment, name)}/values?${queryOf({ field })}`, {
          signal,
        }),
    }),
  blueprints: (search: string) =>
    queryOptions({
      queryKey: [...keys.blueprints, "list", search],
      queryFn: ({ signal }) =>
        call<Page<BlueprintView>>(`/blueprints?${queryOf({ limit: "500", search })}`, { signal }),
    }),
  blueprint: (name: string) =>
    queryOptions({
      queryKey: keys.blueprint(name),
      queryFn: ({ signal }) => call<BlueprintView>(`/blueprints/${name}`, { signal }),
    }),
  /** The form of a release's config; a size's values are its defaults. */
  form: (name: string, version: string, size: string) =>
    queryOptions({
      queryKey: [...keys.blueprint(name), version, "form", size],
      queryFn: ({ signal }) =>
        call<ConfigForm>(`${releasePath(name, version)}/form?${queryOf({ size })}`, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** The values of a release's chart that a field of config reaches, when nobody has installed it. */
  releaseFieldValues: (name: string, version: string, field: string) =>
    queryOptions({
      queryKey: [...keys.blueprint(name), version, "values", { field }],
      queryFn: ({ signal }) =>
        call<Page<ValueView>>(`${releasePath(name, version)}/values?${queryOf({ field })}`, { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  plan: (environment: string, changes: readonly ApplicationChange[]) =>
    queryOptions({
      queryKey: ["plan", environment, changes],
      queryFn: ({ signal }) =>
        call<Plan>(`/environments/${environment}/plan`, {
          method: "POST",
          body: { changes: changes.map(({ name, ...wish }) => ({ application: name, ...wish })) },
          signal,
        }),
      staleTime: 5_000,
      retry: false,
    }),
  actionPlan: (environment: string, name: string, act: Act) =>
    queryOptions({
      queryKey: ["plan", environment, name, act],
      queryFn: ({ signal }) => sendAct<Plan>(environment, name, act, { dryRun: true, signal }),
      staleTime: 0,
      gcTime: 0,
      retry: false,
    }),
};

/** What can be done to an Application that is a commit. */
export type Act =
  | { readonly kind: "pause" | "resume" | "remove" }
  | { readonly kind: "rollback"; readonly commit: string };

function sendAct<T>(
  environment: string,
  name: string,
  act: Act,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal?: AbortSignal },
): Promise<T> {
  const path = applicationPath(environment, name);
  const query = dryRun ? "?dryRun=true" : "";
  if (act.kind === "remove") return call<T>(`${path}${query}`, { method: "DELETE", signal });
  const body = act.kind === "rollback" ? { commit: act.commit } : undefined;
  return call<T>(`${path}/actions/${act.kind}${query}`, { method: "POST", body, signal });
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "")).toString();
}

/** What changes something. Each is a commit, except a retry. */
export const commands = {
  install: (environment: string, wish: ApplicationChange) =>
    call<ChangeResult>(`/environments/${environment}/applications`, { method: "POST", body: wish }),
  change: (environment: string, name: string, body: unknown, ifMatch?: string) =>
    call<ChangeResult>(applicationPath(environment, name), { method: "PATCH", body, ifMatch }),
  /** Gives a value for a password field; the change that uses it names the version answered. */
  giveSecret: (environment: string, name: string, field: string, body: unknown) =>
    call<GivenSecret>(`${applicationPath(environment, name)}/secrets/${encodeURIComponent(field)}`, {
      method: "PUT",
      body,
    }),
  act: (environment: string, name: string, act: Act) =>
    sendAct<ChangeResult>(environment, name, act, { dryRun: false }),
  retry: (environment: string, name: string) =>
    call<{ message: string }>(`${applicationPath(environment, name)}/actions/retry`, { method: "POST" }),
  createOrganization: (body: unknown) => call<Committed>("/organizations", { method: "POST", body }),
  createEnvironment: (organization: string, body: unknown) =>
    call<Committed>(`/organizations/${organization}/environments`, { method: "POST", body }),
  removeEnvironment: (name: string) => call<Committed>(`/environments/${name}`, { method: "DELETE" }),
  setMember: (organization: string, member: Member) =>
    call<Committed & { signInLink?: string; passwordLink?: string }>(
      `/organizations/${organization}/members`,
      {
        method: "POST",
        body: member,
      },
    ),
  removeMember: (organization: string, user: string) =>
    call<Committed>(`/organizations/${organization}/members/${encodeURIComponent(user)}`, {
      method: "DELETE",
    }),
  createToken: (body: unknown) => call<Token & { token: string }>("/tokens", { method: "POST", body }),
  revokeToken: (id: string) => call<void>(`/tokens/${id}`, { method: "DELETE" }),
  signOut: () => call<void>("/sign-out", { method: "POST" }),
};

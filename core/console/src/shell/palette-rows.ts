import type { ApplicationView } from "@catalyst/model/view";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import {
  Box,
  Building2,
  CirclePlus,
  FileClock,
  History,
  KeyRound,
  Layers,
  LayoutGrid,
  LogOut,
  type LucideIcon,
  Moon,
  Package,
  PackagePlus,
  Pause,
  Play,
  ScrollText,
  Server,
  Settings,
  Sun,
  Trash2,
  UserPlus,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { keys, type Me, type Page, queries } from "../api/queries.ts";
import { mayIn } from "../api/role.ts";
import { useSettled } from "../design/settled.ts";
import { chooseTheme, currentTheme } from "../design/theme.ts";
import { lastEnvironment } from "./last-environment.ts";
import { type Choice, choicesOf, matching, withoutActs } from "./palette-choices.ts";
import { useSignOut } from "./sign-out.ts";

/** A choice as it is shown and taken. */
export interface PaletteRow {
  readonly key: string;
  readonly text: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly take: () => void;
}

/** Environments whose Applications are looked up, the current one first: each is a question to the server. */
const environmentLimit = 20;

const icons = {
  application: {
    look: Box,
    logs: ScrollText,
    history: History,
    settings: Settings,
    pause: Pause,
    resume: Play,
    remove: Trash2,
  },
  environment: { look: Layers, remove: Trash2 },
  blueprint: { look: Package, install: PackagePlus },
  organization: { look: Building2, invite: UserPlus, createEnvironment: CirclePlus },
  page: {
    catalog: LayoutGrid,
    sovereign: Server,
    audit: FileClock,
    tokens: KeyRound,
    createOrganization: CirclePlus,
    light: Sun,
    dark: Moon,
    signOut: LogOut,
  },
} as const;

/** What was typed leads to these, the best first, and whether some Environments weren't looked into. */
export function usePaletteRows(
  me: Me,
  typed: string,
): { readonly rows: readonly PaletteRow[]; readonly limited: boolean } {
  const rowOf = useRowOf();
  const { environment, application } = useParams({ strict: false });
  const organizations = useQuery(queries.organizations());
  const blueprints = useQuery(queries.blueprints(""));
  const environments = useEnvironments(organizations.data?.items.flatMap((item) => item.environments) ?? []);
  const applications = useApplications(environments.slice(0, environmentLimit), typed);
  const choices = choicesOf({
    applications,
    organizations: organizations.data?.items ?? [],
    blueprints: blueprints.data?.items ?? [],
    sovereignAdmin: me.sovereignAdmin,
    theme: currentTheme(),
    current:
      environment === undefined || application === undefined ? undefined : { environment, name: application },
    may: (act, organization) => mayIn(me, act, organization),
  });
  return { rows: matching(choices.map(rowOf), typed), limited: environments.length > environmentLimit };
}

function useEnvironments(all: readonly string[]): readonly string[] {
  const { environment = lastEnvironment() } = useParams({ strict: false });
  return environment !== undefined && all.includes(environment)
    ? [environment, ...all.filter((name) => name !== environment)]
    : all;
}

function useApplications(environments: readonly string[], typed: string): readonly ApplicationView[] {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const settled = useSettled(typed.trim(), 120);
  const acts = (["logs", "history", "settings", "pause", "resume", "remove"] as const).map((act) =>
    t(`palette.application.${act}`, { name: "" }),
  );
  // the word may be an action's or the Application's own: both are looked up
  const searches = [...new Set([settled, withoutActs(settled, acts)])];
  const answers = useQueries({
    queries: environments.flatMap((environment) =>
      searches.map((search) => queries.applicationsFound(environment, search)),
    ),
    combine: (results) => results.flatMap(({ data }) => data?.items ?? []),
  });
  // what was found while typing stays offered until the next answer is there
  const known = environments.flatMap((environment) =>
    cache
      .getQueriesData<Page<ApplicationView>>({ queryKey: keys.found(environment) })
      .flatMap(([, page]) => page?.items ?? []),
  );
  return [
    ...new Map(
      [...known, ...answers].map((item) => [`${item.environment}/${item.name}`, item] as const),
    ).values(),
  ];
}

/** Gives every choice its words, its picture and what it does. */
function useRowOf(): (choice: Choice) => PaletteRow {
  const { t } = useTranslation();
  const takeOf = useTake();
  return (choice) => {
    const take = takeOf(choice);
    switch (choice.kind) {
      case "application": {
        const { application, act } = choice;
        const { name, environment, blueprint } = application;
        const key = `application-${environment}-${name}-${act}`;
        const detail = act === "look" ? `${blueprint.name} · ${environment}` : environment;
        return {
          key,
          text: t(`palette.application.${act}`, { name }),
          detail,
          icon: icons.application[act],
          take,
        };
      }
      case "environment":
        return {
          key: `environment-${choice.name}-${choice.act}`,
          text: t(`palette.environment.${choice.act}`, { name: choice.name }),
          detail: t("noun.environment"),
          icon: icons.environment[choice.act],
          take,
        };
      case "blueprint": {
        const { blueprint, act } = choice;
        return {
          key: `blueprint-${blueprint.name}-${act}`,
          text: t(`palette.blueprint.${act}`, { title: blueprint.card.title }),
          detail: t("noun.blueprint"),
          icon: icons.blueprint[act],
          take,
        };
      }
      case "organization": {
        const { name, displayName, act } = choice;
        return {
          key: `organization-${name}-${act}`,
          text: t(`palette.organization.${act}`, { name: displayName }),
          detail: act === "look" ? t("noun.organization") : displayName,
          icon: icons.organization[act],
          take,
        };
      }
      case "page":
        return {
          key: choice.page,
          text: t(`palette.page.${choice.page}`),
          detail: t("noun.page"),
          icon: icons.page[choice.page],
          take,
        };
    }
  };
}

function useTake(): (choice: Choice) => () => void {
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (choice) => () => {
    switch (choice.kind) {
      case "application": {
        const { environment, name: application } = choice.application;
        const params = { environment, application };
        const base = "/environments/$environment/applications/$application";
        const { act } = choice;
        if (act === "logs" || act === "history" || act === "settings")
          return void navigate({ to: `${base}/${act}`, params });
        return void navigate({ to: base, params, search: act === "look" ? {} : { act } });
      }
      case "environment":
        return void navigate({
          to: "/environments/$environment",
          params: { environment: choice.name },
          search: choice.act === "look" ? {} : { remove: true },
        });
      case "blueprint":
        return void navigate({
          to: choice.act === "look" ? "/catalog/$blueprint" : "/install/$blueprint",
          params: { blueprint: choice.blueprint.name },
        });
      case "organization": {
        const { name: organization, act } = choice;
        const search = act === "look" ? {} : act === "invite" ? { invite: true } : { create: true };
        return void navigate({ to: "/organizations/$organization", params: { organization }, search });
      }
      case "page":
        if (choice.page === "signOut") return signOut.mutate();
        if (choice.page === "light" || choice.page === "dark") return chooseTheme(choice.page);
        if (choice.page === "createOrganization")
          return void navigate({ to: "/sovereign", search: { create: true } });
        return void navigate({ to: `/${choice.page}` });
    }
  };
}

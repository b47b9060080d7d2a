import type { ApplicationChange } from "@catalyst/model/plan";
import type { BlueprintView, SecretView } from "@catalyst/model/view";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../api/http.ts";
import { commands, queries } from "../../api/queries.ts";
import { organizationOf, useMay } from "../../api/role.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { Field, inputClass, selectClass } from "../../design/field.tsx";
import { Card, PageHead } from "../../design/layout.tsx";
import { notify } from "../../design/notices.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { EmptyState, ErrorState } from "../../design/states.tsx";
import { PasswordsContext } from "../../form/passwords.tsx";
import { LivePlanPanel, useLivePlan } from "../../plan/live-plan.tsx";
import { lastEnvironment } from "../../shell/last-environment.ts";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { BlueprintIcon } from "../blueprint/blueprint-icon.tsx";
import { Refusal, VerifiedMark } from "../blueprint/verification.tsx";
import { ApplicationForm } from "./application-form.tsx";
import { PasswordNote } from "./password-note.tsx";
import { usePasswords } from "./use-passwords.ts";

/** Installs a Blueprint: its form beside the plan of what is filled in. */
export function InstallPage() {
  const { t } = useTranslation();
  const { blueprint: name } = useParams({ from: "/install/$blueprint" });
  const blueprint = useQuery(queries.blueprint(name));
  const organizations = useQuery(queries.organizations());
  usePageTitle(t("install.title", { title: blueprint.data?.card.title ?? name }));
  const error = blueprint.error ?? organizations.error;
  if (error !== null) return <PageProblem error={error} />;
  if (blueprint.data === undefined || organizations.data === undefined) return <PageSkeleton />;
  const environments = organizations.data.items.flatMap(({ environments }) => environments);
  const { card, version, installable, reason } = blueprint.data;
  return (
    <>
      <PageHead
        above={
          <Link to="/catalog/$blueprint" params={{ blueprint: name }}>
            {card.title}
          </Link>
        }
        title={
          <>
            <BlueprintIcon name={name} />
            {t("install.title", { title: card.title })}
          </>
        }
        below={
          <span className="flex flex-wrap items-center gap-2 text-sm">
            {name} {version} <VerifiedMark verified={installable} />
          </span>
        }
      />
      {!installable && <Refusal reason={reason} />}
      {installable && environments.length === 0 && (
        <EmptyState title={t("install.noEnvironment")} text={t("install.noEnvironmentText")} />
      )}
      {installable && environments.length > 0 && (
        <InstallForm blueprint={blueprint.data} environments={environments} />
      )}
    </>
  );
}

function InstallForm({
  blueprint,
  environments,
}: {
  readonly blueprint: BlueprintView;
  readonly environments: readonly string[];
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { environment: asked = lastEnvironment() } = useSearch({ from: "/install/$blueprint" });
  const [environment, setEnvironment] = useState(
    environments.find((name) => name === asked) ?? environments[0] ?? "",
  );
  const [wish, setWish] = useState<ApplicationChange | undefined>(() => firstWish(blueprint));
  const [chosen, setChosen] = useState<string>();
  const offered = useFreeName(environment, blueprint.name.replace(/^bp-/, ""));
  const name = chosen ?? offered;
  const passwords = usePasswords(wish, setWish, noSecrets);
  const named = useMemo(() => (wish === undefined ? undefined : { ...wish, name }), [wish, name]);
  const install = useMutation({
    mutationFn: async (change: ApplicationChange) => {
      const pin = change.blueprint ?? { name: blueprint.name };
      const secrets = await passwords.give({ environment, application: change.name, blueprint: pin });
      return commands.install(environment, { ...change, ...(secrets && { secrets }) });
    },
    onSuccess: ({ commit }, change) => {
      passwords.forget();
      if (commit !== undefined) notify(t("act.committed", { commit: commit.slice(0, 10), environment }));
      void navigate({
        to: "/environments/$environment/applications/$application",
        params: { environment, application: change.name },
      });
    },
  });
  const nameProblems = useNameProblems(environment, name, install.error);
  const live = useLivePlan(environment, nameProblems.length > 0 ? undefined : named);
  const may = useMay("change", organizationOf(environment));
  const ready =
    may &&
    live.plan !== undefined &&
    !live.behind &&
    live.plan.problems.length === 0 &&
    live.plan.policy.verdict === "allowed" &&
    nameProblems.length === 0;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready || named === undefined) return;
        setChosen(name); // from now on it is taken, by this one
        install.mutate(named);
      }}
      className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]"
    >
      <Card>
        <div className="grid gap-5">
          <div className="grid gap-5 sm:grid-cols-2">
            <Field id="name" label={t("form.name")} problems={nameProblems} description={t("form.nameText")}>
              {(attributes) => (
                <input
                  {...attributes}
                  required
                  maxLength={40}
                  autoComplete="off"
                  spellCheck={false}
                  value={name}
                  onChange={({ target }) => setChosen(target.value.trim())}
                  className={inputClass}
                />
              )}
            </Field>
            <Field id="environment" label={t("noun.environment")} description={t("form.environmentText")}>
              {(attributes) => (
                <select
                  {...attributes}
                  value={environment}
                  onChange={({ target }) => setEnvironment(target.value)}
                  className={selectClass}
                >
                  {environments.map((item) => (
                    <option key={item}>{item}</option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <hr className="border-line" />
          <PasswordsContext value={passwords}>
            <ApplicationForm
              environment={environment}
              blueprint={blueprint}
              wish={{ ...(wish ?? firstWish(blueprint)), name }}
              onChange={setWish}
              plan={live.plan}
              version={blueprint.version}
              installed={false}
            />
          </PasswordsContext>
        </div>
      </Card>
      <div className="grid gap-4 lg:sticky lg:top-6">
        <div className="lg:max-h-[calc(100dvh-16rem)] lg:overflow-y-auto">
          <LivePlanPanel live={live} />
        </div>
        <PasswordNote passwords={passwords} />
        {install.error !== null && nameProblems.length === 0 && <ErrorState error={install.error} />}
        {!may && <p className="text-ink-soft text-sm">{t("role.mayNotChange")}</p>}
        <div className="flex justify-end gap-2">
          <Link to="/catalog/$blueprint" params={{ blueprint: blueprint.name }} className={buttonClass()}>
            {t("action.cancel")}
          </Link>
          <Button type="submit" tone="primary" disabled={!ready || install.isPending}>
            {install.isPending ? t("action.committing") : t("action.install")}
          </Button>
        </div>
      </div>
    </form>
  );
}

const noSecrets: readonly SecretView[] = [];

/** What is wished before anything was chosen: a default isn't a choice, so it isn't written down. */
function firstWish({ name, version }: BlueprintView): ApplicationChange {
  return { name: "", blueprint: { name, version }, config: {} };
}

/** A name to begin with: the Blueprint's own, or with the first number that makes it free. */
function useFreeName(environment: string, name: string): string {
  const { data } = useQuery(queries.applicationsFound(environment, name));
  const taken = new Set(data?.items.map((item) => item.name));
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(free)) return free;
  }
}

/** What is wrong with the name: its form, as Kubernetes has it, or that it is taken. */
function useNameProblems(environment: string, name: string, refusal: unknown): readonly string[] {
  const { t } = useTranslation();
  const found = useQuery({ ...queries.applicationsFound(environment, name), enabled: name !== "" });
  if (name === "") return [t("form.nameMissing")];
  if (!/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) return [t("form.nameInvalid")];
  if (found.data?.items.some((item) => item.name === name))
    return [t("form.nameTaken", { name, environment })];
  if (refusal instanceof ApiProblem && refusal.field === "name") return [refusal.message];
  return [];
}

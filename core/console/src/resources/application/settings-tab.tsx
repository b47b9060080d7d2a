import type { ApplicationChange } from "@catalyst/model/plan";
import type { ApplicationView, BlueprintView, SecretView } from "@catalyst/model/view";
import { hashKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys, queries } from "../../api/queries.ts";
import { useMay } from "../../api/role.ts";
import { Button } from "../../design/button.tsx";
import { Field, selectClass } from "../../design/field.tsx";
import { Card } from "../../design/layout.tsx";
import { notify } from "../../design/notices.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";
import { PasswordsContext } from "../../form/passwords.tsx";
import { LivePlanPanel, useLivePlan } from "../../plan/live-plan.tsx";
import { ApplicationForm } from "./application-form.tsx";
import { Conflict, conflictOf } from "./conflict.tsx";
import { PasswordNote } from "./password-note.tsx";
import { usePasswords } from "./use-passwords.ts";

/** Changes an Application: its version, size and config, beside the plan of the change. */
export function SettingsTab() {
  const { environment, application: name } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const application = useQuery(queries.application(environment, name));
  const blueprintName = application.data?.blueprint.name;
  const blueprint = useQuery({
    ...queries.blueprint(blueprintName ?? ""),
    enabled: blueprintName !== undefined,
  });
  const secrets = useQuery(queries.secrets(environment, name));
  const [round, setRound] = useState(0);
  const startAgain = useCallback(() => setRound((last) => last + 1), []);
  const error = blueprint.error ?? secrets.error;
  if (error !== null) return <ErrorState error={error} />;
  if (application.data === undefined || blueprint.data === undefined || secrets.data === undefined)
    return <Skeleton lines={8} />;
  return (
    <SettingsForm
      key={round}
      seen={application.data}
      blueprint={blueprint.data}
      secrets={secrets.data.items}
      onStartAgain={startAgain}
    />
  );
}

function SettingsForm({
  seen: current,
  blueprint,
  secrets,
  onStartAgain,
}: {
  readonly seen: ApplicationView;
  readonly blueprint: BlueprintView;
  readonly secrets: readonly SecretView[];
  readonly onStartAgain: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  // what the form was begun from: the change is made to that state, whatever others do meanwhile
  const [seen] = useState(current);
  const { environment, name } = seen;
  const first = useMemo(() => wishOf(seen), [seen]);
  const [wish, setWish] = useState<ApplicationChange | undefined>(first);
  const passwords = usePasswords(wish, setWish, secrets);
  const touched = wish !== first || passwords.typed.size > 0;
  const live = useLivePlan(environment, touched ? wish : undefined);
  const save = useMutation({
    mutationFn: async ({ name: _, blueprint: pin, ...fields }: ApplicationChange) => {
      const given = await passwords.give({
        environment,
        application: name,
        blueprint: pin ?? seen.blueprint,
      });
      const wanted = { ...fields, ...(given && { secrets: given }) };
      const version = pin?.version === undefined ? {} : { blueprint: { version: pin.version } };
      const result = await commands.change(
        environment,
        name,
        { ...wanted, ...version },
        seen.commit === undefined ? undefined : `"${seen.commit.id}"`,
      );
      return { commit: result.commit, sent: { name, ...wanted, ...(pin && { blueprint: pin }) } };
    },
    onSuccess: ({ commit }) => {
      passwords.forget();
      void cache.invalidateQueries({ queryKey: keys.part(environment, name, "secrets") });
      notify(
        commit === undefined
          ? t("act.nothing")
          : t("act.committed", { commit: commit.slice(0, 10), environment }),
      );
      void cache.invalidateQueries({ queryKey: keys.application(environment, name) });
      if (commit === undefined) onStartAgain();
    },
  });
  const commit = save.data?.commit;
  const saved = commit !== undefined;
  // the commit is known before what it says has reached the cluster, where the view takes it from
  const arrived =
    saved &&
    save.data !== undefined &&
    (holds(current, save.data.sent) || isOther(current, [seen.commit?.id, commit]));
  const newer = stateOf(current) !== stateOf(seen);
  useEffect(() => {
    if (arrived || (newer && !touched)) onStartAgain();
  }, [arrived, newer, touched, onStartAgain]);
  const may = useMay("change", seen.organization);
  const conflict = conflictOf(save.error);
  const { plan } = live;
  const ready =
    may &&
    touched &&
    plan !== undefined &&
    !live.behind &&
    plan.problems.length === 0 &&
    (plan.files.length > 0 || passwords.typed.size > 0);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && wish !== undefined) save.mutate(wish);
      }}
      className="grid items-start gap-6 lg:grid-cols-2"
    >
      <Card>
        <div className="grid gap-5">
          <VersionField
            blueprint={blueprint}
            current={seen.blueprint.version}
            value={wish?.blueprint?.version ?? seen.blueprint.version}
            onChange={(version) =>
              setWish({ ...(wish ?? first), blueprint: { name: seen.blueprint.name, version } })
            }
          />
          <PasswordsContext value={passwords}>
            <ApplicationForm
              environment={environment}
              blueprint={blueprint}
              wish={wish ?? first}
              onChange={setWish}
              plan={plan}
              version={wish?.blueprint?.version ?? seen.blueprint.version}
              installed
            />
          </PasswordsContext>
        </div>
      </Card>
      <div className="grid gap-4 lg:sticky lg:top-6">
        {conflict !== undefined && <Conflict conflict={conflict} onStartAgain={onStartAgain} />}
        {save.error !== null && conflict === undefined && <ErrorState error={save.error} />}
        <LivePlanPanel live={live} />
        <PasswordNote passwords={passwords} />
        {!may && <p className="text-ink-soft text-sm">{t("role.mayNotChange")}</p>}
        <div className="flex justify-end gap-2">
          <Button disabled={!touched || saved} onClick={onStartAgain}>
            {t("action.discard")}
          </Button>
          <Button type="submit" tone="primary" disabled={!ready || save.isPending || saved}>
            {save.isPending || saved ? t("action.committing") : t("action.save")}
          </Button>
        </div>
      </div>
    </form>
  );
}

function VersionField({
  blueprint,
  current,
  value,
  onChange,
}: {
  readonly blueprint: BlueprintView;
  readonly current: string;
  readonly value: string;
  readonly onChange: (version: string) => void;
}) {
  const { t } = useTranslation();
  const versions = blueprint.releases
    .filter(({ verified, yanked, version }) => (verified && yanked !== true) || version === current)
    .map(({ version }) => version);
  return (
    <Field id="version" label={t("form.version")} description={t("form.versionText")}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={({ target }) => onChange(target.value)}
          className={selectClass}
        >
          {[...new Set([current, ...versions])].map((version) => (
            <option key={version} value={version}>
              {version === current ? t("form.versionCurrent", { version }) : version}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Tells whether the Application is as a wish wants it. */
function holds(application: ApplicationView, wish: ApplicationChange): boolean {
  const { config, size, bindings, blueprint, secrets = {} } = application;
  const asked = Object.entries(wish.secrets ?? {});
  return (
    asked.every(([field, version]) => secrets[field] === (version ?? undefined)) &&
    hashKey([wish.config]) === hashKey([config]) &&
    (wish.size === undefined || wish.size === size) &&
    (wish.bindings === undefined || hashKey([wish.bindings]) === hashKey([bindings])) &&
    (wish.blueprint?.version === undefined || wish.blueprint.version === blueprint.version)
  );
}

/** Tells whether somebody else changed it last. */
function isOther({ commit }: ApplicationView, ours: readonly (string | undefined)[]): boolean {
  return !ours.includes(commit?.id);
}

/** Everything the form shows and the commit it was read at. */
function stateOf(application: ApplicationView): string {
  return hashKey([wishOf(application), application.blueprint.version, application.commit?.id]);
}

function wishOf({ name, size, config, bindings }: ApplicationView): ApplicationChange {
  return { name, ...(size === undefined ? {} : { size }), config, bindings };
}

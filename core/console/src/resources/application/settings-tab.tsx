import type { ApplicationChange } from "@catalyst/model/plan";
import type { ApplicationView, BlueprintView } from "@catalyst/model/view";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys, queries } from "../../api/queries.ts";
import { Button } from "../../design/button.tsx";
import { Field, selectClass } from "../../design/field.tsx";
import { Card } from "../../design/layout.tsx";
import { notify } from "../../design/notices.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";
import { LivePlanPanel, useLivePlan } from "../../plan/live-plan.tsx";
import { ApplicationForm } from "./application-form.tsx";
import { Conflict, conflictOf } from "./conflict.tsx";

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
  const [round, setRound] = useState(0);
  if (blueprint.error !== null) return <ErrorState error={blueprint.error} />;
  if (application.data === undefined || blueprint.data === undefined) return <Skeleton lines={8} />;
  return (
    <SettingsForm
      key={round}
      seen={application.data}
      blueprint={blueprint.data}
      onStartAgain={() => setRound(round + 1)}
    />
  );
}

function SettingsForm({
  seen: current,
  blueprint,
  onStartAgain,
}: {
  readonly seen: ApplicationView;
  readonly blueprint: BlueprintView;
  readonly onStartAgain: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  // what the form was begun from: the change is made to that state, whatever others do meanwhile
  const [seen] = useState(current);
  const { environment, name } = seen;
  const first = useMemo(() => wishOf(seen), [seen]);
  const [wish, setWish] = useState<ApplicationChange | undefined>(first);
  const touched = wish !== first;
  const live = useLivePlan(environment, touched ? wish : undefined);
  const save = useMutation({
    mutationFn: ({ name: _, blueprint: pin, ...fields }: ApplicationChange) =>
      commands.change(
        environment,
        name,
        { ...fields, ...(pin?.version === undefined ? {} : { blueprint: { version: pin.version } }) },
        seen.commit === undefined ? undefined : `"${seen.commit.id}"`,
      ),
    onSuccess: async ({ commit }) => {
      notify(
        commit === undefined
          ? t("act.nothing")
          : t("act.committed", { commit: commit.slice(0, 10), environment }),
      );
      await cache.invalidateQueries({ queryKey: keys.application(environment, name) });
      onStartAgain();
    },
  });
  const conflict = conflictOf(save.error);
  const { plan } = live;
  const ready =
    touched && plan !== undefined && !live.behind && plan.problems.length === 0 && plan.files.length > 0;
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
          <ApplicationForm
            environment={environment}
            blueprint={blueprint}
            wish={wish ?? first}
            onChange={setWish}
            plan={plan}
          />
        </div>
      </Card>
      <div className="grid gap-4 lg:sticky lg:top-6">
        {conflict !== undefined && <Conflict conflict={conflict} onStartAgain={onStartAgain} />}
        {save.error !== null && conflict === undefined && <ErrorState error={save.error} />}
        <LivePlanPanel live={live} />
        <div className="flex justify-end gap-2">
          <Button disabled={!touched} onClick={onStartAgain}>
            {t("action.discard")}
          </Button>
          <Button type="submit" tone="primary" disabled={!ready || save.isPending}>
            {save.isPending ? t("action.committing") : t("action.save")}
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

function wishOf({ name, size, config, bindings }: ApplicationView): ApplicationChange {
  return { name, ...(size === undefined ? {} : { size }), config, bindings };
}

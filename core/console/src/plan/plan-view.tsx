import type { Plan, PlanAction } from "@catalyst/model/plan";
import type { Problem } from "@catalyst/model/problem";
import { AlertTriangle, Check, CircleAlert, Link2, Minus, PackagePlus, Pencil, Plus, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../design/badge.tsx";
import { Diff } from "../design/diff.tsx";
import { Disclosure } from "../design/disclosure.tsx";
import { FieldChanges } from "./field-changes.tsx";

const actions = {
  add: { icon: Plus, colour: "text-added" },
  change: { icon: Pencil, colour: "text-warn" },
  remove: { icon: Minus, colour: "text-removed" },
} as const;

/** What a change will do: what is wrong with it first, then what comes along, then every object and file. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const changed = plan.applications.filter(({ action }) => action === "change");
  const nothing = plan.applications.length + plan.objects.length + plan.files.length === 0;
  return (
    <div className="grid gap-5">
      <Problems problems={plan.problems} />
      {plan.warnings.length > 0 && (
        <ul className="grid gap-1.5 rounded-lg bg-warn-soft px-3 py-2.5 text-sm">
          {plan.warnings.map((warning) => (
            <li key={warning} className="flex gap-2">
              <AlertTriangle size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
              {warning}
            </li>
          ))}
        </ul>
      )}
      {nothing && plan.problems.length === 0 && <p className="text-ink-soft text-sm">{t("plan.nothing")}</p>}
      <Applications plan={plan} />
      <Dependencies plan={plan} />
      {changed.map(({ name, fields }) => (
        <Part key={name} title={t("plan.fieldsOf", { name })}>
          <FieldChanges fields={fields} />
        </Part>
      ))}
      <Checks plan={plan} />
      <Objects plan={plan} />
      {plan.files.length > 0 && (
        <Part title={t("plan.files", { count: plan.files.length })}>
          {plan.files.map(({ path, action, diff }) => (
            <Disclosure key={path} summary={<Line action={action} text={path} />}>
              {() => <Diff text={diff} label={t("plan.diffOf", { name: path })} />}
            </Disclosure>
          ))}
        </Part>
      )}
    </div>
  );
}

function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useTranslation();
  if (problems.length === 0) return null;
  return (
    <div role="alert" className="grid gap-2 rounded-lg bg-bad-soft px-3 py-2.5 text-sm">
      <p className="font-semibold text-bad">{t("plan.problems", { count: problems.length })}</p>
      <ul className="grid gap-2">
        {problems.map((problem) => (
          <li key={`${problem.code}${problem.field}${problem.message}`} className="flex gap-2">
            <CircleAlert size={16} className="mt-0.5 shrink-0 text-bad" aria-hidden />
            <div className="min-w-0 break-words">
              {problem.message}
              {problem.hint !== undefined && <p className="text-ink-soft">{problem.hint}</p>}
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Applications({ plan: { applications } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  if (applications.length === 0) return null;
  return (
    <Part title={t("plan.applications")}>
      <ul className="grid gap-1.5 text-sm">
        {applications.map(({ name, action, blueprint, previous, requestedBy }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-2 gap-y-0.5 px-2">
            <Line action={action} text={name} />
            {blueprint !== undefined && (
              <span className="text-ink-faint">
                {previous !== undefined && previous.version !== blueprint.version
                  ? t("plan.upgrade", { name: blueprint.name, from: previous.version, to: blueprint.version })
                  : `${blueprint.name} ${blueprint.version}`}
              </span>
            )}
            {action === "add" && requestedBy !== undefined && (
              <Badge>{t("plan.along", { name: requestedBy })}</Badge>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Dependencies({ plan: { dependencies } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  if (dependencies.length === 0) return null;
  return (
    <Part title={t("plan.dependencies")}>
      <ul className="grid gap-2 text-sm">
        {dependencies.map(({ application, alias, provider, created, reason }) => {
          const Icon = created ? PackagePlus : Link2;
          return (
            <li key={`${application}/${alias}`} className="flex gap-2.5 px-2">
              <Icon size={16} className="mt-0.5 shrink-0 text-accent" aria-hidden />
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-2">
                  <span className="font-medium">{alias}</span>
                  <span aria-hidden>→</span>
                  {provider}
                  <Badge tone={created ? "accent" : "idle"}>
                    {created ? t("plan.new") : t("plan.existing")}
                  </Badge>
                </p>
                <p className="text-ink-soft text-xs">{reason}</p>
              </div>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function Checks({ plan: { preflight, policy } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  const rows = [
    ...preflight.map(({ name, status, message }) => ({ name, message, status })),
    ...policy.rules.map(({ rule, satisfied, message }) => ({
      name: rule,
      message,
      status: satisfied ? "ok" : "failed",
    })),
  ];
  if (rows.length === 0) return null;
  return (
    <Part title={t("plan.checks")}>
      <ul className="grid gap-1.5 text-sm">
        {rows.map(({ name, message, status }) => (
          <li key={`${name}${message}`} className="flex gap-2 px-2">
            {status === "ok" && <Check size={16} className="mt-0.5 shrink-0 text-good" aria-hidden />}
            {status === "warning" && (
              <AlertTriangle size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
            )}
            {status === "failed" && <X size={16} className="mt-0.5 shrink-0 text-bad" aria-hidden />}
            <span className="min-w-0">
              <span className="sr-only">{t(`plan.check.${status as "ok" | "warning" | "failed"}`)} </span>
              <span className="font-medium">{name}</span> <span className="text-ink-soft">{message}</span>
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Objects({ plan: { objects } }: { readonly plan: Plan }) {
  const { t } = useTranslation();
  if (objects.length === 0) return null;
  return (
    <Part title={t("plan.objects", { count: objects.length })}>
      {objects.map(({ apiVersion, kind, namespace, name, action, fields, diff }) => (
        <Disclosure
          key={`${apiVersion}/${kind}/${namespace}/${name}`}
          summary={<Line action={action} text={name} detail={kind} />}
        >
          {() => (
            <div className="grid gap-3">
              {fields.length > 0 && <FieldChanges fields={fields} />}
              <Diff text={diff} label={t("plan.diffOf", { name: `${kind} ${name}` })} />
            </div>
          )}
        </Disclosure>
      ))}
    </Part>
  );
}

function Line({
  action,
  text,
  detail,
}: {
  readonly action: PlanAction;
  readonly text: string;
  readonly detail?: string;
}) {
  const { t } = useTranslation();
  const { icon: Icon, colour } = actions[action];
  return (
    <span className="flex min-w-0 items-center gap-2 text-sm">
      <Icon size={14} className={`shrink-0 ${colour}`} aria-hidden />
      <span className="sr-only">{t(`plan.action.${action}`)}</span>
      {detail !== undefined && <span className="shrink-0 text-ink-faint">{detail}</span>}
      <span className="truncate">{text}</span>
    </span>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid gap-1.5">
      <h3 className="px-2 font-semibold text-ink-soft text-xs">{title}</h3>
      <div>{children}</div>
    </section>
  );
}

import type { ApplicationChange, Plan } from "@catalyst/model/plan";
import type { BlueprintView } from "@catalyst/model/view";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ComponentProps, lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Field, selectClass } from "../../design/field.tsx";
import { Segments } from "../../design/segments.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";
import { SchemaForm } from "../../form/schema-form.tsx";
import { configProblems } from "../../plan/problems.ts";
import { ValuesContext } from "../../values/where-from.tsx";

const YamlForm = lazy(() => import("./yaml-form.tsx").then(({ YamlForm }) => ({ default: YamlForm })));

interface FormProps {
  readonly environment: string;
  readonly blueprint: BlueprintView;
  readonly wish: ApplicationChange;
  /** Undefined while what was written can't be read. */
  readonly onChange: (wish: ApplicationChange | undefined) => void;
  readonly plan: Plan | undefined;
  /** The release that the form is of. */
  readonly version: string;
  /** Whether the Application is there, so that its values are somewhere already. */
  readonly installed: boolean;
}

/** What a person wants of an Application, as a form or as YAML: two views of one document. */
export function ApplicationForm({ onChange, ...props }: FormProps) {
  const { t } = useTranslation();
  const [view, setView] = useState<"form" | "yaml">("form");
  const [broken, setBroken] = useState(false);
  const take = (wish: ApplicationChange | undefined) => {
    setBroken(wish === undefined);
    onChange(wish);
  };
  return (
    <div className="grid gap-5">
      <div className="flex items-center justify-between gap-3">
        <h2 className="font-semibold text-sm">{t("form.configuration")}</h2>
        <Segments
          label={t("form.view")}
          value={view}
          onChange={setView}
          options={[
            { value: "form", label: t("form.form"), disabled: broken },
            { value: "yaml", label: "YAML" },
          ]}
        />
      </div>
      {view === "form" ? (
        <FormView {...props} onChange={take} />
      ) : (
        <Suspense fallback={<Skeleton lines={8} />}>
          <YamlForm wish={props.wish} onChange={take} />
        </Suspense>
      )}
    </div>
  );
}

function FormView({ environment, blueprint, wish, onChange, plan, version, installed }: FormProps) {
  const { t } = useTranslation();
  const { sizes, defaultSize, configSchema, configIsValues } = blueprint;
  const set = (fields: Partial<ApplicationChange>) => onChange({ ...wish, ...fields });
  const valuesOfField = (field: string) =>
    installed
      ? queries.fieldValues(environment, wish.name, field)
      : queries.releaseFieldValues(blueprint.name, version, field);
  const config = {
    value: wish.config ?? {},
    problems: configProblems(wish.name, plan?.problems ?? []),
    onChange: (next: Readonly<Record<string, unknown>>) => set({ config: { ...next } }),
  };
  return (
    <>
      {sizes.length > 0 && (
        <Field id="size" label={t("form.size")} description={t("form.sizeText")}>
          {(attributes) => (
            <select
              {...attributes}
              value={wish.size ?? defaultSize ?? ""}
              onChange={({ target }) => set({ size: target.value })}
              className={selectClass}
            >
              {sizes.map((size) => (
                <option key={size}>{size}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      {blueprint.depends.map(({ blueprint: provider, alias = provider.replace(/^bp-/, "") }) => (
        <BindingField
          key={alias}
          environment={environment}
          alias={alias}
          blueprint={provider}
          self={wish.name}
          value={wish.bindings?.[alias]?.application}
          onChange={(application) => {
            const { [alias]: _, ...others } = wish.bindings ?? {};
            set({ bindings: application === undefined ? others : { ...others, [alias]: { application } } });
          }}
        />
      ))}
      <ValuesContext value={valuesOfField}>
        {configIsValues || version !== blueprint.version ? (
          <ReleaseForm
            blueprint={blueprint.name}
            version={version}
            size={wish.size ?? defaultSize ?? ""}
            {...config}
          />
        ) : (
          <SchemaForm schema={configSchema} {...config} />
        )}
      </ValuesContext>
    </>
  );
}

/** The form of one release: of another one than is shown, or made of the values of its chart. */
function ReleaseForm({
  blueprint,
  version,
  size,
  ...config
}: { readonly blueprint: string; readonly version: string; readonly size: string } & Omit<
  ComponentProps<typeof SchemaForm>,
  "schema"
>) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...queries.form(blueprint, version, size),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={6} />;
  const { schema, from, leftOut } = data;
  const isValues = from === "values";
  return (
    <>
      {isValues && <p className="text-ink-soft text-sm">{t("values.open")}</p>}
      <SchemaForm schema={schema} folded={isValues} {...config} />
      {leftOut.length > 0 && (
        <p className="break-words text-ink-soft text-sm">
          {t("values.leftOut", { count: leftOut.length, names: leftOut.join(", ") })}
        </p>
      )}
    </>
  );
}

/** Which Application meets a dependency: the plan's choice unless somebody chooses. */
function BindingField({
  environment,
  alias,
  blueprint,
  self,
  value,
  onChange,
}: {
  readonly environment: string;
  readonly alias: string;
  readonly blueprint: string;
  readonly self: string;
  readonly value: string | undefined;
  readonly onChange: (application: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(queries.applicationsFound(environment, blueprint));
  const providers = (data?.items ?? []).filter(
    (item) => item.blueprint.name === blueprint && item.name !== self,
  );
  if (providers.length === 0 && value === undefined) return null;
  const names = new Set([...providers.map(({ name }) => name), ...(value === undefined ? [] : [value])]);
  return (
    <Field
      id={`binding.${alias}`}
      label={t("form.binding", { alias })}
      description={t("form.bindingText", { blueprint })}
    >
      {(attributes) => (
        <select
          {...attributes}
          value={value ?? ""}
          onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
          className={selectClass}
        >
          <option value="">{t("form.bindingAutomatic")}</option>
          {[...names].map((name) => (
            <option key={name} value={name}>
              {t("form.bindingUse", { name })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

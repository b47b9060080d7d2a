import { useTranslation } from "react-i18next";
import { Disclosure } from "../design/disclosure.tsx";
import { Field, FieldProblems } from "../design/field.tsx";
import { WhereFrom } from "../values/where-from.tsx";
import { SwitchInput, ValueInput } from "./inputs.tsx";
import { PasswordField } from "./passwords.tsx";
import { type FieldSchema, labelOf, widgetOf, withField } from "./schema.ts";

/** What is wrong, by the field's path: `site.title`. */
export type FieldProblemsByPath = ReadonlyMap<string, readonly string[]>;

interface FormProps {
  readonly schema: FieldSchema;
  readonly value: Readonly<Record<string, unknown>>;
  readonly onChange: (value: Readonly<Record<string, unknown>>) => void;
  readonly problems: FieldProblemsByPath;
  readonly path?: string;
  /** Objects are lines that open: for a form of very many fields. */
  readonly folded?: boolean;
}

/** A form made from a JSON Schema. A field that isn't touched keeps its default and isn't written. */
export function SchemaForm({ schema, value, onChange, problems, path = "", folded = false }: FormProps) {
  return (
    <div className="grid gap-5">
      {Object.entries(schema.properties ?? {}).map(([name, field]) => (
        <FormField
          key={name}
          name={name}
          schema={field}
          path={path === "" ? name : `${path}.${name}`}
          value={value[name]}
          problems={problems}
          folded={folded}
          onChange={(next) => onChange(withField(value, name, next))}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly schema: FieldSchema;
  readonly path: string;
  readonly value: unknown;
  readonly problems: FieldProblemsByPath;
  readonly folded: boolean;
  readonly onChange: (value: unknown) => void;
}

function FormField(props: FieldProps) {
  const { name, schema, path } = props;
  if (widgetOf(schema) === "object") return <ObjectField {...props} />;
  return (
    <div className="grid gap-1">
      <ValueField {...props} />
      <WhereFrom field={path} label={labelOf(name, schema)} />
    </div>
  );
}

function ObjectField({ name, schema, path, value, problems, folded, onChange }: FieldProps) {
  const label = labelOf(name, schema);
  const wrong = problems.get(path) ?? [];
  const inside = (
    <>
      {schema.description !== undefined && <p className="text-ink-faint text-xs">{schema.description}</p>}
      {wrong.length > 0 && <FieldProblems id={`config.${path}-problems`} problems={wrong} />}
      <SchemaForm
        schema={schema}
        path={path}
        value={isObject(value) ? value : isObject(schema.default) ? schema.default : {}}
        problems={problems}
        folded={folded}
        onChange={(next) => onChange(Object.keys(next).length === 0 ? undefined : next)}
      />
    </>
  );
  if (!folded)
    return (
      <fieldset className="grid gap-4 rounded-xl border border-line p-4">
        <legend className="px-1 font-medium text-sm">{label}</legend>
        {inside}
      </fieldset>
    );
  return (
    <Disclosure summary={<FoldedSummary label={label} changed={isObject(value)} />} open={isObject(value)}>
      {() => (
        <fieldset aria-label={label} className="grid gap-4 border-line border-l-2 pl-4">
          {inside}
        </fieldset>
      )}
    </Disclosure>
  );
}

function FoldedSummary({ label, changed }: { readonly label: string; readonly changed: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="flex items-baseline gap-2">
      <span className="font-medium">{label}</span>
      {changed && <span className="text-ink-faint text-xs">{t("form.changed")}</span>}
    </span>
  );
}

function ValueField({ name, schema, path, value, problems, onChange }: FieldProps) {
  const widget = widgetOf(schema);
  const id = `config.${path}`;
  const label = labelOf(name, schema);
  const wrong = problems.get(path) ?? [];
  if (widget === "password")
    return (
      <PasswordField
        id={id}
        path={path}
        label={label}
        description={schema.description}
        problems={wrong}
        minLength={schema.minLength}
      />
    );
  if (widget === "switch")
    return (
      <SwitchInput
        id={id}
        label={label}
        description={schema.description}
        problems={wrong}
        checked={(value ?? schema.default) === true}
        onChange={(checked) => onChange(checked === (schema.default ?? false) ? undefined : checked)}
      />
    );
  return (
    <Field id={id} label={label} description={schema.description} problems={wrong}>
      {(attributes) => (
        <ValueInput
          attributes={attributes}
          widget={widget}
          schema={schema}
          value={value}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type FieldAttributes, FieldProblems, inputClass, selectClass } from "../design/field.tsx";
import type { FieldSchema, Widget } from "./schema.ts";

/** The input of one value that isn't an object or a switch. */
export function ValueInput({
  attributes,
  widget,
  schema,
  value,
  onChange,
}: {
  readonly attributes: FieldAttributes;
  readonly widget: Widget;
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const shown = value ?? schema.default;
  const text = shown === undefined || shown === null ? "" : String(shown);
  /** A text as it is by itself needs no writing down. */
  const setText = (next: string) =>
    onChange(next === (schema.default ?? "") && !("const" in schema) ? undefined : next);
  switch (widget) {
    case "choice":
      return <ChoiceInput attributes={attributes} schema={schema} shown={shown} onChange={onChange} />;
    case "number":
      return (
        <input
          {...attributes}
          type="number"
          min={schema.minimum}
          max={schema.maximum}
          step={schema.type === "integer" ? 1 : "any"}
          value={text}
          onChange={({ target }) => onChange(target.value === "" ? undefined : target.valueAsNumber)}
          className={inputClass}
        />
      );
    case "colour":
      return (
        <div className="flex gap-2">
          <input
            type="color"
            aria-label={attributes.id}
            aria-hidden
            tabIndex={-1}
            value={/^#[0-9a-f]{6}$/i.test(text) ? text : "#000000"}
            onChange={({ target }) => setText(target.value)}
            className="h-[38px] w-12 shrink-0 cursor-pointer rounded-lg border border-line-strong bg-surface p-1"
          />
          <input
            {...attributes}
            value={text}
            onChange={({ target }) => setText(target.value)}
            className={`${inputClass} font-mono`}
          />
        </div>
      );
    case "long-text":
      return (
        <textarea
          {...attributes}
          rows={4}
          value={text}
          onChange={({ target }) => setText(target.value)}
          className={inputClass}
        />
      );
    case "list":
      return (
        <textarea
          {...attributes}
          rows={3}
          value={Array.isArray(shown) ? shown.join("\n") : ""}
          onChange={({ target }) => onChange(target.value === "" ? undefined : target.value.split("\n"))}
          className={inputClass}
        />
      );
    case "text":
      return (
        <input
          {...attributes}
          type={schema.format === "password" ? "password" : "text"}
          autoComplete="off"
          spellCheck={false}
          placeholder={schema["x-catalyst-ui-hint"] === "domain-picker" ? "www.example.com" : undefined}
          value={text}
          onChange={({ target }) => setText(target.value)}
          className={inputClass}
        />
      );
    default:
      return <JsonInput attributes={attributes} shown={shown} onChange={onChange} />;
  }
}

function ChoiceInput({
  attributes,
  schema,
  shown,
  onChange,
}: {
  readonly attributes: FieldAttributes;
  readonly schema: FieldSchema;
  readonly shown: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const { t } = useTranslation();
  const values = schema.enum ?? [];
  const at = values.indexOf(shown);
  return (
    <select
      {...attributes}
      value={at}
      onChange={({ target }) => onChange(values[Number(target.value)])}
      className={selectClass}
    >
      {at < 0 && <option value={-1}>{t("form.choose")}</option>}
      {values.map((value, index) => (
        <option key={String(value)} value={index}>
          {String(value)}
        </option>
      ))}
    </select>
  );
}

/** A value of any shape, as JSON; it is taken whenever it can be read. */
function JsonInput({
  attributes,
  shown,
  onChange,
}: {
  readonly attributes: FieldAttributes;
  readonly shown: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => (shown === undefined ? "" : JSON.stringify(shown, undefined, 2)));
  const [broken, setBroken] = useState(false);
  const take = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() === "" ? undefined : JSON.parse(next));
      setBroken(false);
    } catch {
      setBroken(true);
    }
  };
  return (
    <>
      <textarea
        {...attributes}
        rows={4}
        spellCheck={false}
        aria-invalid={broken || attributes["aria-invalid"]}
        value={text}
        onChange={({ target }) => take(target.value)}
        className={`${inputClass} font-mono text-xs`}
      />
      {broken && <FieldProblems id={`${attributes.id}-broken`} problems={[t("form.notJson")]} />}
    </>
  );
}

/** Yes or no. */
export function SwitchInput({
  id,
  label,
  description,
  problems,
  checked,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly problems: readonly string[];
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-1">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {description !== undefined && (
          <p id={`${id}-description`} className="text-ink-faint text-xs">
            {description}
          </p>
        )}
        {problems.length > 0 && <FieldProblems id={`${id}-problems`} problems={problems} />}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        aria-describedby={description === undefined ? undefined : `${id}-description`}
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
        className="switch mt-0.5"
      />
    </div>
  );
}

import type { ApplicationChange } from "@catalyst/model/plan";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { parseDocument, stringify } from "yaml";
import { FieldProblems, inputClass } from "../../design/field.tsx";

/** The same document as text. What can't be read stays as it is, with the reason below it. */
export function YamlForm({
  wish,
  onChange,
}: {
  readonly wish: ApplicationChange;
  readonly onChange: (wish: ApplicationChange | undefined) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(() => print(wish));
  const [problem, setProblem] = useState<string>();
  const take = (next: string) => {
    setText(next);
    const result = read(next, wish.name);
    setProblem(typeof result === "string" ? result : undefined);
    onChange(typeof result === "string" ? undefined : result);
  };
  return (
    <div className="grid gap-2">
      <textarea
        aria-label={t("form.yaml")}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : id}
        spellCheck={false}
        rows={Math.max(14, text.split("\n").length + 1)}
        value={text}
        onChange={({ target }) => take(target.value)}
        className={`${inputClass} font-mono text-xs leading-5`}
      />
      {problem !== undefined && <FieldProblems id={id} problems={[problem]} />}
    </div>
  );

  function read(source: string, name: string): ApplicationChange | string {
    const document = parseDocument(source);
    const error = document.errors[0];
    if (error !== undefined) return error.message.split("\n")[0] ?? error.message;
    const value: unknown = document.toJS();
    if (typeof value !== "object" || value === null || Array.isArray(value)) return t("form.yamlNotObject");
    return { ...(value as ApplicationChange), name };
  }
}

function print({ name: _, ...wish }: ApplicationChange): string {
  return stringify({ ...wish, config: wish.config ?? {} });
}

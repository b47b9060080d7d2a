import type { SecretView } from "@catalyst/model/view";
import { createContext, use, useState } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../design/ago.tsx";
import { Button } from "../design/button.tsx";
import { Field, inputClass } from "../design/field.tsx";

/**
 * The password fields of a form. What is typed into them stands apart from the form's document, which is planned,
 * shown and remembered: it goes to the secret store alone, when the form is sent.
 */
export interface Passwords {
  /** What is known of values given before, by field. */
  readonly stored: ReadonlyMap<string, SecretView>;
  readonly typed: ReadonlyMap<string, string>;
  /** Fields whose stored value the document takes away. */
  readonly removed: ReadonlySet<string>;
  /** Why values weren't taken, by field. */
  readonly refused: ReadonlyMap<string, string>;
  type(field: string, value: string): void;
  remove(field: string, removed: boolean): void;
}

const nobodys: Passwords = {
  stored: new Map(),
  typed: new Map(),
  removed: new Set(),
  refused: new Map(),
  type: () => undefined,
  remove: () => undefined,
};

export const PasswordsContext = createContext<Passwords>(nobodys);

/** A password field: what is known of its value, or room for a new one. A value that is set is never shown. */
export function PasswordField({
  id,
  path,
  label,
  description,
  problems,
  minLength = 0,
}: {
  readonly id: string;
  readonly path: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly problems: readonly string[];
  readonly minLength?: number | undefined;
}) {
  const { t } = useTranslation();
  const passwords = use(PasswordsContext);
  const [replacing, setReplacing] = useState(false);
  const stored = passwords.stored.get(path);
  const isSet = stored?.version !== undefined;
  const typed = passwords.typed.get(path) ?? "";
  const refused = passwords.refused.get(path);
  const wrong = [
    ...problems,
    ...(typed !== "" && typed.length < minLength ? [t("password.short", { count: minLength })] : []),
    ...(refused === undefined ? [] : [refused]),
  ];
  const keep = () => {
    passwords.type(path, "");
    setReplacing(false);
  };
  return (
    <Field
      id={id}
      label={label}
      description={description === undefined ? t("password.where") : `${description} ${t("password.where")}`}
      problems={wrong}
    >
      {(attributes) =>
        isSet && !replacing ? (
          <SetPassword
            id={id}
            label={label}
            setAt={stored.setAt}
            removed={passwords.removed.has(path)}
            onReplace={() => setReplacing(true)}
            onRemove={(removed) => passwords.remove(path, removed)}
          />
        ) : (
          <div className="flex gap-2">
            <input
              {...attributes}
              type="password"
              autoComplete="new-password"
              spellCheck={false}
              value={typed}
              onChange={({ target }) => passwords.type(path, target.value)}
              className={inputClass}
            />
            {isSet && <Button onClick={keep}>{t("password.keep")}</Button>}
          </div>
        )
      }
    </Field>
  );
}

function SetPassword({
  id,
  label,
  setAt,
  removed,
  onReplace,
  onRemove,
}: {
  readonly id: string;
  readonly label: string;
  readonly setAt: string | undefined;
  readonly removed: boolean;
  readonly onReplace: () => void;
  readonly onRemove: (removed: boolean) => void;
}) {
  const { t } = useTranslation();
  if (removed)
    return (
      <div className="flex items-center justify-between gap-2">
        <span className="text-ink-soft text-sm">{t("password.removed")}</span>
        <Button id={id} onClick={() => onRemove(false)}>
          {t("password.undo")}
        </Button>
      </div>
    );
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <span className="text-ink-soft text-sm">
        {setAt === undefined ? (
          t("password.lost")
        ) : (
          <>
            {t("password.set")} <Ago time={setAt} />
          </>
        )}
      </span>
      <span className="flex gap-2">
        <Button id={id} aria-label={t("password.replaceOf", { label })} onClick={onReplace}>
          {t("password.replace")}
        </Button>
        <Button aria-label={t("password.removeOf", { label })} onClick={() => onRemove(true)}>
          {t("password.remove")}
        </Button>
      </span>
    </div>
  );
}

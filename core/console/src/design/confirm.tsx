import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field, inputClass } from "./field.tsx";
import { ErrorState } from "./states.tsx";

/**
 * Asks before something goes for good. What goes is named in the children; where it can't be brought back, the
 * name has to be typed too.
 */
export function Confirm({
  title,
  confirm,
  typed,
  pending,
  error,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** What the button says. */
  readonly confirm: string;
  /** What must be typed before the button can be pressed. */
  readonly typed?: string;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const ready = typed === undefined || text === typed;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone="danger" disabled={!ready || pending} onClick={onConfirm}>
            {pending ? t("action.committing") : confirm}
          </Button>
        </>
      }
    >
      {children}
      {typed !== undefined && (
        <Field id="confirm-name" label={t("confirm.type", { name: typed })}>
          {(attributes) => (
            <input
              {...attributes}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={text}
              onChange={({ target }) => setText(target.value)}
              onKeyDown={(event) => event.key === "Enter" && ready && !pending && onConfirm()}
              className={inputClass}
            />
          )}
        </Field>
      )}
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}

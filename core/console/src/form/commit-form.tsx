import type { UseMutationResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../design/button.tsx";
import { ErrorState } from "../design/states.tsx";

/** A dialog's form whose change is a commit: what was refused is told below the fields, which stay as they are. */
export function CommitForm({
  change,
  submit,
  onClose,
  children,
}: {
  readonly change: Pick<UseMutationResult<unknown, Error, void>, "mutate" | "error" | "isPending">;
  /** What the button says while nothing is under way. */
  readonly submit: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      {children}
      {change.error !== null && <ErrorState error={change.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" tone="primary" disabled={change.isPending}>
          {change.isPending ? t("action.committing") : submit}
        </Button>
      </div>
    </form>
  );
}

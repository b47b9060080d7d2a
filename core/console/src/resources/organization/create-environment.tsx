import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys } from "../../api/queries.ts";
import { Dialog } from "../../design/dialog.tsx";
import { Field, inputClass, selectClass } from "../../design/field.tsx";
import { notify } from "../../design/notices.tsx";
import { CommitForm } from "../../form/commit-form.tsx";

const types = ["prod", "stg", "uat", "dev", "poc"] as const;

/** Asks for a new Environment. */
export function CreateEnvironment({
  organization,
  taken,
  onClose,
}: {
  readonly organization: string;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const free = types.filter((type) => !taken.includes(`${organization}-${type}`));
  const [type, setType] = useState<string>(free[0] ?? "");
  const [displayName, setDisplayName] = useState("");
  const name = `${organization}-${type}`;
  const create = useMutation({
    mutationFn: () =>
      commands.createEnvironment(organization, { type, ...(displayName === "" ? {} : { displayName }) }),
    onSuccess: async () => {
      notify(t("environment.created", { name }));
      await cache.invalidateQueries({ queryKey: keys.organizations });
      void navigate({ to: "/organizations/$organization", params: { organization } });
    },
  });
  return (
    <Dialog title={t("environment.create")} onClose={onClose}>
      {free.length === 0 ? (
        <p>{t("environment.allTaken")}</p>
      ) : (
        <CommitForm change={create} submit={t("action.create")} onClose={onClose}>
          <Field id="type" label={t("environment.type")} description={t("environment.nameWillBe", { name })}>
            {(attributes) => (
              <select
                {...attributes}
                value={type}
                onChange={({ target }) => setType(target.value)}
                className={selectClass}
              >
                {free.map((item) => (
                  <option key={item} value={item}>
                    {t(`environmentType.${item}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field id="display-name" label={t("form.displayName")} optional={t("form.optional")}>
            {(attributes) => (
              <input
                {...attributes}
                maxLength={100}
                value={displayName}
                onChange={({ target }) => setDisplayName(target.value)}
                className={inputClass}
              />
            )}
          </Field>
        </CommitForm>
      )}
    </Dialog>
  );
}

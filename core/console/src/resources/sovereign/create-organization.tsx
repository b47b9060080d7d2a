import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys, queries } from "../../api/queries.ts";
import { Dialog } from "../../design/dialog.tsx";
import { Field, inputClass } from "../../design/field.tsx";
import { notify } from "../../design/notices.tsx";
import { CommitForm } from "../../form/commit-form.tsx";

/** Asks for a new Organization; whoever makes it becomes its org-admin. */
export function CreateOrganization({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const me = useQuery(queries.me());
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const create = useMutation({
    mutationFn: () =>
      commands.createOrganization({
        name,
        ...(displayName === "" ? {} : { displayName }),
        members: me.data === undefined ? [] : [{ user: me.data.user, role: "org-admin" }],
      }),
    onSuccess: async () => {
      notify(t("organization.created", { name }));
      onClose();
      await Promise.all([
        cache.invalidateQueries({ queryKey: keys.organizations }),
        cache.invalidateQueries({ queryKey: keys.me }),
      ]);
    },
  });
  return (
    <Dialog title={t("organization.create")} onClose={onClose}>
      <CommitForm change={create} submit={t("action.create")} onClose={onClose}>
        <Field id="organization-name" label={t("form.name")} description={t("organization.nameText")}>
          {(attributes) => (
            <input
              {...attributes}
              required
              pattern="[a-z]([a-z0-9\-]{0,28}[a-z0-9])?"
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={({ target }) => setName(target.value)}
              className={inputClass}
            />
          )}
        </Field>
        <Field id="organization-display-name" label={t("form.displayName")} optional={t("form.optional")}>
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
    </Dialog>
  );
}

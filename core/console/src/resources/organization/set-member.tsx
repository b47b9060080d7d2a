import type { Member, OrganizationRole } from "@catalyst/model/role";
import type { OrganizationView } from "@catalyst/model/view";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { commands, keys } from "../../api/queries.ts";
import { Button } from "../../design/button.tsx";
import { Code } from "../../design/code.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Field, inputClass, selectClass } from "../../design/field.tsx";
import { notify } from "../../design/notices.tsx";
import { CommitForm } from "../../form/commit-form.tsx";

const roles: readonly OrganizationRole[] = [
  "org-viewer",
  "org-developer",
  "org-admin",
  "security-officer",
  "billing-admin",
];

/** Adds a member, or gives one another role. A user that is new gets a link to sign in, which is shown once. */
export function SetMember({
  organization: { name: organization, displayName, environments },
  member,
  onClose,
}: {
  readonly organization: OrganizationView;
  /** Undefined: somebody who isn't a member yet. */
  readonly member: Member | undefined;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [user, setUser] = useState(member?.user ?? "");
  const [role, setRole] = useState<OrganizationRole>(member?.role ?? "org-developer");
  const [only, setOnly] = useState<readonly string[]>(member?.environments ?? []);
  const done = t("member.set", { user, role: t(`role.${role}`), organization: displayName });
  const set = useMutation({
    mutationFn: () =>
      commands.setMember(organization, {
        user,
        role,
        ...(only.length === 0 ? {} : { environments: [...only] }),
      }),
    onSuccess: ({ signInLink, passwordLink }) => {
      void cache.invalidateQueries({ queryKey: keys.organizations });
      if (signInLink !== undefined || passwordLink !== undefined) return;
      notify(done);
      onClose();
    },
  });
  const title =
    member === undefined
      ? t("member.addTo", { organization: displayName })
      : t("member.changeOf", { user: member.user });
  const { signInLink, passwordLink } = set.data ?? {};
  if (signInLink !== undefined || passwordLink !== undefined)
    return (
      <Dialog title={done} onClose={onClose} footer={<Button onClick={onClose}>{t("action.close")}</Button>}>
        {passwordLink !== undefined && (
          <>
            <p>{t("member.passwordLink", { user })}</p>
            <Code block copy>
              {passwordLink}
            </Code>
          </>
        )}
        {signInLink !== undefined && (
          <>
            <p>{t("member.signInLink", { user })}</p>
            <Code block copy>
              {signInLink}
            </Code>
          </>
        )}
        <p className="text-ink-soft">{t("member.linksOnce")}</p>
      </Dialog>
    );
  return (
    <Dialog title={title} onClose={onClose}>
      <CommitForm
        change={set}
        submit={t(member === undefined ? "member.add" : "action.save")}
        onClose={onClose}
      >
        {member === undefined && (
          <Field id="member-user" label={t("member.user")} description={t("member.userText")}>
            {(attributes) => (
              <input
                {...attributes}
                required
                maxLength={63}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                value={user}
                onChange={({ target }) => setUser(target.value.trim())}
                className={inputClass}
              />
            )}
          </Field>
        )}
        <Field id="member-role" label={t("member.role")} description={t(`roleText.${role}`)}>
          {(attributes) => (
            <select
              {...attributes}
              value={role}
              onChange={({ target }) => setRole(target.value as OrganizationRole)}
              className={selectClass}
            >
              {roles.map((item) => (
                <option key={item} value={item}>
                  {t(`role.${item}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {environments.length > 0 && <Reach environments={environments} only={only} onChange={setOnly} />}
      </CommitForm>
    </Dialog>
  );
}

/** In which Environments a role holds; none chosen means all, also those to come. */
function Reach({
  environments,
  only,
  onChange,
}: {
  readonly environments: readonly string[];
  readonly only: readonly string[];
  readonly onChange: (only: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium text-sm">{t("member.reach")}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
        {environments.map((environment) => (
          <label key={environment} className="inline-flex items-center gap-2">
            <input
              type="checkbox"
              checked={only.includes(environment)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...only, environment] : only.filter((item) => item !== environment),
                )
              }
              className="size-4 accent-accent"
            />
            {environment}
          </label>
        ))}
      </div>
      <p className="text-ink-faint text-xs">{t("member.reachText")}</p>
    </fieldset>
  );
}

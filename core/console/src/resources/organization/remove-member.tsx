import type { Member } from "@catalyst/model/role";
import type { OrganizationView } from "@catalyst/model/view";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { commands, keys, queries } from "../../api/queries.ts";
import { Confirm } from "../../design/confirm.tsx";
import { notify } from "../../design/notices.tsx";

/** Asks before somebody is taken out of an Organization. */
export function RemoveMember({
  organization: { name: organization, displayName },
  member: { user, role },
  onClose,
}: {
  readonly organization: OrganizationView;
  readonly member: Member;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: me } = useQuery(queries.me());
  const remove = useMutation({
    mutationFn: () => commands.removeMember(organization, user),
    onSuccess: async () => {
      notify(t("member.removed", { user, organization: displayName }));
      onClose();
      await Promise.all([
        cache.invalidateQueries({ queryKey: keys.organizations }),
        cache.invalidateQueries({ queryKey: keys.me }),
      ]);
    },
  });
  return (
    <Confirm
      title={t("member.removeTitle", { user, organization: displayName })}
      confirm={t("member.remove")}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="text-ink-soft">
        {t("member.removeText", { user, role: t(`role.${role}`), organization: displayName })}
      </p>
      {me?.user === user && <p className="text-warn">{t("member.removeSelf")}</p>}
    </Confirm>
  );
}

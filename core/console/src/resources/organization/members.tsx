import type { Member } from "@catalyst/model/role";
import type { OrganizationView } from "@catalyst/model/view";
import { UserMinus, UserPen, UserPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../api/role.ts";
import { Button } from "../../design/button.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Card } from "../../design/layout.tsx";
import { RemoveMember } from "./remove-member.tsx";
import { SetMember } from "./set-member.tsx";

interface Question {
  readonly kind: "change" | "remove";
  readonly member: Member;
}

/** Who is in an Organization with which role, and the ways in and out for who may administer it. */
export function Members({
  organization,
  adding,
  onAdd,
}: {
  readonly organization: OrganizationView;
  /** Whether somebody is being added: the page's address says so. */
  readonly adding: boolean;
  readonly onAdd: (adding: boolean) => void;
}) {
  const { t } = useTranslation();
  const { name, members } = organization;
  const may = useMay("administer", name);
  const [question, setQuestion] = useState<Question>();
  const close = () => setQuestion(undefined);
  return (
    <Card
      title={t("organization.members")}
      aside={
        may && (
          <Button
            tone="quiet"
            className="-mr-2 h-8!"
            icon={<UserPlus size={15} aria-hidden />}
            onClick={() => onAdd(true)}
          >
            {t("member.add")}
          </Button>
        )
      }
    >
      {members.length === 0 && <p className="text-ink-soft text-sm">{t("organization.noMembers")}</p>}
      {members.length > 0 && (
        <ul className="grid gap-3 text-sm">
          {members.map((member) => (
            <li key={member.user} className="flex items-center gap-2">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium" title={member.user}>
                  {member.user}
                </p>
                <p className="text-ink-faint text-xs">
                  {t(`role.${member.role}`)}
                  {member.environments !== undefined &&
                    ` · ${t("member.only", { environments: member.environments.join(", ") })}`}
                </p>
              </div>
              {may && (
                <span className="-mr-2 flex shrink-0">
                  <IconButton
                    icon={UserPen}
                    label={t("member.changeOf", { user: member.user })}
                    onClick={() => setQuestion({ kind: "change", member })}
                  />
                  <IconButton
                    icon={UserMinus}
                    label={t("member.removeOf", { user: member.user })}
                    onClick={() => setQuestion({ kind: "remove", member })}
                  />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {adding && may && (
        <SetMember organization={organization} member={undefined} onClose={() => onAdd(false)} />
      )}
      {question?.kind === "change" && (
        <SetMember organization={organization} member={question.member} onClose={close} />
      )}
      {question?.kind === "remove" && (
        <RemoveMember organization={organization} member={question.member} onClose={close} />
      )}
    </Card>
  );
}

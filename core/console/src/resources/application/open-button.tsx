import type { ApplicationView } from "@catalyst/model/view";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, buttonClass } from "../../design/button.tsx";
import { IconButton, iconButtonClass } from "../../design/icon-button.tsx";
import { SimulatedDialog } from "./simulated-dialog.tsx";

/** Opens an Application that has an address. Where nothing really runs it says what would, and how to make it. */
export function OpenButton({
  application,
  small = false,
}: {
  readonly application: ApplicationView;
  /** Only a picture, for where Applications stand beside each other. */
  readonly small?: boolean;
}) {
  const { t } = useTranslation();
  const [explained, setExplained] = useState(false);
  const url = application.endpoints[0]?.url;
  const label = t("environment.openOf", { name: application.name });
  if (application.simulated)
    return (
      <>
        {small ? (
          <IconButton icon={ExternalLink} label={label} onClick={() => setExplained(true)} />
        ) : (
          <Button
            tone="primary"
            icon={<ExternalLink size={15} aria-hidden />}
            onClick={() => setExplained(true)}
          >
            {t("action.open")}
          </Button>
        )}
        {explained && <SimulatedDialog application={application} onClose={() => setExplained(false)} />}
      </>
    );
  if (url === undefined) return null;
  if (small)
    return (
      <a
        href={url}
        target="_blank"
        rel="noreferrer"
        aria-label={label}
        title={label}
        className={iconButtonClass}
      >
        <ExternalLink size={16} aria-hidden />
      </a>
    );
  return (
    <a href={url} target="_blank" rel="noreferrer" className={buttonClass("primary")}>
      <ExternalLink size={15} aria-hidden />
      {t("action.open")}
      <span className="sr-only"> {t("action.newTab")}</span>
    </a>
  );
}

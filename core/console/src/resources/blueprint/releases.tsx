import type { BlueprintRelease } from "@catalyst/model/blueprint";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../../design/ago.tsx";
import { Badge } from "../../design/badge.tsx";
import { Digest } from "../../design/code.tsx";
import { VerifiedMark } from "./verification.tsx";

/** Every published version with what its verification found. */
export function Releases({ releases }: { readonly releases: readonly BlueprintRelease[] }) {
  const { t } = useTranslation();
  return (
    <ul className="grid gap-5">
      {releases.map((release) => (
        <li
          key={release.digest}
          className="grid gap-2.5 not-last:border-line not-last:border-b not-last:pb-5"
        >
          <div className="flex flex-wrap items-center gap-3">
            <h3 className="font-semibold">{release.version}</h3>
            <VerifiedMark verified={release.verified} />
            {release.yanked === true && <Badge tone="warn">{t("blueprint.yanked")}</Badge>}
            {release.publishedAt !== undefined && (
              <span className="text-ink-faint text-sm">
                <Ago time={release.publishedAt} />
              </span>
            )}
          </div>
          {release.reason !== undefined && <p className="text-bad text-sm">{release.reason}</p>}
          <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-2">
            <Evidence name={t("blueprint.digest")} found>
              <Digest>{release.digest}</Digest>
            </Evidence>
            <Evidence name={t("blueprint.signature")} found={release.signer !== undefined}>
              {release.signer !== undefined && <Digest>{release.signer}</Digest>}
            </Evidence>
            <Evidence name={t("blueprint.sbom")} found={release.sbom !== undefined}>
              {release.sbom !== undefined && <Digest>{release.sbom}</Digest>}
            </Evidence>
            <Evidence name={t("blueprint.provenance")} found={release.provenance !== undefined}>
              {release.provenance !== undefined && <Digest>{release.provenance}</Digest>}
            </Evidence>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Evidence({
  name,
  found,
  children,
}: {
  readonly name: string;
  readonly found: boolean;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 items-center gap-2">
      <dt className="flex w-28 shrink-0 items-center gap-1.5 text-ink-soft">
        {found ? (
          <Check size={15} className="text-good" aria-hidden />
        ) : (
          <X size={15} className="text-bad" aria-hidden />
        )}
        {name}
      </dt>
      <dd className="min-w-0">{found ? children : t("blueprint.missing")}</dd>
    </div>
  );
}
